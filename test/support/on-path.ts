import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where a program lies that this run finds by its name. */
export function onPath(name: string): string {
  const folders = (process.env["PATH"] ?? "").split(":");
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`there is no ${name} on the PATH`);
  return found;
}
