/** What a keeper does: it waits for its owner's end, and clears up behind it. It runs in a process of its own. */
import { rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isSame, type Known } from "../appliance/pids.ts";
import { markIn, type Duty } from "./duty.ts";
import { filesIn, markedProcesses, recordedProcesses } from "./mark.ts";

const LOOK_MS = 200;
/** How long an owner may take to leave in order when it has been asked to, e.g. to give back a terminal. */
const LEAVE_MS = 1_500;
/** How often a keeper tries before it gives up: processes that the kernel does not let go, a folder that cannot be removed. */
const TRIES = 600;

/** Keeps until the owner or somebody above it has ended, or until it is let go. */
export async function keep(duty: Duty): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  const told = word();
  while (told.said === null) {
    if (!duty.above.every(isSame)) {
      await endOwner(duty.owner);
      return clearUp(duty);
    }
    endRooms(duty);
    await Promise.race([sleep(LOOK_MS), told.heard]);
  }
  if (told.said !== "release") await clearUp(duty);
}

/** What came through the pipe before its end: nothing, when the owner just ended. */
function word(): { said: string | null; heard: Promise<void> } {
  const told: { said: string | null; heard: Promise<void> } = { said: null, heard: Promise.resolve() };
  let text = "";
  told.heard = new Promise((done) => {
    const end = (): void => {
      told.said = text.trim();
      done();
    };
    process.stdin.on("data", (part: Buffer) => (text += part.toString()));
    process.stdin.once("end", end).once("error", end);
  });
  return told;
}

async function clearUp({ mark, folder, owner }: Duty): Promise<void> {
  // the pipe closes while its owner still ends: it must not be hit by a signal in that instant
  for (let attempt = 0; attempt < TRIES && isSame(owner); attempt += 1) await sleep(10);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const theirs = markIn(folder) === mark ? recordedProcesses(folder) : [];
    const left = [...markedProcesses(mark), ...theirs];
    for (const known of left) end(known, "SIGKILL");
    if (left.length === 0 && removed(folder, mark)) return;
    await sleep(25);
  }
}

async function endOwner(owner: Known): Promise<void> {
  const until = performance.now() + LEAVE_MS;
  end(owner, "SIGTERM");
  while (isSame(owner) && performance.now() < until) await sleep(25);
  end(owner, "SIGKILL");
}

/** A pid is only signalled as long as it is still the process that was meant. */
function end(known: Known, signal: NodeJS.Signals): void {
  try {
    if (isSame(known)) process.kill(known.pid, signal);
  } catch {
    // it ended by itself
  }
}

/** Removes the folder if it is still this keeper's; without a mark it was only just made, and is empty. */
function removed(folder: string, mark: string): boolean {
  const found = markIn(folder);
  if (found !== null && found !== mark) return true;
  try {
    if (found === null) rmdirSync(folder);
    else rmSync(folder, { recursive: true, force: true });
    return true;
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    // not made yet, or taken over by somebody who keeps it without a keeper
    return code === "ENOENT" || (found === null && code === "ENOTEMPTY");
  }
}

/** A folder in the kept one that is named after a process is that one's room, and goes with it. */
function endRooms({ mark, folder }: Duty): void {
  for (const name of filesIn(folder)) {
    const [, pid = "", started = ""] = /^(\d+)-(\w+)$/u.exec(name) ?? [];
    if (pid === "" || isSame({ pid: Number(pid), started })) continue;
    const left = markedProcesses(`${mark}/${pid}`);
    for (const known of left) end(known, "SIGKILL");
    try {
      if (left.length === 0) rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // somebody still writes into it: the next look finds it again
    }
  }
}
