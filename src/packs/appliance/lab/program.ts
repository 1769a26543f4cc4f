import { fileURLToPath } from "node:url";

/** The file that a process of a lab is started from: the source when run from source, the bundle when bundled. */
export function labProgram(): string {
  const own = import.meta.url.endsWith(".ts") ? "./main.ts" : "./lab.mjs";
  return fileURLToPath(new URL(own, import.meta.url));
}

/** Where Node keeps what it compiled, for programs that are started again and again. */
const COMPILED = "NODE_COMPILE_CACHE";

/** The environment of a process of a lab, of which nothing depends on who started it. */
export function bareEnv({ PATH = "", HOME = "", [COMPILED]: cache }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH, HOME, ...(cache === undefined ? {} : { [COMPILED]: cache }) };
}
