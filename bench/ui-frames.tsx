/** Prints what a frame costs: key to paint, and the same window over few and over many rows. Bundled by `ui.ts`. */
import { PassThrough, Writable } from "node:stream";
import { render } from "ink";
import { App } from "../src/ui/app.tsx";
import { Console, type ConsoleWish } from "../src/ui/console.ts";
import { slim } from "../src/ui/paint/slim.ts";
import { recordedEvents } from "../src/cli/rehearsal/recorded.ts";
import { ok } from "../src/ports/result.ts";
import { describe } from "../src/packs/appliance/board/describe.ts";
import type { BoardTarget, Sources } from "../src/ui/sources.ts";

const PRESSES = 120;
const DOWN = "\u001b[B";
const UP = "\u001b[A";
const LEFT = "\u001b[D";

const vm = (at: number): BoardTarget =>
  describe({
    key: `ctx-${at}`,
    label: `machine-${String(at).padStart(4, "0")}`,
    row: {
      current_status: at % 3 === 0 ? "failed_over_test" : "ready_for_failover",
      job_type: "test",
      job_status: "pending",
      tracking_status: "failed",
      vcenter_host: "vc",
    },
    stuck: at % 3 === 0,
    seconds: at * 60,
    step: { name: "virtio-driver-injection", status: "failed", error: "exit status 1" },
  });

class Sink extends Writable {
  readonly isTTY = true;
  readonly columns = 80;
  readonly rows = 24;
  wrote: (() => void) | null = null;
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    this.wrote?.();
    done();
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

const none = () => Promise.reject(new Error("not here"));
const sources: Sources = {
  board: () => Promise.resolve(ok([])),
  silent: () => Promise.resolve([]),
  rows: none,
  detail: none,
  printed: none,
  runbooks: () => Promise.resolve([]),
  runs: () => Promise.resolve([]),
  report: none,
  note: none,
  events: () => Promise.resolve([]),
  start: none,
  close: () => Promise.resolve(),
};

function consoleOver(over: Partial<Sources>, open: ConsoleWish["open"] = {}): Console {
  return new Console({
    site: { name: "bench", lab: null, scale: 1, banners: [], operator: "ada", readOnly: false },
    sources: { ...sources, ...over },
    timers: { now: () => Date.now(), later: () => () => undefined },
    suspend: () => undefined,
    open,
  });
}

const board = (count: number): Console =>
  consoleOver({ board: () => Promise.resolve(ok(Array.from({ length: count }, (_unused, at) => vm(at)))) });

/** The recorded run with so many steps in each of its phases that it has about `count` of them. */
function longRun(count: number): Console {
  const times = Math.ceil(count / 11);
  const events = recordedEvents().map((event) => {
    if (event.type !== "phase.expanded") return event;
    const steps = event.body.steps.flatMap((step) =>
      Array.from({ length: step.does === "change" ? times : 1 }, (_unused, at) =>
        at === 0 ? step : { ...step, item_key: `${step.item_key ?? ""}#${at}` },
      ),
    );
    return { ...event, body: { ...event.body, steps } };
  });
  return consoleOver({ events: () => Promise.resolve(events) }, { replay: events[0]?.run_id ?? "" });
}

/** Milliseconds from a key to the last byte of its frame, and CPU ms of a frame; the keys are pressed in turn. */
async function pressed(console: Console, keys: readonly string[]): Promise<{ paint: number; cpu: number }> {
  const stdout = new Sink();
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  const instance = render(<App console={console} onReady={() => undefined} />, {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: slim(stdout as unknown as NodeJS.WriteStream),
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  });
  await console.begin();
  await pause(200);
  const times: number[] = [];
  const cpu: number[] = [];
  for (let at = 0; at < PRESSES; at += 1) {
    const before = process.cpuUsage();
    const began = performance.now();
    let painted = began;
    stdout.wrote = () => (painted = performance.now());
    stdin.write(keys[at % keys.length] ?? DOWN);
    await pause(40);
    times.push(painted - began);
    const used = process.cpuUsage(before);
    cpu.push((used.user + used.system) / 1000);
  }
  instance.unmount();
  await instance.waitUntilExit();
  return { paint: median(times.slice(20)), cpu: median(cpu.slice(20)) };
}

/** Down and up again: a list of 30 has an end, at which a key draws nothing, and both lists are to move alike. */
const upAndDown = [DOWN, UP].flatMap((key) => Array<string>(10).fill(key));
await pressed(board(30), upAndDown);
const few = await pressed(board(30), upAndDown);
const many = await pressed(board(3000), upAndDown);
const thousand = await pressed(board(1000), upAndDown);
const run = await pressed(longRun(300), ["G", LEFT]);
const found = { paint: thousand.paint, steps: run.paint, few: few.cpu, many: many.cpu };
process.stdout.write(`${JSON.stringify(found)}\n`);
