/**
 * A thousand volume operations over two hundred VMs, against the usual way: sending a group and waiting for all of it.
 * Each VM has a chain of five that cannot overlap; what no way can beat is the longest chain.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import pty from "@lydell/node-pty";
import { screenOf } from "./screen.ts";
import { median } from "./pairs.ts";
import { fault, loadWorld, sqlQuietly, type Lab } from "../src/packs/appliance/lab/index.ts";

const VMS = 200;
const CHAIN = ["detach", "attach", "detach", "attach", "detach"] as const;
const GROUP = 64;

const runbook = (): string => `handrail: 1
runbooks:
  - id: moves
    title: Benchmark
    summary: Benchmark
    severity: low
    select:
      sql: |
        SELECT c.context_id, c.vm_name, MIN(v.volume_id) AS volume, MIN(o.oma_vm_id) AS appliance
          FROM vm_replication_contexts c
          JOIN ossea_volumes v ON v.vm_context_id = c.context_id
          JOIN ossea_configs o ON o.is_active = 1
         WHERE c.vm_name LIKE 'batch-vm-%'
         GROUP BY c.context_id, c.vm_name
         ORDER BY c.context_id
      columns: { context_id: text, vm_name: text, volume: text, appliance: text }
      key: context_id
      label: vm_name
      stuck: "true"
    probes:
      off: { title: Off, kind: volume, op: look, volumes: "[target.volume]", appliance: target.appliance, expect: "result.size() > 0 && result.all(v, v.where == 'detached')" }
      home: { title: Home, kind: volume, op: look, volumes: "[target.volume]", appliance: target.appliance, expect: "result.size() > 0 && result.all(v, v.where == 'appliance')" }
    phases:
      - id: moves
        title: Moves
        steps:
${CHAIN.map(
  (op, at) =>
    `          - { id: m${at}, title: ${op} ${at}, kind: volume, op: ${op}, volume: target.volume, ${op === "attach" ? "vm: target.appliance, verify: home" : "verify: off"}, limit: 60, undo: { none: moved back by the next } }\n`,
).join("")}    success:
      - { id: off, probe: off }
`;

/** The same numbers at every run: seconds from 0.5 to 3. */
function drawn(): () => number {
  let seed = 20_250_927;
  return () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return 0.5 + (seed / 0x7fffffff) * 2.5;
  };
}

interface Chain {
  readonly volume: string;
  /** Seconds of the lab's time that all five take one after the other. */
  readonly seconds: number;
}

async function chains(lab: Lab): Promise<{ readonly all: Chain[]; readonly appliance: string }> {
  await loadWorld(lab, `many-stuck:${VMS}`);
  const rows = (await sqlQuietly(
    lab,
    "select min(v.volume_id) volume from vm_replication_contexts c join ossea_volumes v on v.vm_context_id = c.context_id where c.vm_name like 'batch-vm-%' group by c.context_id order by c.context_id",
  )) as { volume: string }[];
  const [config] = (await sqlQuietly(lab, "select oma_vm_id id from ossea_configs where is_active = 1")) as {
    id: string;
  }[];
  // The daemon's own time is what is set; CloudStack's part of it must fit in.
  await fault(lab, "cloudstack-job-time", { seconds: 0 });
  const draw = drawn();
  const all: Chain[] = [];
  for (const { volume } of rows) {
    const times = { detach: draw(), attach: draw() };
    for (const type of ["detach", "attach"] as const)
      await fault(lab, "daemon-operation-time", { type, volume, seconds: times[type].toFixed(3) });
    all.push({ volume, seconds: CHAIN.reduce((sum, op) => sum + times[op], 0) });
  }
  return { all, appliance: config?.id ?? "" };
}

interface Setup {
  readonly lab: Lab;
  readonly dir: string;
  /** The launcher: what it gives to Node belongs to what is measured. */
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Line {
  readonly type: string;
  readonly mono_ms: number;
}

/** Peak memory of a process so far, MiB. */
function peak(pid: number): number {
  const [, kib = "0"] = /VmHWM:\s+(\d+) kB/u.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

async function handrail({ bin, env }: Setup, args: readonly string[]): Promise<{ lines: Line[]; mib: number }> {
  const child = spawn(bin, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  let mib = 0;
  const watch = setInterval(() => (mib = Math.max(mib, peak(child.pid ?? 0))), 50);
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  const [code] = (await once(child, "close").finally(() => clearInterval(watch))) as [number];
  if (code !== 0) throw new Error(`handrail ${args.join(" ")} ended with ${code}: ${out.slice(-2000)}`);
  const lines = args.includes("--json")
    ? out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Line)
    : [];
  return { lines, mib };
}

/** What a run of all of them is given, the world being loaded afresh. */
async function prepared(setup: Setup): Promise<{ readonly all: Chain[]; readonly args: readonly string[] }> {
  const { all } = await chains(setup.lab);
  mkdirSync(setup.dir, { recursive: true });
  const file = join(setup.dir, "moves.yaml");
  const grant = join(setup.dir, "moves.grant");
  writeFileSync(file, runbook());
  rmSync(grant, { force: true });
  const which = ["moves", "--file", file, "--all-stuck", "--lab"];
  await handrail(setup, ["grant", ...which, "-o", grant]);
  return { all, args: ["run", ...which, "--no-canary", "--max-parallel", String(VMS), "--grant", grant] };
}

/** Seconds from the first intent to the last verified end, and the most memory. */
async function ours(setup: Setup): Promise<{ seconds: number; mib: number; slowest: number; operations: number }> {
  const { all, args } = await prepared(setup);
  const { lines, mib } = await handrail(setup, [...args, "--json"]);
  const times = lines
    .filter(({ type }) => type === "step.intent" || type === "step.verified")
    .map((line) => line.mono_ms);
  const operations = lines.filter(({ type }) => type === "step.intent").length;
  const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
  return { seconds, mib, operations, slowest: Math.max(...all.map((chain) => chain.seconds)) / setup.lab.scale };
}

const agent = new Agent({ keepAlive: true, maxSockets: GROUP });

function daemon(lab: Lab, method: string, path: string, body?: object): Promise<{ id: string; status: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${lab.site.volume_daemon.url}${path}`, { method, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve(JSON.parse(text) as { id: string; status: string }));
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The daemon closed a connection that was not used for a while, just as it was to be used: it did not read this.
      const isClosed = sent.reusedSocket && error.code === "ECONNRESET";
      if (isClosed) resolve(daemon(lab, method, path, body));
      else reject(error);
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

async function moved(lab: Lab, op: string, volume: string, appliance: string): Promise<void> {
  const { id } = await daemon(
    lab,
    "POST",
    `/api/v1/volumes/${volume}/${op}`,
    op === "attach" ? { vm_id: appliance } : {},
  );
  for (;;) {
    const { status } = await daemon(lab, "GET", `/api/v1/operations/${id}`);
    if (status === "completed") return;
    if (status !== "pending" && status !== "executing") throw new Error(`operation ${id} is ${status}`);
    await pause(200 / lab.scale);
  }
}

/** Seconds of the usual way: groups of 64, each waited for, no journal, nothing looked at. */
async function usual({ lab }: Setup): Promise<number> {
  const { all, appliance } = await chains(lab);
  const began = performance.now();
  for (const op of CHAIN) {
    for (let at = 0; at < all.length; at += GROUP)
      await Promise.all(all.slice(at, at + GROUP).map(({ volume }) => moved(lab, op, volume, appliance)));
  }
  agent.destroy();
  return (performance.now() - began) / 1000;
}

const childOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);

const PRESSES = 20;
/** Stands in the first lines of the list of keys, and nowhere else. */
const ONLY_THERE = "one line up";

/**
 * Milliseconds from `?` to the list of keys on the screen, while the console carries the thousand out; the median. Other
 * things are drawn all the time, so what is waited for is a line of that list.
 */
async function keys(setup: Setup): Promise<{ key: number; mib: number }> {
  const { args } = await prepared(setup);
  const env = { ...setup.env, TERM: "xterm-256color", LANG: "C.UTF-8" };
  const child = pty.spawn(setup.bin, [...args], { name: "xterm-256color", cols: 80, rows: 24, env });
  const ended = new Promise<void>((resolve) => void child.onExit(() => resolve()));
  const screen = screenOf(child);
  await screen.shows("Moves");
  await pause(3000 / setup.lab.scale);
  const took: number[] = [];
  for (let press = 0; press < PRESSES; press += 1) {
    const began = performance.now();
    child.write("?");
    await screen.shows(ONLY_THERE);
    took.push(performance.now() - began);
    child.write("\u001b");
    // The page of the run has to be back: a key that comes earlier would be one of the list.
    await screen.shows("Moves");
    await pause(100);
  }
  await screen.shows("the run is closed, exit 0");
  const mib = peak(childOf(child.pid));
  child.write("q");
  await pause(500);
  child.write("q");
  await ended;
  return { key: median(took), mib };
}

export interface Moves {
  readonly operations: number;
  /** Seconds. */
  readonly ours: number;
  readonly usual: number;
  readonly slowest: number;
  readonly mib: number;
  /** The same in the console: milliseconds from a key to its screen, and the most memory. */
  readonly console: { readonly key: number; readonly mib: number };
}

/** Carries the thousand out both ways, one after the other, on the same lab. */
export async function moves(setup: Setup): Promise<Moves> {
  const { seconds, mib, slowest, operations } = await ours(setup);
  return { operations, ours: seconds, usual: await usual(setup), slowest, mib, console: await keys(setup) };
}
