/** What a keeper does: it waits for its owner's end, and clears up behind it. It runs in a process of its own. */
import { existsSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isSame, type ProcessIdentity } from "../appliance/pids.ts";
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
  const pipe = listen();
  while (pipe.order === null) {
    if (!duty.above.every(isSame)) {
      await endOwner(duty.owner);
      return clearUp(duty);
    }
    endRooms(duty);
    await Promise.race([sleep(LOOK_MS), pipe.arrival]);
  }
  if (pipe.order !== "release") await clearUp(duty);
}

/** What came through the pipe before its end: nothing, when the owner just ended. */
function listen(): { order: string | null; arrival: Promise<void> } {
  const pipe: { order: string | null; arrival: Promise<void> } = { order: null, arrival: Promise.resolve() };
  let text = "";
  pipe.arrival = new Promise((resolve) => {
    const end = (): void => {
      pipe.order = text.trim();
      resolve();
    };
    process.stdin.on("data", (part: Buffer) => (text += part.toString()));
    process.stdin.once("end", end).once("error", end);
  });
  return pipe;
}

async function clearUp({ mark, folder, owner, shared: sharedFolders }: Duty): Promise<void> {
  await untilEnded(owner);
  let ours = false;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    // the mark goes first when the removal of the folder breaks off in its middle
    ours ||= markIn(folder) === mark;
    const survivors = [...markedProcesses(mark), ...(ours ? recordedProcesses(folder) : [])];
    kill(survivors);
    if (survivors.length === 0 && removeFolder(folder, ours)) return removeUnfinished(owner, sharedFolders);
    await sleep(25);
  }
}

/** The pipe closes while its owner still ends: it must not be hit by a signal in that instant. */
async function untilEnded(owner: ProcessIdentity): Promise<void> {
  for (let attempt = 0; attempt < TRIES && isSame(owner); attempt += 1) await sleep(10);
}

function kill(survivors: readonly ProcessIdentity[]): void {
  for (const survivor of survivors) end(survivor, "SIGKILL");
}

async function endOwner(owner: ProcessIdentity): Promise<void> {
  const deadline = performance.now() + LEAVE_MS;
  end(owner, "SIGTERM");
  while (isSame(owner) && performance.now() < deadline) await sleep(25);
  end(owner, "SIGKILL");
}

/** A pid is only signalled as long as it is still the process that was meant. */
function end(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    if (isSame(identity)) process.kill(identity.pid, signal);
  } catch {
    // it ended by itself
  }
}

/** Removes the folder if it is this keeper's; one without a mark was only just made, and is empty. */
function removeFolder(folder: string, ours: boolean): boolean {
  if (ours) return removeOwn(folder);
  return markIn(folder) !== null || removeEmpty(folder);
}

function removeOwn(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true });
    // it breaks off without a word where somebody else removes the same files
    return !existsSync(folder);
  } catch {
    return false; // somebody still wrote into it
  }
}

function removeEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return !existsSync(folder);
  } catch (problem) {
    // not made yet, or one that stays without a keeper
    return ["ENOENT", "ENOTEMPTY"].includes(String((problem as NodeJS.ErrnoException).code));
  }
}

function removeUnfinished(owner: ProcessIdentity, sharedFolders: string[]): void {
  const pattern = new RegExp(`-${owner.pid}-[0-9a-f]+$`, "u");
  for (const place of sharedFolders)
    for (const name of filesIn(place).filter((candidate) => pattern.test(candidate)))
      rmSync(join(place, name), { recursive: true, force: true });
}

/** A folder in the kept one that is named after a process is that one's room, and goes with it. */
function endRooms({ mark, folder }: Duty): void {
  for (const name of filesIn(folder)) {
    const [, pid = "", start = ""] = /^(\d+)-(\w+)$/u.exec(name) ?? [];
    if (pid === "" || isSame({ pid: Number(pid), started: start })) continue;
    endRoom(join(folder, name), `${mark}/${pid}`);
  }
}

function endRoom(room: string, mark: string): void {
  const survivors = markedProcesses(mark);
  kill(survivors);
  try {
    if (survivors.length === 0) rmSync(room, { recursive: true, force: true });
  } catch {
    // somebody still writes into it: the next look finds it again
  }
}
