/** Before the first worker of a run (vitest's globalSetup): the folder of the run, and its keeper. */
import { isBuilt } from "../../scripts/package/sources.ts";
import { PACKAGED, TREE } from "./program.ts";
import { openRun } from "./room.ts";

export default function setup(): void {
  Object.assign(process.env, openRun(process.env));
  if (!PACKAGED && !isBuilt(TREE))
    process.stderr.write(
      "bin/handrail is of other sources than these, and tests that start it try it: npm run build\n",
    );
}
