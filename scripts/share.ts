/** Writes `share/`, the manual page and the completions, for `npm pack`: the same as the command line says of itself. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { shareFiles } from "./package/share.ts";

const root = join(import.meta.dirname, "..");
rmSync(join(root, "share"), { recursive: true, force: true });
for (const [file, text] of Object.entries(shareFiles(root))) {
  const path = join(root, "share", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
