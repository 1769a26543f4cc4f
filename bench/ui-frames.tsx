/** Prints what a frame costs: key to paint, and the same window over few and over many rows. Bundled by `ui.ts`. */
import { PassThrough, Writable } from "node:stream";
import { render } from "ink";
import { App } from "../src/ui/app.tsx";
import { Console } from "../src/ui/console.ts";
import { ok } from "../src/phases/result.ts";
import type { BoardVm } from "../src/ui/sources.ts";

const PRESSES = 120;
const DOWN = "\u001b[B";

const vm = (at: number): BoardVm => ({
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

/** Milliseconds from a key to the last byte of its frame, and CPU ms of a frame, over a board of so many VMs. */
async function board(count: number): Promise<{ paint: number; cpu: number }> {
  const stdout = new Sink();
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  const none = () => Promise.reject(new Error("not here"));
  const console = new Console({
    site: { name: "bench", lab: null, scale: 1, banners: [], operator: "ada", readOnly: false },
    sources: {
      board: () => Promise.resolve(ok(Array.from({ length: count }, (_unused, at) => vm(at)))),
      rows: () => Promise.reject(new Error("not in this world")),
      detail: none,
      runbooks: () => Promise.resolve([]),
      runs: () => Promise.resolve([]),
      note: () => Promise.reject(new Error("nobody writes here")),
      events: () => Promise.resolve([]),
      start: none,
      close: () => Promise.resolve(),
    },
    timers: { now: () => Date.now(), later: () => () => undefined },
    suspend: () => undefined,
  });
  const instance = render(<App console={console} onReady={() => undefined} />, {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    alternateScreen: true,
    incrementalRendering: true,
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
    stdin.write(DOWN);
    await pause(40);
    times.push(painted - began);
    const used = process.cpuUsage(before);
    cpu.push((used.user + used.system) / 1000);
  }
  instance.unmount();
  await instance.waitUntilExit();
  return { paint: median(times.slice(20)), cpu: median(cpu.slice(20)) };
}

await board(30);
const few = await board(30);
const many = await board(3000);
const thousand = await board(1000);
process.stdout.write(`${JSON.stringify({ paint: thousand.paint, few: few.cpu, many: many.cpu })}\n`);
