/** An incident to recover from: a lab of its own, its own state directory, and Handrail's commands run in process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { labScale } from "./pace.ts";
import { HANDRAIL, PACKAGED } from "./program.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import type { Values } from "../../src/cli/command.ts";
import { Stop, type Io } from "../../src/cli/io.ts";
import { journalPath } from "../../src/cli/paths.ts";
import { asRunEvent } from "../../src/engine/event-table.ts";
import type { RunEvent } from "../../src/engine/events.ts";
import { openJournal } from "../../src/journal/open.ts";
import type { ServerName } from "../../src/packs/appliance/lab/servers/names.ts";
import { downLab, loadWorld, sqlQuietly, upLab, type Lab } from "../../src/packs/appliance/lab/index.ts";

export const RUNBOOK = "failed-execution-cleanup";
export const VIRTIO = "virtio-recovery";
const LAB = "incident";

/** How a command ended, and all that it said. */
export interface Said {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** The id of the run it was about, or "" when it never began one. */
  readonly run: string;
}

export interface Incident {
  readonly lab: Lab;
  /** The runbook that is granted and run. */
  readonly runbook: string;
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Loads a world, and forgets the state of the one before: journal, grants, locks. */
  world(name: string): Promise<void>;
  /** A command of the command line, in process, with nobody at the terminal. */
  cli(command: string, rest: readonly string[], values?: Values, env?: NodeJS.ProcessEnv): Promise<Said>;
  /** Writes a grant for these machines and gives its file. */
  grant(wish: Values): Promise<string>;
  /** A run under a grant of its own. */
  recover(wish: Values): Promise<Said>;
  /** Resumes the newest run under a grant of its own. */
  resume(wish: Values): Promise<Said>;
  /** The events of a run as the journal has them. */
  events(run: string): RunEvent[];
  down(): Promise<void>;
}

/** Io without a person and without a terminal; what is said is kept. */
export function quietIo(env: Io["env"]): { readonly io: Io; readonly said: { out: string; err: string } } {
  const said = { out: "", err: "" };
  const io: Io = {
    env,
    stdin: process.stdin,
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    person: false,
  };
  return { io, said };
}

const idOf = (out: string): string => /handrail (?:report|resume) (\S+)/u.exec(out)?.[1] ?? "";

/** Options as somebody would type them. */
const typed = (values: Values): string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    const option = name.length === 1 ? `-${name}` : `--${name}`;
    if (value === undefined || value === false) return [];
    return value === true ? [option] : [value].flat().flatMap((each) => [option, each]);
  });

/** The same by the program of the package that is tried, without a terminal. */
async function byPackage(env: Io["env"], name: string, rest: readonly string[], values: Values): Promise<Said> {
  const { exitCode, stdout, stderr } = await execa(HANDRAIL, [name, ...typed(values), "--", ...rest], {
    env,
    stdin: "ignore",
    reject: false,
    stripFinalNewline: false,
  });
  return { exit: exitCode ?? -1, out: stdout, err: stderr, run: idOf(stdout) };
}

/** A command of the command line, in process, with nobody at the terminal. */
export async function command(env: Io["env"], name: string, rest: readonly string[], values: Values): Promise<Said> {
  if (PACKAGED) return byPackage(env, name, rest, values);
  const { io, said } = quietIo(env);
  const spec = COMMANDS.find((each) => each.name === name);
  if (spec === undefined) throw new Error(`there is no command ${name}`);
  let exit: number;
  try {
    const { run } = await spec.load();
    exit = await run({ values, rest, io });
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    exit = error.exit;
    said.err += `handrail: ${error.message}\n`;
  }
  return { exit, ...said, run: idOf(said.out) };
}

/** What a grant has to be told of a wish: its targets, and nothing else. */
const targetsOf = ({ vm, "all-stuck": all }: Values): Values => ({
  lab: true,
  ...(vm === undefined ? {} : { vm }),
  ...(all === undefined ? {} : { "all-stuck": all }),
});

/** The lab has a second pgtest1 that is well. A call names a VM by its name alone, and is refused where two bear it. */
export const nameOnlyOnce = (lab: Lab): Promise<unknown> =>
  sqlQuietly(
    lab,
    "update vm_replication_contexts set vm_name = 'pgtest1 elsewhere' where vm_name = 'pgtest1' and vcenter_host <> 'vcsa-a.lab.local'",
  );

/** The events of a run as the journal of a site has them. */
export function eventsIn(env: Io["env"], site: string, run: string): RunEvent[] {
  const journal = openJournal({
    path: journalPath(env, site),
    actor: { uid: 0, login: "test", sudo_user: null, ssh_client: null, tty: null, host: "test", pid: process.pid },
    clock: { wall: () => new Date().toISOString(), monoMs: () => 0, bootId: "" },
    ids: () => "",
    redactor: () => ({
      redact: (text) => text,
      redactJson: (value) => value,
      stream: () => {
        throw new Error("nothing is written here");
      },
      tooShort: [],
    }),
    readOnly: true,
    create: false,
  });
  if (!journal.ok) throw new Error(journal.error.message);
  const found = journal.value.events(run).map(asRunEvent);
  journal.value.close();
  return found;
}

/**
 * Brings up a lab that belongs to one test file, to be recovered by the cleanup or by another runbook. Its time is `scale`
 * times as fast where the machine keeps up with that, else less: `lab.scale` says. `server`: else that of every lab test.
 */
export async function anIncident({
  scale = 60,
  runbook = RUNBOOK,
  server,
}: { scale?: number; runbook?: string; server?: ServerName } = {}): Promise<Incident> {
  const root = mkdtempSync(join(tmpdir(), "handrail-incident-"));
  const state = join(root, "state");
  const env = { HOME: root, XDG_STATE_HOME: state, XDG_CONFIG_HOME: join(root, "config"), HANDRAIL_LAB: LAB };
  const handrail = join(state, "handrail");
  const dir = join(handrail, "labs", LAB);
  const lab = await upLab({ dir, name: LAB, scale: labScale(scale), world: "bare", ...(server && { server }) });
  let grants = 0;
  const cli: Incident["cli"] = (name, rest, values = {}, more = {}) =>
    command({ ...env, ...more }, name, rest, { lab: true, ...values });
  const grant: Incident["grant"] = async (wish) => {
    grants += 1;
    const file = join(root, `grant-${grants}.json`);
    const written = await cli("grant", [runbook], { ...targetsOf(wish), o: file });
    if (written.exit !== 0) throw new Error(`no grant was written: ${written.err}`);
    return file;
  };
  const events = (run: string): RunEvent[] => eventsIn(env, `lab-${LAB}`, run);
  return {
    lab,
    runbook,
    root,
    env,
    world: async (name) => {
      for (const part of ["journals", "locks"]) rmSync(join(handrail, part), { recursive: true, force: true });
      await loadWorld(lab, name);
    },
    cli,
    grant,
    recover: async (wish) => cli("run", [runbook], { ...wish, grant: await grant(wish) }),
    resume: async (wish) => cli("resume", ["last"], { decide: wish["decide"], grant: await grant(wish) }),
    events,
    down: async () => {
      await downLab(lab, { keep: false });
      rmSync(root, { recursive: true, force: true });
    },
  };
}
