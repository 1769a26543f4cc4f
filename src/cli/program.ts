/** Where it is put together: reads argv, has the command run, turns every end into an exit code. */
import { dispatch } from "./dispatch.ts";
import { EXIT } from "../engine/exit.ts";
import { isStop, processIo, type Io } from "./io.ts";
import { isTerminalGone } from "./terminal/hang-up.ts";
import { watchLauncher } from "./terminal/launcher.ts";

function bugText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { HANDRAIL_DEBUG: debug = "" } = process.env;
  return debug === "" ? error.message : (error.stack ?? error.message);
}

/** Ends this process where nobody can be told any more: a closed pipe, a full disk, a terminal that is gone. */
export function watchErrors(output: NodeJS.WriteStream): NodeJS.WriteStream {
  return output.on("error", (error: NodeJS.ErrnoException) => {
    if (!isTerminalGone(error, output)) process.exit(error.code === "EPIPE" ? EXIT.closedPipe : EXIT.bug);
  });
}

/** Carries out what this process was called for. The exit code is set, and the process ends when nothing is left to do. */
export async function carryOut(io: Io): Promise<void> {
  try {
    process.exitCode = await dispatch(process.argv.slice(2), io);
  } catch (error) {
    if (isStop(error)) {
      io.err(`handrail: ${error.message}\n`);
      process.exitCode = error.exit;
      return;
    }
    io.err(`handrail: this is a bug in Handrail: ${bugText(error)}\n  (HANDRAIL_DEBUG=1 shows where)\n`);
    process.exitCode = EXIT.bug;
  }
}

/** {@link carryOut} for all that may draw, ask or go on for a while. */
export async function main(): Promise<void> {
  const io = processIo();
  for (const output of [process.stdout, process.stderr]) watchErrors(output);
  watchLauncher(io.env);
  await carryOut(io);
}
