/** Nothing is signalled but the very process that was shown: same pid, same start time, same device. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { endProcess, type EndPorts, type DeviceHold } from "../../src/connections/proc/end.ts";
import { processPort } from "../../src/connections/process.ts";
import type { Outcome } from "../../src/ports/outcome.ts";
import type { ProcessIdentity, ProcessLook } from "../../src/ports/process.ts";
import { LINUX, needs } from "../support/needs.ts";
import { seeded } from "../support/seeded.ts";
import { good } from "../support/result.ts";

let top: string;

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "handrail-end-"));
});
afterAll(() => rmSync(top, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** A process of a table that is only written down. */
interface Shown {
  readonly pid: number;
  readonly parent: number;
  readonly start: number;
  readonly program: string;
  readonly argv: readonly string[];
  readonly files: readonly string[];
}

function write(root: string, { pid, parent, start, program, argv, files }: Shown): void {
  const folder = join(root, String(pid));
  mkdirSync(join(folder, "fd"), { recursive: true });
  const rest = Array.from({ length: 17 }, () => "0").join(" ");
  writeFileSync(join(folder, "stat"), `${pid} (${program.slice(0, 15)}) S ${parent} ${rest} ${start} 0 0\n`);
  writeFileSync(join(folder, "cmdline"), argv.map((word) => `${word}\0`).join(""));
  for (const [fd, file] of files.entries()) symlinkSync(file, join(folder, "fd", String(fd)));
}

function writeTable(name: string, table: readonly Shown[]): string {
  const root = join(top, name);
  mkdirSync(root);
  writeFileSync(join(root, "stat"), "btime 1760000000\n");
  for (const shown of table) write(root, shown);
  return root;
}

type Pick = (below: number) => number;

/** Pids far above what a kernel gives out: a signal that were really sent would reach nobody. */
const FIRST_PID = 2 ** 30;
const hex = (pick: Pick): string => Array.from({ length: 20 }, () => pick(16).toString(16)).join("");
const byId = (id: string): string => `/dev/disk/by-id/virtio-${id}`;

/** The tree of one failover's injection: the injector, virt-v2v, and a qemu that holds the device open by its argument. */
function tree(pick: Pick, pid: number, device: string, api: number): Shown[] {
  const start = () => 1_000 + pick(1_000_000);
  return [
    {
      pid,
      parent: api,
      start: start(),
      program: "inject-virtio-drivers.sh",
      argv: ["/bin/sh", "inject-virtio-drivers.sh", device, "job"],
      files: [],
    },
    {
      pid: pid + 1,
      parent: pid,
      start: start(),
      program: "virt-v2v-in-place",
      argv: ["virt-v2v-in-place", "-v", "-x", "-i", "disk", device],
      files: [],
    },
    {
      pid: pid + 2,
      parent: pid + 1,
      start: start(),
      program: "qemu-system-x86_64",
      argv: ["qemu-system-x86_64", "-drive", `file=${device},format=raw,if=virtio`],
      files: [],
    },
  ];
}

/** What became of the process between its being shown and its being told to end. */
const CHANGES = [
  "nothing",
  "gone",
  "pid used again for the same device",
  "pid used again by a stranger",
  "other device",
  "longer device name",
  "start time only",
] as const;
type Change = (typeof CHANGES)[number];

function changed(pick: Pick, change: Change, target: Shown, other: string, device: string): Shown[] {
  const swap = (to: string): Shown => ({ ...target, argv: target.argv.map((word) => word.replace(device, to)) });
  const later = { ...target, start: target.start + 1 + pick(5_000) };
  switch (change) {
    case "nothing":
      return [target];
    case "gone":
      return [];
    case "pid used again for the same device":
      return [later];
    case "pid used again by a stranger":
      return [{ ...later, program: "mariadbd", argv: ["mariadbd"], files: ["/dev/null"] }];
    case "other device":
      return [swap(other)];
    case "longer device name":
      return [swap(`${device}a`)];
    case "start time only":
      return [{ ...target, start: target.start - 1 }];
    default:
      return change satisfies never;
  }
}

/** HANDRAIL_SEED plays the tables of one run again. */
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);
const TABLES = 200;

describe("in a random process table", () => {
  it(`only the process that was shown is signalled (HANDRAIL_SEED=${seed})`, async () => {
    const pick = seeded(seed);
    const sent: string[] = [];
    vi.spyOn(process, "kill").mockImplementation((pid, signal) => {
      sent.push(`${pid} ${String(signal)}`);
      return true;
    });
    const met = new Map<Change, number>();
    for (let n = 0; n < TABLES; n += 1) {
      sent.length = 0;
      const pid = FIRST_PID + 10 * pick(1_000_000);
      const device = byId(hex(pick));
      const [second, live] = [byId(hex(pick)), byId(hex(pick))];
      const api = pid - 1;
      const own = tree(pick, pid, device, api);
      const others = [...tree(pick, pid + 3, second, api), ...tree(pick, pid + 6, live, api)];
      const target = own[1 + pick(2)];
      if (target === undefined) throw new Error("no target");
      const change = CHANGES[pick(CHANGES.length)] ?? "nothing";
      met.set(change, (met.get(change) ?? 0) + 1);
      const rest = own.filter((one) => one !== target);
      const root = writeTable(`table-${n}`, [
        { pid: api, parent: 1, start: 5, program: "oma-api", argv: ["oma-api"], files: [] },
        ...rest,
        ...others,
        ...changed(pick, change, target, second, device),
      ]);
      const port = processPort({
        machine: "the appliance",
        elsewhere: null,
        services: {},
        redact: (text) => text,
        clock: { sleep: () => Promise.resolve(true) },
        root,
      });
      const identity: ProcessIdentity = { pid: target.pid, start_ticks: String(target.start), device };
      const outcome = await port.end(identity);
      const told = `table ${n}, seed ${seed}: ${change}`;
      const right = change === "nothing";
      expect(sent, `signals of ${told}`).toEqual(right ? [`${target.pid} SIGTERM`, `${target.pid} SIGKILL`] : []);
      // A written table does not change when it is signalled: that is how a process stuck in the kernel looks.
      expect(outcome.kind, `outcome of ${told}`).toBe(right ? "unknown" : "not-applied");
      const borrowed = others[pick(others.length)];
      sent.length = 0;
      const foreign = await port.end({ pid: borrowed?.pid ?? 0, start_ticks: String(borrowed?.start), device });
      expect([foreign.kind, sent], `${told}, and a process of another failover`).toEqual(["not-applied", []]);
      rmSync(root, { recursive: true });
    }
    expect(new Set(met.keys())).toEqual(new Set(CHANGES));
  });
});

describe("a process that changes while it is being ended", () => {
  const identity: ProcessIdentity = { pid: FIRST_PID, start_ticks: "7", device: byId("a") };
  const look: DeviceHold = "holds it";

  /** Ports over looks that are given one after the other; the last stays. */
  function scripted(looks: readonly DeviceHold[], signal: EndPorts["signal"] = () => undefined) {
    let at = 0;
    const waited: number[] = [];
    const sent: string[] = [];
    const ports: EndPorts = {
      find: () => looks[Math.min(at++, looks.length - 1)] ?? "gone",
      clock: { sleep: (seconds) => (waited.push(seconds), Promise.resolve(true)) },
      signal: (pid, name) => {
        sent.push(name);
        signal(pid, name);
      },
    };
    return { ports, sent, waited: () => waited.reduce((sum, seconds) => sum + seconds, 0) };
  }

  it("gets no KILL when it ends by itself within ten seconds", async () => {
    const { ports, sent, waited } = scripted([look, look, look, "gone"]);
    expect(await endProcess(identity, ports)).toEqual({
      kind: "applied",
      evidence: { pid: identity.pid, by: "TERM" },
    } satisfies Outcome);
    expect([sent, waited()]).toEqual([["SIGTERM"], 1]);
  });

  it("gets KILL after ten seconds and not before, and is in doubt five seconds later", async () => {
    const { ports, sent, waited } = scripted([look]);
    expect(await endProcess(identity, ports)).toMatchObject({ kind: "unknown" });
    expect([sent, waited()]).toEqual([["SIGTERM", "SIGKILL"], 15]);
  });

  it("gets no KILL when its pid is another's by then", async () => {
    // twenty looks in ten seconds, one at their end; the next one is before KILL
    const { ports, sent } = scripted([...Array.from({ length: 22 }, () => look), "gone"]);
    expect(await endProcess(identity, ports)).toEqual({ kind: "applied", evidence: { pid: identity.pid, by: "TERM" } });
    expect(sent).toEqual(["SIGTERM"]);
  });

  it("is in doubt, and gets no KILL, while it lives and holds the device no more", async () => {
    const { ports, sent } = scripted([look, "holds it no more"]);
    expect(await endProcess(identity, ports)).toMatchObject({ kind: "unknown" });
    expect(sent).toEqual(["SIGTERM"]);
  });

  it("is not signalled where it may not be looked at", async () => {
    const { ports, sent } = scripted(["not known"]);
    const outcome = await endProcess(identity, ports);
    expect(outcome).toMatchObject({ kind: "not-applied", why: "refused" });
    expect(outcome).toHaveProperty("message", expect.stringContaining("is not known; nothing was signalled"));
    expect(sent).toEqual([]);
  });

  it("is refused with a sentence when it may not be signalled", async () => {
    const { ports } = scripted([look], () => {
      throw Object.assign(new Error("not permitted"), { code: "EPERM" });
    });
    const outcome = await endProcess(identity, ports);
    expect(outcome).toMatchObject({ kind: "not-applied", why: "refused" });
    expect(outcome).toHaveProperty("message", expect.stringContaining("may not be signalled by this user (EPERM)"));
  });

  it("is in doubt when TERM went out and KILL was refused", async () => {
    const { ports, sent } = scripted([look], (_pid, name) => {
      if (name === "SIGKILL") throw Object.assign(new Error("not permitted"), { code: "EPERM" });
    });
    expect(await endProcess(identity, ports)).toMatchObject({ kind: "unknown" });
    expect(sent).toEqual(["SIGTERM", "SIGKILL"]);
  });
});

describe("a real process", await needs(LINUX), () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  /** What waits as long as it says, or shorter where the process is known to outlast it. */
  const real = (secondMs = 1_000) =>
    processPort({
      machine: "the appliance",
      elsewhere: null,
      services: {},
      redact: (text) => text,
      clock: { sleep: (seconds) => new Promise((done) => setTimeout(done, seconds * secondMs, true)) },
    });

  /** Starts a shell that holds a file open as its device; gives it as it is shown. */
  async function holding(name: string, script: string): Promise<{ child: ChildProcess; shown: ProcessLook }> {
    const device = join(top, name);
    const fd = openSync(device, "w");
    const child = spawn("sh", ["-c", script], { stdio: ["pipe", "pipe", "ignore", fd] });
    closeSync(fd);
    children.push(child);
    await once(child.stdout as NodeJS.ReadableStream, "data");
    const [shown] = good(await real().holders([device]));
    if (shown === undefined) throw new Error("nobody holds the file");
    expect(shown.pid).toBe(child.pid);
    return { child, shown };
  }

  it("dies on TERM", async () => {
    const { child, shown } = await holding("term", "echo up; read never");
    const exited = once(child, "exit");
    expect(await real().end(shown)).toEqual({ kind: "applied", evidence: { pid: child.pid, by: "TERM" } });
    expect(await exited).toEqual([null, "SIGTERM"]);
  });

  it("dies only on KILL", async () => {
    const { child, shown } = await holding("kill", "trap '' TERM; echo up; while :; do read never; done");
    const exited = once(child, "exit");
    expect(await real(100).end(shown)).toEqual({ kind: "applied", evidence: { pid: child.pid, by: "KILL" } });
    expect(await exited).toEqual([null, "SIGKILL"]);
  });

  it("is already gone: nothing is signalled", async () => {
    const { child, shown } = await holding("gone", "echo up; read never");
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    expect(await real().end(shown)).toMatchObject({ kind: "not-applied", why: "refused" });
  });

  it("lives on when its start time or its device is not the one that was shown", async () => {
    const { child, shown } = await holding("other", "echo up; read never");
    const wrong = [
      { ...shown, start_ticks: String(Number(shown.start_ticks) - 1) },
      { ...shown, device: join(top, "another") },
    ];
    for (const identity of wrong)
      expect(await real().end(identity)).toMatchObject({ kind: "not-applied", why: "refused" });
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });
});
