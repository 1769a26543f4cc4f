/**
 * The shell of `bin/handrail`, which puts the terminal back when this process is killed. It is watched in turn: without it
 * nobody would, and the shell above it has its prompt on the terminal again while this process still draws there.
 */
import { spawnSync } from "node:child_process";
import type { Io } from "../io.ts";

/** How often it is looked at, in milliseconds: whoever killed it waits for the terminal, and each look wakes an idle machine. */
const LOOK_MS = 200;
/** How long the terminal may take to be put back, in milliseconds, before it is left as it is. */
const RESTORE_MS = 2000;

/**
 * Leaves the screen; and gives the keyboard its mode back where that is still ours. A shell that edits its own line has set
 * another one by then, in which Ctrl-C is a signal (`isig`), as it is not in ours.
 */
const RESTORE = `trap '' TTOU
printf "$HANDRAIL_RESET"
case $(stty -a) in *-isig*) stty "$HANDRAIL_TERMINAL" ;; esac
echo "handrail: its launcher was ended by force, so it leaves as well. Everything that was sent is in the journal; open handrail again to see where it stands"`;

/** Whether the launcher that this process was started by is there to put the terminal back. */
export const isSupervised = (env: Io["env"]): boolean => env["HANDRAIL_LAUNCHER"] === String(process.ppid);

const silent = (...args: readonly unknown[]): boolean => {
  const callback = args.at(-1);
  if (typeof callback === "function") process.nextTick(callback);
  return true;
};

/** Neither reads nor writes at the terminal any more: it is the shell's. */
function letGo(): void {
  process.stdin.destroy();
  for (const stream of [process.stdout, process.stderr]) if (stream.isTTY) stream.write = silent;
  // Node and libuv would set the mode that they found at their start, over that of the shell.
  process.on("exit", () => process.kill(process.pid, "SIGKILL"));
}

function leave(): void {
  letGo();
  spawnSync("/bin/sh", ["-c", RESTORE], { stdio: ["inherit", "inherit", "ignore"], timeout: RESTORE_MS });
  process.kill(process.pid, "SIGHUP");
}

/** When the launcher is killed, the terminal is put back at once, and this process leaves as when its terminal hangs up. */
export function watchLauncher(env: Io["env"]): void {
  if (!isSupervised(env)) return;
  const timer = setInterval(() => {
    if (isSupervised(env)) return;
    clearInterval(timer);
    leave();
  }, LOOK_MS);
  timer.unref();
}
