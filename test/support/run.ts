/** Before the first worker of a run (vitest's globalSetup): the folder of the run, and its keeper. */
import { openRun } from "./room.ts";

export default function setup(): void {
  Object.assign(process.env, openRun(process.env));
}
