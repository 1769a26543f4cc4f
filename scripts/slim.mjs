// The npm package of Node.js holds C headers (67 of its 189 MB), by which nothing here is compiled. It runs before anything is
// built, under whatever Node.js npm has.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const packages = join(process.cwd(), "node_modules/node/node_modules");
if (existsSync(packages))
  for (const name of readdirSync(packages)) rmSync(join(packages, name, "include"), { recursive: true, force: true });
