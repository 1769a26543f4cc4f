/** Remembers the board for the next console of the same site, in a file of this user alone: at most what the board shows. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Io } from "../io.ts";
import { boardPath } from "../paths.ts";
import type { LastLook } from "../../ui/sources.ts";

/** While nothing changes it is written anew as often, in milliseconds: its time is that of the last look. */
const RENEW_MS = 30_000;

const isText = (value: unknown): value is string => typeof value === "string";

const isRow = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  ["status", "name", "operation"].every((name) => isText(Reflect.get(value, name)));

/** The furthest time from 1970 that a date can have, in milliseconds (ECMAScript, "Time Values and Time Range"). */
const FURTHEST_MS = 8.64e15;

const isTime = (value: unknown): value is number => typeof value === "number" && Math.abs(value) <= FURTHEST_MS;

function lookIn(value: unknown, site: string): LastLook | null {
  if (typeof value !== "object" || value === null || Reflect.get(value, "site") !== site) return null;
  const atMs: unknown = Reflect.get(value, "atMs");
  const rows: unknown = Reflect.get(value, "rows");
  if (!isTime(atMs) || !Array.isArray(rows) || !rows.every(isRow)) return null;
  return { atMs, rows: rows as LastLook["rows"] };
}

/** The last look at a site's board; null where nobody looked, the file is none of ours, or the site has no name now. */
export async function readLastLook(env: Io["env"], site: () => Promise<string>): Promise<LastLook | null> {
  try {
    const name = await site();
    return lookIn(JSON.parse(readFileSync(boardPath(env, name), "utf8")), name);
  } catch {
    return null;
  }
}

/** Keeps what the board says, where it says something else than before, or some time later. */
export function lastLookKeeper(env: Io["env"], site: () => Promise<string>): (look: LastLook) => Promise<void> {
  let previous: LastLook | null = null;
  return async (look) => {
    const isNews = JSON.stringify(previous?.rows) !== JSON.stringify(look.rows);
    if (!isNews && look.atMs - (previous?.atMs ?? 0) < RENEW_MS) return;
    previous = look;
    try {
      const name = await site();
      const file = boardPath(env, name);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, `${JSON.stringify({ site: name, ...look })}\n`, { mode: 0o600 });
      renameSync(draft, file);
    } catch {
      // A comfort, no record.
    }
  };
}
