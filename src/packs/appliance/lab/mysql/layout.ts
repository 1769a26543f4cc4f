/** The one place that knows where MySQL's packagers put what a server needs beside its program. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Layout } from "../servers/family.ts";

/** Debian, Ubuntu, Fedora and Homebrew have share/mysql, Oracle's packages share/mysql-8.4 and the like, its tarballs share. */
function placesIn(prefix: string): string[] {
  const share = join(prefix, "share");
  const names = existsSync(share) ? readdirSync(share).filter((name) => /^mysql(?:-[\d.]+)?$/.test(name)) : [];
  return [...names.sort().map((name) => join(share, name)), share];
}

/** Debian, Fedora, and tarballs. */
const PLUGINS = ["lib/mysql/plugin", "lib64/mysql/plugin", "lib/plugin"];

/** The layout beside a server program, or a sentence that says what is not there. `programs`: its path, also unlinked. */
export function layoutOf(programs: readonly string[]): Layout | string {
  const prefixes = [...new Set(programs.map((program) => dirname(dirname(program))))];
  for (const prefix of prefixes)
    for (const place of placesIn(prefix)) {
      if (!existsSync(join(place, "english/errmsg.sys"))) continue;
      const plugins = PLUGINS.map((folder) => join(prefix, folder)).find((folder) => existsSync(folder));
      const places = [
        `--basedir=${prefix}`,
        `--lc-messages-dir=${place}`,
        `--character-sets-dir=${join(place, "charsets")}`,
      ];
      return { sql: [], places: plugins === undefined ? places : [...places, `--plugin-dir=${plugins}`] };
    }
  return `its messages (english/errmsg.sys) are in none of ${prefixes.flatMap(placesIn).join(", ")}`;
}
