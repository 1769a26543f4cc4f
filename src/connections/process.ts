/** The process port over /proc: who holds a volume's device, and which process is the appliance's API. */
import { statSync } from "node:fs";
import type { ClockPort, ProcessIdentity, ProcessLook, ProcessPort } from "../phases/ports.ts";
import { failure, type Failure, type Outcome } from "../phases/outcome.ts";
import { err, ok, type Result } from "../phases/result.ts";
import { deviceOf, names, type Device } from "./proc/device.ts";
import { endProcess } from "./proc/end.ts";
import { listeners } from "./proc/listener.ts";
import { ancestors, openFiles, processTable, startedAt, text, TICKS_PER_SECOND, type Row } from "./proc/table.ts";

export interface ProcessOptions {
  /** Null on the appliance; else the host name to say that these processes are not to be seen from here. */
  readonly elsewhere: string | null;
  readonly port: number;
  readonly pidFile?: string | undefined;
  readonly names: readonly string[];
  /** Waits between TERM and KILL in the site's time. */
  readonly clock: Pick<ClockPort, "sleep">;
  /** Takes secrets out of arguments: the API is started with the database's password on its command line. */
  readonly redact: (text: string) => string;
  /** `/proc`, unless a test brings its own. */
  readonly root?: string | undefined;
}

type Table = ReadonlyMap<number, Row>;

/** Looks at this host's processes. Refuses when the appliance is another host: its processes are not ours to see. */
export function processPort(options: ProcessOptions): ProcessPort {
  const root = options.root ?? "/proc";
  const look = (ask: (table: Table) => ProcessLook[]): Promise<Result<ProcessLook[], Failure>> => {
    if (options.elsewhere !== null) return Promise.resolve(err(notHere(options.elsewhere)));
    const table = processTable(root);
    return Promise.resolve(table === null ? err(noProc(root)) : ok(ask(table)));
  };
  return {
    holders: (devices) => look((table) => holders(root, table, devices.map(deviceOf), options)),
    end: (identity) => {
      if (options.elsewhere !== null) return Promise.resolve(refusedElsewhere(options.elsewhere));
      const find = (wanted: ProcessIdentity): ProcessLook | null => {
        const found = holders(root, processTable(root) ?? new Map(), [deviceOf(wanted.device)], options);
        return found.find(({ pid, start_ticks }) => pid === wanted.pid && start_ticks === wanted.start_ticks) ?? null;
      };
      return endProcess(identity, { find, clock: options.clock, signal: (pid, name) => void process.kill(pid, name) });
    },
    api: () => look((table) => apiRows(root, table, options).map((row) => lookAt(root, table, row, "", options))),
  };
}

const refusedElsewhere = (host: string): Outcome => {
  const { message } = notHere(host);
  return { kind: "not-applied", why: "refused", code: null, message, evidence: {} };
};

const notHere = (host: string): Failure =>
  failure(
    "refused",
    `The appliance's API is on ${host}. Its processes can only be seen there: run Handrail on the appliance.`,
  );

const noProc = (root: string): Failure =>
  failure(
    "unreachable",
    `There is no process table at ${root}. Process probes need Linux: run Handrail on the appliance.`,
  );

function holders(root: string, table: Table, devices: readonly Device[], options: ProcessOptions): ProcessLook[] {
  const found: ProcessLook[] = [];
  for (const row of table.values()) {
    if (row.pid === process.pid) continue;
    let files: string[] | null = null;
    for (const device of devices) {
      const hit = names(device, row.argv) || names(device, (files ??= openFiles(root, row.pid)));
      if (hit) found.push(lookAt(root, table, row, device.asked, options));
    }
  }
  return found;
}

function apiRows(root: string, table: Table, options: ProcessOptions): Row[] {
  if (options.pidFile !== undefined) return named(root, table, options.pidFile);
  const owners = listeners(root, table, options.port);
  if (owners.length > 0) return owners;
  return [...table.values()].filter((row) => options.names.some((name) => isProgram(row.program, name)));
}

/** The process that a pid file names. One that began after the file was written only has its number. */
function named(root: string, table: Table, pidFile: string): Row[] {
  const pid = Number.parseInt(text(pidFile) ?? "", 10);
  const row = table.get(pid);
  const written = statSync(pidFile, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return row === undefined || startedAt(root, row.startTicks) > written / 1_000 + GRACE_S ? [] : [row];
}

const GRACE_S = 2; // both times are rounded

/** The binary carries its version behind its name on some appliances: `oma-api-v2.40.3`. */
const isProgram = (program: string, name: string): boolean =>
  program === name || program.startsWith(`${name}-v`) || program.startsWith(`${name}.`);

/** `-db-pass SECRET` holds no sign that a redactor could know it by. */
const withoutPasswords = (argv: readonly string[]): string[] =>
  argv.map((word, at) => (/^--?[\w-]*pass(?:word)?$/i.test(argv[at - 1] ?? "") ? "***" : word));

function lookAt(root: string, table: Table, row: Row, device: string, options: ProcessOptions): ProcessLook {
  return {
    pid: row.pid,
    start_ticks: row.startTicks,
    started: startedAt(root, row.startTicks),
    program: row.program,
    args: options.redact(withoutPasswords(row.argv).join(" ")),
    device,
    parents: ancestors(table, row),
    cpu_ms: row.cpuTicks * (1000 / TICKS_PER_SECOND),
  };
}
