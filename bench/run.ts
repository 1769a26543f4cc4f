/**
 * `npm run bench`: what Handrail costs, as ratios within one run, each beside its bound. Absolute milliseconds are
 * printed for orientation only; they say more about the machine than about Handrail. With `--keep` what was found is one
 * more line of `history.jsonl`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downLab, loadWorld, upLab, type Lab } from "../src/packs/appliance/lab/index.ts";
import { moves } from "./batch.ts";
import { compare } from "./compare.ts";
import { changeCost } from "./changes.ts";
import { newFigures } from "./figures.ts";
import { firstVm } from "./first-vm.ts";
import { append, stampOf } from "./history.ts";
import { pages } from "./pages.ts";
import { pairs } from "./pairs.ts";
import { calls } from "./serve.ts";
import { PUBLISHED_COMMIT } from "./published.ts";
import { hostileGrowth } from "./redact.ts";
import { steps } from "./steps.ts";
import { fillJournal, setAside } from "./long-journal.ts";
import { firstFrame, frames, idle, restored, withLongJournal } from "./ui.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 15);
const root = new URL("..", import.meta.url).pathname;
const node = join(root, "node_modules/node/bin/node");
const cli = join(root, "dist/handrail.mjs");
const state = mkdtempSync(join(tmpdir(), "handrail-bench-"));
// Extra certificates make every Node start slower and have nothing to do with Handrail. The name has to go, too: a terminal
// would hand on a value that is none as the text "undefined".
const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
const env: NodeJS.ProcessEnv = { ...inherited, XDG_STATE_HOME: state, HANDRAIL_LAB: "bench" };

const figures = newFigures((line) => void process.stdout.write(`${line}\n`));
const { say, bound } = figures;

async function ui(lab: Lab): Promise<void> {
  const setup = { root, node, env };
  const first = await firstFrame(setup, rounds);
  say("first paint of the console to node -e 0", first.paint, 1.45);
  say("Ink has taken over to node -e 0", first.frame, 4);
  bound("terminal restored after kill -9", await restored(setup, 5), 200, " ms", { rounds: 5 });
  const events = fillJournal(env, "lab-bench", 100_000);
  const long = await withLongJournal(setup, "lab-bench", rounds);
  bound("first frame with a long journal to a short one", long.frame, 1.1, " times", { rounds, counts: { events } });
  bound("VMs on the board with a long journal to a short one", long.board, 1.1, " times", {
    rounds,
    counts: { events },
  });
  setAside(env, "lab-bench", true);
  const drawn = await frames(setup);
  bound("key to paint with 1 000 VMs", drawn.paint, 10, " ms");
  bound("key to paint in a run of 300 steps", drawn.steps, 10, " ms");
  bound("a frame over 3 000 rows to one over 30", drawn.many / drawn.few, 1.2, " times");
  const bytes = await pages(setup);
  bound("bytes until the board stands, at 80x24", bytes.board, 4096, " bytes");
  bound("bytes of a page at most, at 80x24", bytes.page, 2048, " bytes");
  await loadWorld(lab, "many-stuck:200");
  say("first of 200 VMs on the board to node -e 0", await firstVm(setup, rounds, "all"), 8);
  say("the same on a first start, with nothing in the cache", await firstVm(setup, rounds, "nothing"), null);
  // Nothing is stuck there, so that no age changes on the board.
  await loadWorld(lab, "already-reset");
  const still = await idle(setup, 30);
  bound("bytes written while nothing changes", still.bytes, 0, " bytes");
  bound("CPU while nothing changes", still.cpu, 0.2, " %");
}

/** At the lab's own pace: nothing is made faster, so that what Handrail costs is held against real seconds. */
const BATCH_SCALE = 1;

async function batch(): Promise<void> {
  const name = "bench-batch";
  const lab = await upLab({ name, scale: BATCH_SCALE, env });
  try {
    const setup = { lab, dir: join(state, name), bin: join(root, "bin/handrail"), env: { ...env, HANDRAIL_LAB: name } };
    const found = await moves(setup);
    const [ours, usual, slowest] = [found.ours, found.usual, found.slowest].map((seconds) => seconds.toFixed(1));
    process.stdout.write(
      `  ${found.operations} volume operations over 200 VMs, time scale ${BATCH_SCALE}: ${ours} s; the longest chain ${slowest} s; in groups of 64 ${usual} s; ${found.console.mib.toFixed(0)} MiB in the console\n`,
    );
    const counts = { operations: found.operations, VMs: 200 };
    bound("1 000 volume operations to the longest chain of them", found.ours / found.slowest, 1.1, " times", {
      counts,
    });
    bound("1 000 volume operations to waiting for groups of 64", found.ours / found.usual, 0.5, " times");
    bound("key to paint while the console carries 1 000 volume operations out", found.console.key, 50, " ms");
    bound("memory at most during 1 000 volume operations", found.mib, 130, " MiB");
    bound("the same in the console", found.console.mib, 150, " MiB");
  } finally {
    await downLab(lab, { keep: false });
  }
}

const SERVE_SCALE = 20;

async function serve(): Promise<void> {
  const name = "bench-serve";
  const lab = await upLab({ name, scale: SERVE_SCALE, env });
  try {
    const setup = { lab, dir: join(state, name), bin: join(root, "bin/handrail"), env: { ...env, HANDRAIL_LAB: name } };
    const { many, same, surplus } = await calls(setup);
    process.stdout.write(
      `  time scale ${SERVE_SCALE}: 100 VMs in ${many.seconds.toFixed(1)} s, 1 000 calls for one in ${same.seconds.toFixed(1)} s\n`,
    );
    bound("calls for 100 VMs at once that were not answered", many.lost, 0, "");
    bound("calls for 100 VMs at once that did not end in a recovery", many.bad, 0, "");
    bound("1 000 calls at once for one VM that were not answered", same.lost, 0, "");
    bound("answers of 1 000 that do not fit one run and its refusals", same.bad, 0, "");
    bound("runs that no VM accounts for", surplus, 0, "");
  } finally {
    await downLab(lab, { keep: false });
  }
}

async function sql(): Promise<void> {
  const args = [join(root, "bench/change-memory.ts"), "10000"];
  const memory = Number(execFileSync(node, args, { env, encoding: "utf8" }));
  bound("memory at most to preview and apply changes of 10 000 rows", memory, 128, " MiB");
  for (const texts of ["of different length", "of the same length"] as const) {
    const { bare, ours, ratio, rounds: played } = await changeCost(1_000, 30, texts);
    const [cpu, plain] = [ours.cpu.toFixed(1), bare.cpu.toFixed(1)];
    process.stdout.write(`  texts ${texts}: ${cpu} ms of our own CPU to ${plain} ms\n`);
    const pair = { ratio, ours: ours.ms, theirs: bare.ms, rounds: played };
    const what = `preview and apply of 1 000 rows, texts ${texts}, to the bare statement and its SELECT`;
    // Where the length stays, what the protocol has to ask of the server is about that much by itself: see docs/decisions.md.
    say(what, pair, texts === "of different length" ? 4 : null);
  }
}

/** The commit that `--compare` names; null without it. */
const other = process.argv.includes("--compare") ? commitIn(process.argv) : null;

function commitIn(words: readonly string[]): string {
  const commit = words[words.indexOf("--compare") + 1];
  if (commit === undefined) throw new Error("--compare wants a commit");
  return commit;
}

/** `npm run bench -- batch` measures that part alone. */
const parts = process.argv.slice(2).filter((word) => word !== "--keep");
const wanted = (part: string): boolean => parts.length === 0 || parts.includes(part);
const stamp = process.argv.includes("--keep") && other === null ? stampOf(root) : null;

async function costs(lab: Lab): Promise<void> {
  const floor = () => ({ file: node, args: ["-e", "0"], env });
  const command =
    (...args: string[]) =>
    () => ({ file: node, args: [cli, ...args], env });
  const measured = await steps({ lab, dir: join(state, "bench"), node, cli, env }, rounds);
  const help = () => ({ file: join(root, "bin/handrail"), args: ["--help"], env });
  say("--help, as it is typed, to node -e 0", pairs(rounds, help, floor), 0.3);
  say("journal list to node -e 0", pairs(rounds, command("journal", "list", "--lab"), floor), 1.6);
  for (const [name, { pair, counts }] of Object.entries(measured)) {
    say(`100 ${name} to a bare script with the trips and appends of ${PUBLISHED_COMMIT}`, pair, 1.6);
    const { statements, prepares, waits, syncs, bytes } = counts;
    process.stdout.write(
      `  asked for by now: ${statements} statements, ${prepares} prepares, ${waits} waits for the database, ${syncs} syncs, ${Math.round(bytes / 1024)} KiB to the disk\n`,
    );
  }
}

try {
  if (wanted("redact")) bound("redaction of twice as much hostile text", hostileGrowth(rounds), 3, " times");
  if (wanted("sql")) await sql();
  if (wanted("batch")) await batch();
  if (wanted("serve")) await serve();
  if (wanted("ui") || wanted("steps") || other !== null) {
    const lab = await upLab({ name: "bench", scale: 60, env });
    try {
      if (wanted("ui")) await ui(lab);
      if (wanted("steps")) await costs(lab);
      if (other !== null) await compare(root, other, { rounds, env, lab });
    } finally {
      await downLab(lab, { keep: false });
    }
  }
} finally {
  rmSync(state, { recursive: true, force: true });
}
if (stamp !== null) append(root, { ...stamp, node: process.version, parts, figures: figures.found() });
process.exitCode = figures.missed() === 0 ? 0 : 1;
