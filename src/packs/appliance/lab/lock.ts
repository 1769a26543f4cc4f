import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./appliance/pids.ts";

/** Runs `work` while holding `folder` as a lock; a lock whose holder has died is taken over. */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  while (!(await take(folder))) await sleep(50);
  try {
    return await work();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function take(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    await writeFile(join(folder, "pid"), String(process.pid));
    return true;
  } catch {
    if (await isStale(folder)) await rm(folder, { recursive: true, force: true });
    return false;
  }
}

async function isStale(folder: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(join(folder, "pid"), "utf8"));
    return pid > 0 && !isAlive(pid);
  } catch {
    // no pid in it: either it was taken this instant, or its taker died between two system calls
    const age = await stat(folder)
      .then((info) => Date.now() - info.mtimeMs)
      .catch(() => 0);
    return age > 5000;
  }
}
