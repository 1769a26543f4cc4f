/** What the pack and its things are called: all of it that every start needs, the help of a command among them. */
export { NAMES as packNames } from "../packs/appliance/names.ts";
