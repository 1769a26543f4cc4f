/** What the screen costs: first frame, key to paint, a frame over many rows, and doing nothing. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import pty from "@lydell/node-pty";
import { dropJournal, fillJournal, setAside } from "./long-journal.ts";
import { median, type Pair } from "./pairs.ts";
import { screenOf, type Screen } from "./screen.ts";

export interface UiSetup {
  readonly root: string;
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Opened {
  /** Milliseconds until something of the console stood there, which may be from last time. */
  readonly paintMs: number;
  /** Milliseconds until what was waited for was written. */
  readonly frameMs: number;
  readonly child: ReturnType<typeof pty.spawn>;
  readonly bytes: () => number;
  /** All that was written. */
  readonly text: () => string;
  readonly screen: Screen;
}

/** Stands in every frame. */
const PAINTED = "HANDRAIL";
/** The question for the terminal's background: the console asks it once its own first frame stands. */
const DRAWN = "\u001b]11;?";

/** Starts the console in a terminal and waits until it has the terminal, or for a word that it writes. */
export async function open({ root, env }: UiSetup, mark = DRAWN): Promise<Opened> {
  const began = performance.now();
  let written = "";
  const child = pty.spawn(join(root, "bin/handrail"), ["--lab"], {
    name: "xterm-256color",
    cols: 80,
    rows: 24,
    cwd: root,
    env: { ...env, TERM: "xterm-256color", LANG: "C.UTF-8" },
  });
  const screen = screenOf(child);
  let paintMs = 0;
  const frameMs = await new Promise<number>((resolve) => {
    child.onData((data) => {
      const had = written.includes(mark);
      written += data;
      if (paintMs === 0 && written.includes(PAINTED)) paintMs = performance.now() - began;
      if (!had && written.includes(mark)) resolve(performance.now() - began);
    });
  });
  return { paintMs, frameMs, child, bytes: () => Buffer.byteLength(written), text: () => written, screen };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

export async function close({ child }: Opened): Promise<void> {
  const ended = new Promise<void>((resolve) => void child.onExit(() => resolve()));
  child.write("q");
  await ended;
}

/** Milliseconds of `node -e 0`. */
export function floorMs({ node, env }: UiSetup): number {
  const began = performance.now();
  execFileSync(node, ["-e", "0"], { env });
  return performance.now() - began;
}

/** The medians of what was timed in turn. */
export const pairOf = (times: readonly { readonly ours: number; readonly theirs: number }[]): Pair => ({
  ratio: median(times.map(({ ours, theirs }) => ours / theirs)),
  ours: median(times.map(({ ours }) => ours)),
  theirs: median(times.map(({ theirs }) => theirs)),
  rounds: times.length,
});

/** First paint, and the console's own first frame, as multiples of `node -e 0`, pair by pair. The first start of all is none. */
export async function firstFrame(setup: UiSetup, rounds: number): Promise<{ paint: Pair; frame: Pair }> {
  const times: { opened: Opened; theirs: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const theirs = floorMs(setup);
    const opened = await open(setup);
    await pause(300);
    await close(opened);
    if (round > 0) times.push({ opened, theirs });
  }
  return {
    paint: pairOf(times.map(({ opened, theirs }) => ({ ours: opened.paintMs, theirs }))),
    frame: pairOf(times.map(({ opened, theirs }) => ({ ours: opened.frameMs, theirs }))),
  };
}

/** Times to the first frame and to the filled board with the site's journal, to one with a single run; medians of pairs. */
export async function withLongJournal(
  setup: UiSetup,
  site: string,
  rounds: number,
): Promise<{ frame: number; board: number }> {
  const frame: number[] = [];
  const board: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const without = async (): Promise<Times> => {
      setAside(setup.env, site, true);
      fillJournal(setup.env, site, 1);
      const times = await timed(setup);
      dropJournal(setup.env, site);
      setAside(setup.env, site, false);
      return times;
    };
    // In turn first and second: whoever comes second may find the machine warmer.
    const early = round % 2 === 0 ? await timed(setup) : null;
    const none = await without();
    const long = early ?? (await timed(setup));
    if (round === 0) continue;
    frame.push(long.frame / none.frame);
    board.push(long.board / none.board);
  }
  return { frame: median(frame), board: median(board) };
}

interface Times {
  /** When the first frame stood, and when its VMs were there; milliseconds. */
  readonly frame: number;
  readonly board: number;
}

/** Opens and leaves the console. */
async function timed(setup: UiSetup): Promise<Times> {
  const began = performance.now();
  const opened = await open(setup);
  await opened.screen.shows("VMs need");
  const board = performance.now() - began;
  await close(opened);
  return { frame: opened.frameMs, board };
}

interface Drawn {
  /** Milliseconds from a key to its frame, over a board of 1 000 VMs and in a run of 300 steps. */
  readonly paint: number;
  readonly steps: number;
  /** CPU milliseconds of a frame over 30 and over 3 000 rows. */
  readonly few: number;
  readonly many: number;
}

/** Key to paint, and the cost of a frame over 30 and over 3 000 rows. */
export async function frames({ root, node, env }: UiSetup): Promise<Drawn> {
  const outfile = join(root, "dist", "bench-ui.mjs");
  await build({
    entryPoints: [join(root, "bench/ui-frames.tsx")],
    outfile,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node22",
    logLevel: "error",
  });
  try {
    const text = execFileSync(node, [outfile], { env: { ...env, NODE_ENV: "production" }, encoding: "utf8" });
    return JSON.parse(text) as Drawn;
  } finally {
    rmSync(outfile, { force: true });
  }
}

const childOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);

const isDead = (pid: number): boolean => {
  try {
    return /^\d+ \(.*\) Z/u.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
};

/** Milliseconds from the death of the console by kill -9 until its launcher has left the alternate screen; the median. */
export async function restored(setup: UiSetup, rounds: number): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { child } = await open(setup);
    await pause(300);
    const left = new Promise<number>((resolve) => {
      child.onData((data) => {
        if (data.includes("\u001b[?1049l")) resolve(performance.now());
      });
    });
    const ended = new Promise<void>((resolve) => void child.onExit(() => resolve()));
    const pid = childOf(child.pid);
    process.kill(pid, "SIGKILL");
    while (!isDead(pid)) await pause(1);
    const died = performance.now();
    took.push(Math.max(0, (await left) - died));
    await ended;
  }
  return median(took);
}

function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** Bytes written and CPU used, in per cent of one core, while nothing happens for so many seconds. */
export async function idle(setup: UiSetup, seconds: number): Promise<{ bytes: number; cpu: number }> {
  const opened = await open(setup);
  await pause(40_000);
  const pid = childOf(opened.child.pid);
  const before = { bytes: opened.bytes(), ticks: cpuTicks(pid) };
  await pause(seconds * 1000);
  const found = { bytes: opened.bytes() - before.bytes, cpu: cpuTicks(pid) - before.ticks };
  await close(opened);
  return { bytes: found.bytes, cpu: found.cpu / seconds };
}
