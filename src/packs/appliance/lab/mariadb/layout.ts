/** The one place that knows where MariaDB's packagers put the SQL of its system tables, and under which names. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Layout } from "../servers/family.ts";

/**
 * Debian 12 and Ubuntu 24.04 (10.11) have share/mysql/mysql_*, Debian 13 and Ubuntu 26.04 (11.8) share/mariadb/mariadb_*;
 * between the two the folder and the names changed at different times, and tarballs have a prefix of their own.
 */
const folders = ["share/mariadb", "share/mysql", "share"];

/** Each file under all its names, the newest first. */
const files = [
  ["mariadb_system_tables.sql", "mysql_system_tables.sql"],
  ["mariadb_performance_tables.sql", "mysql_performance_tables.sql"],
  ["mariadb_system_tables_data.sql", "mysql_system_tables_data.sql"],
  ["maria_add_gis_sp_bootstrap.sql"],
];

/** The layout beside a server program, or a sentence that says what is not there. `programs`: its path, also unlinked. */
export function layoutOf(programs: readonly string[]): Layout | string {
  const prefixes = programs.map((program) => dirname(dirname(program)));
  const places = [...new Set(prefixes.flatMap((prefix) => folders.map((folder) => join(prefix, folder))))];
  const holdings = places.map((place) => ({ place, sql: files.map((names) => readable(place, names)) }));
  for (const { sql } of holdings) {
    const whole = sql.filter((path) => path !== null);
    if (whole.length === files.length) return { sql: whole, places: [`--lc-messages-dir=${messagesIn(places)}`] };
  }
  return lackOf(holdings);
}

/** What a folder holds of the files, each null where it cannot be read. */
interface Holding {
  readonly place: string;
  readonly sql: readonly (string | null)[];
}

function lackOf(holdings: readonly Holding[]): string {
  const best = holdings.toSorted((a, b) => count(b.sql) - count(a.sql))[0];
  if (best === undefined || count(best.sql) === 0)
    return `the SQL of its system tables (${files[0]?.join(" or ") ?? ""}, and the like) is in none of ${holdings.map(({ place }) => place).join(", ")}`;
  const missing = files.filter((_names, index) => best.sql[index] === null).map((names) => names.join(" or "));
  return `${missing.join(" and ")} cannot be read in ${best.place}`;
}

const count = (paths: readonly (string | null)[]): number => paths.filter((path) => path !== null).length;

function readable(folder: string, names: readonly string[]): string | null {
  const paths = names.map((name) => join(folder, name));
  return (
    paths.find((path) => {
      try {
        accessSync(path, constants.R_OK);
        return true;
      } catch {
        return false;
      }
    }) ?? null
  );
}

/** Without its messages a server speaks the English that is built in, so that any folder will do then. */
function messagesIn(places: readonly string[]): string {
  return places.find((place) => existsSync(join(place, "english/errmsg.sys"))) ?? places[0] ?? "/";
}
