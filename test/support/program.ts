/** The program that tests start as a person would: this clone's, or that of the unpacked package which HANDRAIL_TREE names. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const clone = resolve(import.meta.dirname, "../..");
const named = process.env["HANDRAIL_TREE"];

/** Whether the tests run against a package, and not against this clone. */
export const PACKAGED = named !== undefined && named !== "";
/** The folder that holds `bin/handrail` and `dist`. */
export const TREE = PACKAGED ? resolve(named ?? "") : clone;
export const HANDRAIL = join(TREE, "bin/handrail");

if (!existsSync(HANDRAIL)) throw new Error(`HANDRAIL_TREE is ${TREE}, where there is no bin/handrail`);
