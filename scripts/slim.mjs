// What nothing here needs of the packages, so that a clone stays under 400 MB: the C headers of Node.js (67 MB), by which nothing
// is compiled; the sources of SQLite (10 MB), which comes built, and its builds for other systems than Linux and this one (8 MB);
// source maps (20 MB) and the sources of RxJS (2 MB), which nobody steps through. It runs before anything is built, under whatever
// Node.js npm has.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const modules = join(process.cwd(), "node_modules");
const packages = join(modules, "node/node_modules");
if (existsSync(packages))
  for (const name of readdirSync(packages)) rmSync(join(packages, name, "include"), { recursive: true, force: true });

for (const name of ["better-sqlite3/deps", "rxjs/src"]) rmSync(join(modules, name), { recursive: true, force: true });

const builds = join(modules, "better-sqlite3/prebuilds");
if (existsSync(builds))
  for (const name of readdirSync(builds))
    if (!name.startsWith("linux") && !name.startsWith(process.platform)) rmSync(join(builds, name));

function removeMaps(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeMaps(path);
    else if (entry.name.endsWith(".map")) rmSync(path);
  }
}
if (existsSync(modules)) removeMaps(modules);
