import { fileURLToPath } from "node:url";

/** The file that a process of a lab is started from: the source when run from source, the bundle when bundled. */
export function labProgram(): string {
  const own = import.meta.url.endsWith(".ts") ? "./main.ts" : "./lab.mjs";
  return fileURLToPath(new URL(own, import.meta.url));
}
