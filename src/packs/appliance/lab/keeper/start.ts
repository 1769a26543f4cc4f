import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTime, type ProcessIdentity } from "../appliance/pids.ts";
import { bareEnv, labProgram } from "../program.ts";
import { lineage } from "./lineage.ts";
import { KEPT, markIn, type Duty } from "./duty.ts";
import { MARK, withMark } from "./mark.ts";

/** What an owner has of its keeper. */
export type Keeper = {
  /** The word in the environment of everything that the keeper ends. */
  mark: string;
  /** Lets the keeper go: what it kept stays. */
  release(): void;
};

/**
 * Gives `folder`, which is made where it is missing, a keeper: a process in a session of its own that waits until this
 * one has ended, in whatever way, and then ends every process that bears the mark and removes the folder. It waits at
 * the end of a pipe that the kernel closes; nothing has to be said. It is there before the folder is, and it always ends.
 * In `sharedFolders` it removes what this process had begun and not finished: names that end in `-PID-` and hex digits.
 */
export function startKeeper(folder: string, sharedFolders: string[] = []): Keeper {
  const mark = randomBytes(12).toString("hex");
  const owner: ProcessIdentity = { pid: process.pid, started: startTime(process.pid) ?? "" };
  const duty: Duty = { mark, folder, owner, shared: sharedFolders, above: lineage() };
  const child = spawn(process.execPath, [labProgram(), "keeper", JSON.stringify(duty)], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: bareEnv(process.env),
  });
  if (!child.pid) throw new Error(`could not start the keeper of ${folder}`);
  child.unref();
  // a socket like any other, which must not hold this process up; the type does not say so
  (child.stdin as unknown as { unref(): void }).unref();
  child.stdin.on("error", () => undefined);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, KEPT), mark, { mode: 0o600 });
  return {
    mark,
    release() {
      child.stdin.end("release\n");
      rmSync(join(folder, KEPT), { force: true });
    },
  };
}

/** The environment of a process that belongs to a folder: with the marks of whoever keeps this process, and of the folder. */
export function keptEnv(folder: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const outer = process.env[MARK];
  const whole = outer === undefined ? env : { ...env, [MARK]: outer };
  const mark = markIn(folder);
  return mark === null ? whole : withMark(whole, mark);
}
