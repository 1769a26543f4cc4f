import { parseArgs } from "node:util";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import {
  attachLab,
  clearFaults,
  downLab,
  fault,
  labFolder,
  loadWorld,
  OtherServer,
  processStates,
  readLedger,
  upLab,
} from "./lab.ts";
import type { Lab } from "./lab.ts";
import type { Role } from "./appliance/config.ts";
import { faultTable, paramsText } from "./fault-table.ts";
import { checkFault, fitting, parameters } from "./fault-words.ts";
import type { LedgerEntry } from "./ledger.ts";
import { families } from "./servers/families.ts";
import { NoServer } from "./servers/find.ts";
import { isServerName, serverNames, type ServerName } from "./servers/names.ts";
import { Usage, usage } from "./usage.ts";
import { findWorld, worlds } from "./worlds/table.ts";

type Out = { write(text: string): unknown };
type Io = { stdout: Out; stderr: Out; env: NodeJS.ProcessEnv };
type Flags = {
  name?: string;
  dir?: string;
  scale?: string;
  server?: string;
  world?: string;
  json?: boolean;
  list?: boolean;
  off?: boolean;
  rm?: boolean;
  help?: boolean;
};
type Command = (words: string[], flags: Flags, io: Io) => Promise<number>;

/** A lab's name is a folder below `labs`, and nothing that leads out of there. */
const NAME = /^\w[\w.-]*$/u;

const options = {
  name: { type: "string" },
  dir: { type: "string" },
  scale: { type: "string" },
  server: { type: "string" },
  world: { type: "string" },
  json: { type: "boolean" },
  list: { type: "boolean" },
  off: { type: "boolean" },
  rm: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** `handrail lab ...`: answers the exit code. 64 is a wrong command line, 69 a machine without the database server. */
export async function labCommand(argv: string[], io: Io): Promise<number> {
  try {
    return await run(argv, io);
  } catch (problem) {
    io.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n`);
    return exitCodeOf(problem);
  }
}

function exitCodeOf(problem: unknown): number {
  if (problem instanceof Usage || problem instanceof OtherServer) return 64;
  return problem instanceof NoServer ? 69 : 1;
}

async function run(argv: string[], io: Io): Promise<number> {
  const { values: flags, positionals } = parse(argv);
  const values = withName(flags, io.env);
  const [name = "", ...words] = positionals;
  const command = commands[name];
  if (values.help === true) return writeUsage(io.stdout, 0);
  if (!command) return writeUsage(io.stderr, 64);
  if (words.length > 0 && !WORDY.has(name))
    throw new Usage(`lab ${name} takes no ${words[0]}; another lab is named with --name NAME`);
  return command(words, values, io);
}

function writeUsage(out: Out, exitCode: number): number {
  out.write(usage);
  return exitCode;
}

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (problem) {
    throw new Usage(problem instanceof Error ? problem.message : String(problem), { cause: problem });
  }
}

/** The commands that take more words than their name. */
const WORDY = new Set(["world", "fault"]);

/** Which lab is meant: a flag beats the environment, and a folder that is named needs no name. */
function nameIn({ name, dir }: Flags, env: NodeJS.ProcessEnv): string | undefined {
  return name ?? (dir === undefined ? env["HANDRAIL_LAB"] || undefined : undefined);
}

function withName(flags: Flags, env: NodeJS.ProcessEnv): Flags {
  const name = nameIn(flags, env);
  if (name === undefined) return flags;
  if (!NAME.test(name)) throw new Usage(`${name} is no name of a lab; it has letters, digits, "_", "-" and "."`);
  return { ...flags, name };
}

const commands: Record<string, Command> = {
  async up(_words, flags, io) {
    const scale = scaleIn(flags);
    const { world } = flags;
    if (world !== undefined) checkWorld(world);
    const server = serverIn(flags);
    const startMs = Date.now();
    const say = (line: string) => void io.stderr.write(`${line}\n`);
    const lab = await upLab({ ...place(flags), env: io.env, say, stays: true, world, scale, server });
    if (flags.json) print(io, lab.site);
    else
      io.stdout.write(
        `The lab ${lab.name} is up after ${((Date.now() - startMs) / 1000).toFixed(1)} s, on ${families[lab.config.server].title}.\n${about(lab)}`,
      );
    return 0;
  },
  async down(_words, flags, io) {
    const dir = labFolder(place(flags), io.env);
    const lab = labNameIn(dir);
    await downLab({ dir }, { keep: flags.rm !== true });
    if (!flags.json) io.stdout.write(`The lab ${lab} in ${dir} is down${flags.rm ? " and gone" : ""}.\n`);
    return 0;
  },
  async reset(_words, flags, io) {
    const lab = await attachLab({ ...place(flags), env: io.env });
    await loadWorld(lab, lab.world);
    return printWorld(lab, flags, io);
  },
  async world(words, flags, io) {
    if (flags.list) return listWorlds(flags, io);
    const [name] = words;
    if (name === undefined) throw new Usage("which world? (`lab world --list` lists them)");
    checkWorld(name);
    const lab = await attachLab({ ...place(flags), env: io.env });
    await loadWorld(lab, name);
    return printWorld(lab, flags, io);
  },
  async status(_words, flags, io) {
    const dir = labFolder(place(flags), io.env);
    const states = processStates(dir);
    if (!states.database) {
      if (flags.json) print(io, { dir, processes: states });
      else io.stdout.write(`There is no lab up in ${dir}. Start one with: handrail lab up\n`);
      return 1;
    }
    const lab = await attachLab({ dir });
    const { server } = lab.config;
    if (flags.json) print(io, { dir, server, processes: states, site: lab.site });
    else {
      const lines = Object.entries(states).map(([role, up]) => {
        const port = lab.config.ports[role === "database" ? "mysql" : (role as Role)];
        const name = role === "database" ? server : role;
        return `  ${name.padEnd(12)}${up ? `127.0.0.1:${port}` : "does not run"}\n`;
      });
      io.stdout.write(`${about(lab)}${lines.join("")}`);
    }
    return 0;
  },
  async ledger(_words, flags, io) {
    const entries = await readLedger({ dir: labFolder(place(flags), io.env) });
    if (flags.json) print(io, entries);
    else for (const entry of entries) io.stdout.write(`${line(entry)}\n`);
    return 0;
  },
  async fault(words, flags, io) {
    if (flags.list) return listFaults(flags, io);
    const [name, ...rest] = words;
    if (name !== undefined) checkFault(name);
    return flags.off ? clearFault(name, flags, io) : setFault(name, rest, flags, io);
  },
};

async function clearFault(name: string | undefined, flags: Flags, io: Io): Promise<number> {
  const lab = await attachLab({ ...place(flags), env: io.env });
  await clearFaults(lab, name);
  io.stdout.write(`The lab ${lab.name} is rid of ${name ?? "every fault"}.\n`);
  return 0;
}

async function setFault(name: string | undefined, words: string[], flags: Flags, io: Io): Promise<number> {
  if (name === undefined) throw new Usage("which fault? (`lab fault --list` lists them)");
  const params = fitting(name, parameters(words));
  const lab = await attachLab({ ...place(flags), env: io.env });
  await fault(lab, name, params);
  io.stdout.write(`The lab ${lab.name} has ${name} now.\n`);
  return 0;
}

function place({ name, dir }: Flags): { name?: string; dir?: string } {
  return { ...(name === undefined ? {} : { name }), ...(dir === undefined ? {} : { dir }) };
}

function scaleIn({ scale }: Flags): number | undefined {
  const value = scale === undefined ? undefined : Number(scale);
  if (value !== undefined && !(value >= 1)) throw new Usage("--scale is a number of at least 1");
  return value;
}

function serverIn({ server }: Flags): ServerName | undefined {
  if (server === undefined || isServerName(server)) return server;
  throw new Usage(`--server is ${serverNames.join(" or ")}, not ${server}. Nothing was started`);
}

function checkWorld(name: string): void {
  if (!findWorld(name)) throw new Usage(`there is no world named ${name} (\`lab world --list\` lists them)`);
}

function about(lab: Lab): string {
  const match = findWorld(lab.world);
  const scale = lab.scale === 1 ? "" : `, time runs ${lab.scale} times as fast`;
  return `  world       ${lab.world}: ${match?.world.wrong ?? ""}\n  site        ${lab.siteFile}${scale}\n`;
}

function printWorld(lab: Lab, flags: Flags, io: Io): number {
  if (flags.json) print(io, lab.site);
  else io.stdout.write(`The lab ${lab.name} holds this world, loaded afresh:\n${about(lab)}`);
  return 0;
}

/** The lab of a folder by its name. Fails where there is none: nothing is taken down that was not found. */
function labNameIn(dir: string): string {
  if (existsSync(join(dir, "lab.json"))) return basename(dir);
  throw new Error(`there is no lab ${basename(dir)} in ${dir}; nothing was ended or removed`);
}

function print(io: Io, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function listWorlds(flags: Flags, io: Io): number {
  const rows = Object.entries(worlds).map(([name, { title, subject, wrong }]) => ({ name, title, subject, wrong }));
  if (flags.json) print(io, rows);
  else for (const row of rows) io.stdout.write(`${row.name.padEnd(36)}${row.wrong}\n`);
  return 0;
}

function listFaults(flags: Flags, io: Io): number {
  if (flags.json) print(io, faultTable);
  else
    for (const [name, kind] of Object.entries(faultTable)) {
      const params = paramsText(kind);
      io.stdout.write(`${name.padEnd(26)}${kind.does}${params === "" ? "" : ` (${params})`}\n`);
    }
  return 0;
}

function line(entry: LedgerEntry): string {
  const { at: time, by, action, statement, log: _log, ...rest } = entry;
  const text = typeof statement === "string" ? statement.replaceAll(/\s+/g, " ") : JSON.stringify(rest);
  return `${time}  ${by.padEnd(14)} ${action.padEnd(16)} ${text}`;
}
