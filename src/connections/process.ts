/** The process port over /proc: who holds a disk's device, and which processes are the site's own programs. */
import { statSync } from "node:fs";
import type { ClockPort } from "../ports/clock.ts";
import type { ProcessIdentity, ProcessLook, ProcessPort } from "../ports/process.ts";
import { failure, type Failure, type Outcome } from "../ports/outcome.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { deviceOf, names, type Device } from "./proc/device.ts";
import { endProcess, type DeviceHold } from "./proc/end.ts";
import { listeners } from "./proc/listener.ts";
import {
  ancestors,
  openFiles,
  processTable,
  startedAt,
  text,
  TICKS_PER_SECOND,
  type ProcessTable,
  type ProcessRow,
} from "./proc/table.ts";

/** A program of the site, and how its process is told from others. */
export interface Service {
  /** As in a sentence: `the database server`. */
  readonly title: string;
  /** Null where it runs on the machine of the site; else where that is, as the beginning of a sentence. */
  readonly elsewhere: string | null;
  readonly port: number;
  readonly pidFile?: string | undefined;
  readonly names: readonly string[];
  /** `listener`: whoever listens is it, else whoever bears its name. `program`: whoever listens and bears its name. */
  readonly identity: "listener" | "program";
}

export interface ProcessOptions {
  /** The machine of the site, as in "run Handrail on …". */
  readonly machine: string;
  /** Null on that machine; else where it is, as the beginning of a sentence. */
  readonly elsewhere: string | null;
  /** The site's own programs, by the names that a runbook knows them by. */
  readonly services: Readonly<Record<string, Service>>;
  /** Waits between TERM and KILL in the site's time. */
  readonly clock: Pick<ClockPort, "sleep">;
  /** Takes secrets out of arguments: a program may be started with the database's password on its command line. */
  readonly redact: (text: string) => string;
  /**
   * Whether what may not be looked into cannot matter: a lab starts all of its processes as its own user, who may. On a real
   * site anybody's process may hold a disk.
   */
  readonly own?: boolean | undefined;
  /** `/proc`, unless a test brings its own. */
  readonly root?: string | undefined;
}

type Table = ReadonlyMap<number, ProcessRow>;

/** The processes of this host as they were read, and what they are read for. */
interface Host {
  readonly root: string;
  readonly table: ProcessTable;
  readonly options: ProcessOptions;
}

/** Looks at this host's processes. Refuses when the site is another host: its processes are not ours to see. */
export function processPort(options: ProcessOptions): ProcessPort {
  const { root = "/proc" } = options;
  const look = (ask: (host: Host) => Result<ProcessLook[], Failure>): Promise<Result<ProcessLook[], Failure>> => {
    if (options.elsewhere !== null) return Promise.resolve(err(notHere(options.elsewhere, options)));
    const table = processTable(root);
    return Promise.resolve(table === null ? err(noProc(root, options)) : ask({ root, table, options }));
  };
  return {
    holders: (devices) => look((host) => holders(host, devices)),
    end: (identity) => {
      if (options.elsewhere !== null) return Promise.resolve(refusedElsewhere(notHere(options.elsewhere, options)));
      const find = (target: ProcessIdentity): DeviceHold => findProcess(root, target);
      return endProcess(identity, { find, clock: options.clock, signal: (pid, name) => void process.kill(pid, name) });
    },
    service: (name) => look((host) => serviceRows(host, name)),
  };
}

/** The process as it is now: the very one that holds the device, one of the same start that does not or may not be seen to, or none. */
function findProcess(root: string, { pid, start_ticks, device }: ProcessIdentity): DeviceHold {
  const table = processTable(root);
  if (table === null || table.hidden.includes(pid)) return "not known";
  const row = table.rows.get(pid);
  if (row?.startTicks !== start_ticks) return "gone";
  return holding(heldBy(root, row, [deviceOf(device)]));
}

function holding(devices: readonly Device[] | null): DeviceHold {
  if (devices === null) return "not known";
  return devices.length > 0 ? "holds it" : "holds it no more";
}

const refusedElsewhere = ({ message }: Failure): Outcome => ({
  kind: "not-applied",
  why: "refused",
  code: null,
  message,
  evidence: {},
});

type Place = Pick<ProcessOptions, "machine">;

const notHere = (elsewhere: string, { machine }: Place): Failure =>
  failure("refused", `${elsewhere}. Its processes can only be seen there: run Handrail on ${machine}.`);

const noProc = (root: string, { machine }: Place): Failure =>
  failure(
    "unreachable",
    `There is no process table at ${root}. Process probes need Linux: run Handrail on ${machine}.`,
  );

/** Which of the devices a process names or has open; null where its files may not be looked at and its words name none. */
function heldBy(root: string, row: ProcessRow, devices: readonly Device[]): readonly Device[] | null {
  if (row.kernel) return [];
  const argvDevices = devices.filter((device) => names(device, row.argv));
  const files = openFiles(root, row.pid);
  if (files === null) return argvDevices.length > 0 ? argvDevices : null;
  return devices.filter((device) => argvDevices.includes(device) || names(device, files));
}

/**
 * Who holds the devices. Where nobody is seen to, and some processes could not be looked into, nobody knows: that is no
 * answer, never an empty one.
 */
function holders(host: Host, devices: readonly string[]): Result<ProcessLook[], Failure> {
  const { root, table, options } = host;
  const targets = devices.map(deviceOf);
  const rows = [...table.rows.values()].filter(({ pid }) => pid !== process.pid);
  const readings = rows.map((row) => ({ row, heldDevices: heldBy(root, row, targets) }));
  const looks = readings.flatMap(({ row, heldDevices }) =>
    (heldDevices ?? []).map((device) => lookAt(host, row, device.asked)),
  );
  const obstacles = [
    ...table.hidden.map((pid) => `pid ${pid}`),
    ...targets.filter((device) => device.hidden).map(({ asked: link }) => `the link ${link}`),
    ...readings.filter(({ heldDevices }) => heldDevices === null).map(({ row }) => `${row.program} (pid ${row.pid})`),
  ];
  const isWhole = obstacles.length === 0 || options.own === true || devices.length === 0;
  return looks.length === 0 && !isWhole ? err(notWhole(obstacles, options)) : ok(looks);
}

/** So many of what could not be looked into are named. */
const MOST_NAMED = 3;

function notWhole(obstacles: readonly string[], { machine }: Place): Failure {
  const names = obstacles.slice(0, MOST_NAMED).join(", ");
  const ellipsis = obstacles.length > MOST_NAMED ? ` and ${obstacles.length - MOST_NAMED} more` : "";
  const advice =
    process.geteuid?.() === 0
      ? `This is root already: they are confined, or this is a container. Run Handrail on ${machine} itself, outside of it.`
      : `They are other users' processes, hidden (hidepid), or this is a hardened unit. Run Handrail as root on ${machine}.`;
  return failure(
    "unreachable",
    `Whether a process holds the disks is not known: ${obstacles.length} of them may not be looked into by this user: ${names}${ellipsis}. ${advice}`,
  );
}

function serviceRows(host: Host, name: string): Result<ProcessLook[], Failure> {
  const service = host.options.services[name];
  if (service === undefined) throw new Error(`the site has no program ${name}`);
  if (service.elsewhere !== null) return err(notHere(service.elsewhere, host.options));
  const rows = service.identity === "listener" ? listenerRows(host, service) : programRows(host, service);
  return rows === null ? err(notSeen(service, host.options)) : ok(rows.map((row) => lookAt(host, row)));
}

/** Who listens, else who bears the name; null where that is no proof. */
function listenerRows(host: Host, service: Service): readonly ProcessRow[] | null {
  const { root, table } = host;
  if (service.pidFile !== undefined) return fromPidFile(root, table.rows, service.pidFile);
  const owners = listeners(root, table.rows, service.port);
  return owners !== null && owners.length > 0 ? owners : namesakeRows(host, service, owners !== null);
}

/** Who bears the name where nobody is seen to listen; `isSeen`: whether that could be looked at. */
function namesakeRows({ table, options }: Host, service: Service, isSeen: boolean): readonly ProcessRow[] | null {
  const matches = namesakes(table, service);
  // Somebody listens there and is not to be seen, or processes are hidden: no proof that there is none.
  const isWhole = options.own === true || (isSeen && table.hidden.length === 0);
  return matches.length > 0 || isWhole ? matches : null;
}

/** Who listens; null where that is not known, or is another program: a proxy or a unit's socket says nothing of its start. */
function programRows({ root, table }: Host, service: Service): readonly ProcessRow[] | null {
  const owners = listeners(root, table.rows, service.port);
  return owners?.every(({ program }) => bearsName(program, service)) === true ? owners : null;
}

const bearsName = (program: string, { names }: Service): boolean => names.some((name) => isProgram(program, name));

const namesakes = (table: ProcessTable, service: Service): ProcessRow[] =>
  [...table.rows.values()].filter(({ program }) => bearsName(program, service));

const notSeen = ({ title, port }: Service, { machine }: Place): Failure =>
  failure(
    "unreachable",
    `Which process ${title} is (port ${port}) is not known: not every process may be looked into by this user. ` +
      `Run Handrail as root on ${machine}.`,
  );

/** The process that a pid file names. One that began after the file was written only has its number. */
function fromPidFile(root: string, table: Table, pidFile: string): ProcessRow[] {
  const pid = Number.parseInt(text(pidFile) ?? "", 10);
  const row = table.get(pid);
  const writtenMs = statSync(pidFile, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return row === undefined || startedAt(root, row.startTicks) > writtenMs / 1_000 + GRACE_S ? [] : [row];
}

const GRACE_S = 2; // both times are rounded

/** Some binaries carry their version behind their name: `server-v2.40.3`. */
export const isProgram = (program: string, name: string): boolean =>
  program === name || program.startsWith(`${name}-v`) || program.startsWith(`${name}.`);

/** `-db-pass SECRET` holds no sign that a redactor could know it by. */
const withoutPasswords = (argv: readonly string[]): string[] =>
  argv.map((word, index) => (/^--?[\w-]*pass(?:word)?$/i.test(argv[index - 1] ?? "") ? "***" : word));

function lookAt({ root, table: { rows }, options }: Host, row: ProcessRow, device = ""): ProcessLook {
  return {
    pid: row.pid,
    start_ticks: row.startTicks,
    started: startedAt(root, row.startTicks),
    program: row.program,
    args: options.redact(withoutPasswords(row.argv).join(" ")),
    device,
    parents: ancestors(rows, row),
    cpu_ms: row.cpuTicks * (1000 / TICKS_PER_SECOND),
  };
}
