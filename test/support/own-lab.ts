/** A lab that the program under test brings up by itself, and its console: another build writes its lab differently. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labScale } from "./pace.ts";
import { HANDRAIL } from "./program.ts";
import { descendant, hasEnded, openPty, type Pty } from "./pty.ts";
import type { SlowLine } from "./slow-line.ts";
import { rest } from "./walk.ts";

export interface OwnLab {
  /** Where consoles are opened, and reports are written. */
  readonly folder: string;
  /** The lab as it was before anybody looked at it: this world, no fault, an empty journal. */
  load(world: string): void;
  fault(name: string, ...values: readonly string[]): void;
  open(columns?: number, rows?: number): Pty;
  /** The board of any world, once its targets were read, at the end of this line. */
  opened(line?: SlowLine): Promise<Pty>;
  /** The board, once it shows what the world and the journal have. */
  board(columns?: number, rows?: number): Promise<Pty>;
  /** Ends the program behind a terminal as nothing else does: it writes not a word more. */
  kill(t: Pty): Promise<void>;
  killAll(): Promise<void>;
  down(): void;
}

async function kill(t: Pty): Promise<void> {
  const pid = descendant(t.pid, "handrail.mjs") ?? 0;
  if (pid !== 0) {
    process.kill(pid, "SIGKILL");
    for (let looks = 0; looks < 100 && !hasEnded(pid); looks += 1) await rest();
  }
  t.kill();
}

/** Brings it up. */
export function ownLab(name: string): OwnLab {
  const folder = mkdtempSync(join(tmpdir(), `handrail-${name}-`));
  const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: folder, HANDRAIL_LAB: name };
  const terminals: Pty[] = [];
  const faults = new Set<string>();
  const lab = (...args: readonly string[]): string =>
    execFileSync(HANDRAIL, ["lab", ...args, "--name", name], { env, encoding: "utf8" });
  lab("up", "--scale", String(labScale(20)));
  const at = (wish: { columns?: number; rows?: number; line?: SlowLine }): Pty => {
    const t = openPty(HANDRAIL, ["--lab"], { env, cwd: folder, ...wish });
    terminals.push(t);
    return t;
  };
  const open: OwnLab["open"] = (columns = 80, rows = 24) => at({ columns, rows });
  return {
    folder,
    load: (world) => {
      for (const entry of faults) lab("fault", entry, "--off");
      faults.clear();
      lab("world", world);
      for (const part of ["journals", "locks"])
        rmSync(join(folder, "handrail", part), { recursive: true, force: true });
    },
    fault: (entry, ...values) => {
      faults.add(entry);
      lab("fault", entry, ...values);
    },
    open,
    opened: async (line) => {
      const t = at(line === undefined ? {} : { line });
      await t.waitFor(/ need you|no VM of \d+ is stuck|is not known now/u);
      await rest();
      return t;
    },
    board: async (columns, rows) => {
      const t = open(columns, rows);
      await t.waitFor("VMs need you");
      await rest();
      return t;
    },
    kill,
    killAll: async () => {
      for (const t of terminals.splice(0)) await kill(t);
    },
    down: () => {
      lab("down", "--rm");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
