/** What a console remembers for the next one, in a small file of this user: never what would hide anything. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GROUPS, SORTS, type Order } from "../../ui/order.ts";
import type { Io } from "../io.ts";
import { stateDir } from "../paths.ts";

export interface Memory extends Partial<Order> {
  /** The site that was named last; missing where none ever was. */
  readonly site?: string;
}

const path = (env: Io["env"]): string => join(stateDir(env), "console.json");

const textIn = (entry: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(entry, name);
  return typeof value === "string" ? value : undefined;
};

function memoryOf(entry: unknown): Memory {
  if (typeof entry !== "object" || entry === null) return {};
  const sort = SORTS.find((name) => name === textIn(entry, "sort"));
  const group = GROUPS.find((name) => name === textIn(entry, "group"));
  const site = textIn(entry, "site");
  return {
    ...(sort === undefined ? {} : { sort }),
    ...(group === undefined ? {} : { group }),
    ...(site === undefined ? {} : { site }),
  };
}

/** What was remembered; nothing where there is no file, or one that nobody can read. */
export function readMemory(env: Io["env"]): Memory {
  try {
    return memoryOf(JSON.parse(readFileSync(path(env), "utf8")));
  } catch {
    return {};
  }
}

/** Remembers more. Where it cannot be written the next console opens as the first one did, and nobody has to know. */
export function writeMemory(env: Io["env"], part: Memory): void {
  try {
    const file = path(env);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify({ ...readMemory(env), ...part })}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // A comfort, no record.
  }
}
