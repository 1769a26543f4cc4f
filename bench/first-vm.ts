/** How long it takes, through the launcher, until the first VM stands on the board. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pair } from "./pairs.ts";
import { close, floorMs, open, pairOf, type UiSetup } from "./ui.ts";

/** Stands in the name of each VM of the world `many-stuck`. */
const NAME = "batch-vm-";

/** An environment in which nothing of an earlier start is kept: no runbook, no compiled code, no journal; the labs stay. */
function newcomer(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  const [state, cache] = [join(folder, "state"), join(folder, "cache")];
  for (const made of [join(state, "handrail"), cache]) mkdirSync(made, { recursive: true, mode: 0o700 });
  symlinkSync(join(env["XDG_STATE_HOME"] ?? "", "handrail", "labs"), join(state, "handrail", "labs"));
  return { ...env, XDG_STATE_HOME: state, XDG_CACHE_HOME: cache };
}

/** Milliseconds until the first VM, for somebody of whose last start all is kept, or nothing. */
async function once(setup: UiSetup, kept: "all" | "nothing"): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "handrail-first-"));
  try {
    const env = kept === "all" ? setup.env : newcomer(setup.env, folder);
    const opened = await open({ ...setup, env }, NAME);
    await close(opened);
    return opened.frameMs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds until the first VM as a multiple of `node -e 0`, pair by pair; no board is kept from one start to the next. */
export async function firstVm(setup: UiSetup, rounds: number, kept: "all" | "nothing"): Promise<Pair> {
  const times: { ours: number; theirs: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const theirs = floorMs(setup);
    const ours = await once(setup, kept);
    if (round > 0) times.push({ ours, theirs });
  }
  return pairOf(times);
}
