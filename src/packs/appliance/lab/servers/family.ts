/** What the lab has to know of a family of database servers; each family is a folder beside this one. */
import type { ServerName } from "./names.ts";

/** A server program that can be run without being installed. */
export type Program = {
  binary: string;
  /** The folders of libraries that the system's loader does not know, as a search path, or null. */
  libraries: string | null;
  /** The loader that came with those libraries, where they need another C library than the system's, or null. */
  loader: string | null;
};

/** What a server needs beside its program. */
export type Layout = {
  /** The files that make the system tables, whole paths, in the order in which a server is fed with them. */
  sql: readonly string[];
  /** What a server has to be told at every start of where its parts lie. */
  places: readonly string[];
};

/** A program that has said what it is, with all that it needs. */
export type LabServer = Program & Layout & { family: Family; version: string };

/** How a server is made to make a data directory: options, and what is written to its standard input. */
export type Initialisation = { options: string[]; input?: string };

export type Family = {
  name: ServerName;
  /** As people write it. */
  title: string;
  /** The name of the program. */
  program: string;
  /** The oldest that the lab's SQL runs on. */
  leastVersion: string;
  /** How a person gets one, after "Install one so that … is on the PATH". */
  advice: string;
  /** The version in what `--version` printed; null where it is no server of this family. */
  versionIn(text: string): string | null;
  /** What lies beside a program, or a sentence that says what is not there. `programs`: its path, also unlinked. */
  layoutOf(programs: readonly string[]): Layout | string;
  /** Unpacks the distribution's packages into `work`/root; throws `Unfetchable` where that cannot be. */
  unpack(work: string, env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<void>;
  /** The program in what `unpack` left at `root`, or null. */
  unpackedAt(root: string): Promise<Program | null>;
  /** Options that must be the same when a data directory is made and when it is used. */
  storage: readonly string[];
  /** Options of a lab's server that only this family has. */
  options: readonly string[];
  /** The appliance's tables in this family's dialect, given in MariaDB's. */
  dialect(schema: string): string;
  /** Makes a data directory in which `schema`, statements that each end at the end of a line, has been carried out. */
  initialise(server: LabServer, work: string, schema: string): Promise<Initialisation>;
  /** What a data directory must not share with its copies, names of files. */
  own: readonly string[];
};

/** How a program is started: the file, its words, and the environment it needs. */
export function startCommand(
  { binary, libraries, loader }: Program,
  options: readonly string[],
  env: NodeJS.ProcessEnv,
): { file: string; words: string[]; env: NodeJS.ProcessEnv } {
  // a server reads no option file of the machine; this one has to be the first of its options
  const words = ["--no-defaults", ...options];
  if (loader !== null) return { file: loader, words: ["--library-path", libraries ?? "", binary, ...words], env };
  return { file: binary, words, env: libraries === null ? env : { ...env, LD_LIBRARY_PATH: libraries } };
}
