/**
 * What one server understands and another does not, as far as reading is concerned: every word and line that only one of them
 * knows stands in a file of this folder.
 */
import type { Family, ReadingLines } from "./family.ts";
import { MARIADB } from "./mariadb.ts";
import { MYSQL } from "./mysql.ts";

/** A server of one version, or whichever it may turn out to be. */
export interface Dialect {
  readonly name: string;
  readonly functions: ReadonlySet<string>;
  readonly gaps: ReadonlySet<string>;
  readonly reserved: ReadonlySet<string>;
  readonly show: ReadonlySet<string>;
  readonly settable: ReadonlySet<string>;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

const numbers = (version: string): number[] => (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);

/** Whether a version is at least another: `10.11.19-MariaDB` is at least `10.6`. */
function isAtLeast(version: string, minimum: string): boolean {
  const own = numbers(version);
  for (const [index, minimumPart] of numbers(minimum).entries()) {
    const part = own[index] ?? 0;
    if (part !== minimumPart) return part > minimumPart;
  }
  return true;
}

function createDialect(
  { name, functions, removals, gaps, reserved: reservedWords, show, settable }: Family,
  version: string,
): Dialect {
  const built = Object.entries(functions).filter(([firstVersion]) => isAtLeast(version, firstVersion));
  const remaining = Object.entries(removals).filter(([endVersion]) => !isAtLeast(version, endVersion));
  return {
    name: `${name} ${version}`,
    functions: new Set([...built, ...remaining].flatMap(([, names]) => words(names))),
    gaps: new Set(words(gaps)),
    reserved: new Set(words(reservedWords)),
    show: new Set(words(show)),
    settable: new Set(words(settable)),
  };
}

const FAMILIES = { mariadb: MARIADB, mysql: MYSQL } as const;
const cache = new Map<string, Dialect>();

/** The dialect of a server, its version as the server gives it. */
export function dialectOf(family: keyof typeof FAMILIES, version: string): Dialect {
  const key = `${family} ${version}`;
  const dialect = cache.get(key) ?? createDialect(FAMILIES[family], version);
  cache.set(key, dialect);
  return dialect;
}

/** The lines that reading sends to a server of this kind. */
export const readingLines = (family: keyof typeof FAMILIES): ReadingLines => FAMILIES[family].lines;

/** What changes are looked over by where the server is not known. */
export const OLDEST_MARIADB = dialectOf("mariadb", "10.6");
const OLDEST = [OLDEST_MARIADB, dialectOf("mysql", "8.0")] as const;
/** The newest of each: what some server computes. For what is only looked over before a server is there to ask. */
export const NEWEST: readonly Dialect[] = [dialectOf("mariadb", "999"), dialectOf("mysql", "999")];
const unionOf = (part: (dialect: Dialect) => ReadonlySet<string>): ReadonlySet<string> =>
  new Set(OLDEST.flatMap((dialect) => [...part(dialect)]));

/**
 * For a server that is not known: only what every server of either kind computes. Words of the grammar may be those of both, since
 * a server refuses what it does not understand; a name of a function that it does not know would call something stored.
 */
export const EITHER: Dialect = {
  name: "MariaDB or MySQL",
  functions: new Set(
    [...OLDEST_MARIADB.functions].filter((name) =>
      [...OLDEST, ...NEWEST].every(({ functions }) => functions.has(name)),
    ),
  ),
  gaps: unionOf(({ gaps }) => gaps),
  reserved: new Set(),
  show: unionOf(({ show }) => show),
  settable: unionOf(({ settable }) => settable),
};
