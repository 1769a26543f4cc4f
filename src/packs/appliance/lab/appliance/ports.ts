/**
 * A lab's ports are its own from the draw on: a claim in the user's cache keeps other labs from them, also while the
 * lab's process on one of them is down. Strangers know no claims: where one of them was faster, ports are drawn again.
 */
import { randomInt } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "../lock.ts";
import { isSame, startTime, type ProcessIdentity } from "./pids.ts";

/** Below the range that the kernel hands out for outgoing connections. */
const FIRST = 12_000;
const LAST = 32_000;
const DRAWS = 5;

/** A process found its port taken by somebody else. */
export class PortTaken extends Error {
  override name = "PortTaken";
}

/** Does `start`, up to five times as long as it meets a port that was taken after the draw; `undo` clears up in between. */
export async function withFreePorts<T>(start: () => Promise<T>, undo: () => Promise<void>): Promise<T> {
  for (let draw = 1; ; draw += 1) {
    try {
      return await start();
    } catch (problem) {
      if (!(problem instanceof PortTaken) || draw === DRAWS) throw problem;
      await undo();
    }
  }
}

/** Draws ports on which nobody listens and which no other lab of this user has, and claims them for the lab in `dir`. */
export async function drawPorts(dir: string, count: number): Promise<number[]> {
  const folder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "handrail", "ports");
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await withLock(join(folder, "lock"), () => claim(folder, dir, count));
  } catch (problem) {
    // a cache that cannot be written holds no claims; the draw is repeated where it was in vain
    if (!["EACCES", "EPERM", "EROFS", "ENOSPC"].includes(codeOf(problem))) throw problem;
    return freePorts(new Set(), count);
  }
}

async function claim(folder: string, dir: string, count: number): Promise<number[]> {
  const claimedPorts = await standing(folder);
  const ports = await freePorts(claimedPorts, count);
  const by: Claim = { dir, pid: process.pid, started: startTime(process.pid) ?? "" };
  await Promise.all(ports.map((port) => writeFile(join(folder, String(port)), JSON.stringify(by), { mode: 0o600 })));
  return ports;
}

type Claim = ProcessIdentity & { dir: string };

/** The claimed ports; claims whose lab is gone and whose drawer has ended are removed. */
async function standing(folder: string): Promise<Set<number>> {
  const claimedPorts = new Set<number>();
  for (const name of await readdir(folder)) {
    if (!/^\d+$/.test(name)) continue;
    if (await stands(join(folder, name), Number(name))) claimedPorts.add(Number(name));
    else await rm(join(folder, name), { force: true });
  }
  return claimedPorts;
}

async function stands(file: string, port: number): Promise<boolean> {
  const by = await json<Claim>(file);
  if (by === null) return false;
  const lab = await json<{ ports: Record<string, number>; adminPorts: Record<string, number> }>(
    join(by.dir, "lab.json"),
  );
  if (lab !== null) return [...Object.values(lab.ports), ...Object.values(lab.adminPorts)].includes(port);
  return isSame(by);
}

async function json<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as T;
  } catch {
    return null;
  }
}

async function freePorts(claimedPorts: ReadonlySet<number>, count: number): Promise<number[]> {
  const free = new Set<number>();
  while (free.size < count) {
    const port = randomInt(FIRST, LAST);
    if (!claimedPorts.has(port) && (await isFree(port))) free.add(port);
  }
  return [...free];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

const codeOf = (problem: unknown): string => String((problem as NodeJS.ErrnoException).code);
