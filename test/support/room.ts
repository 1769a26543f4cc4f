/**
 * Where a run of tests lives: one folder for everything temporary, kept by a process that outlives the run. Each worker
 * has a room of its own in it, named after its process; whatever it started and made is ended and removed with it.
 */
import { randomBytes } from "node:crypto";
import { accessSync, chmodSync, constants, mkdirSync, readFileSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTime } from "../../src/packs/appliance/lab/appliance/pids.ts";
import { markIn } from "../../src/packs/appliance/lab/keeper/duty.ts";
import { withMark } from "../../src/packs/appliance/lab/keeper/mark.ts";
import { startKeeper } from "../../src/packs/appliance/lab/keeper/start.ts";

const FOLDER = "HANDRAIL_TEST_RUN";

const MEMORY = "/dev/shm";
/** Ten times what a run of all tests has needed at most. Bytes. */
const ROOM = 4 * 2 ** 30;

/**
 * Where a run's folder is made: in memory where there is plenty, since all workers wait for the disk else; programs that
 * tests write there have to be startable. Whoever names another place by TMPDIR gets that.
 */
function parentFolder(env: NodeJS.ProcessEnv): string {
  if (env["TMPDIR"] !== undefined) return tmpdir();
  try {
    const mount = readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .find(([, place]) => place === MEMORY);
    const isStartable = mount?.[2] === "tmpfs" && !(mount[3] ?? "").split(",").includes("noexec");
    accessSync(MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return isStartable && bavail * bsize > ROOM ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** The environment of a run whose owner is this process; gives back the one it has where a run began it already. */
export function openRun(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env[FOLDER] !== undefined) return env;
  const folder = join(parentFolder(env), `hr-${randomBytes(4).toString("hex")}`);
  const { mark } = startKeeper(folder);
  // some tests start a child as somebody else, who has to get through
  chmodSync(folder, 0o711);
  // Programs that tests start by the hundred are compiled once.
  return { ...withMark(env, mark), [FOLDER]: folder, TMPDIR: folder, NODE_COMPILE_CACHE: join(folder, "compiled") };
}

/** Moves this worker into a room of its own. */
export function enterRoom(): void {
  const folder = process.env[FOLDER];
  const mark = folder === undefined ? null : markIn(folder);
  if (folder === undefined || mark === null) throw new Error("no test runs outside a run (vitest.config.ts)");
  const room = join(folder, `${process.pid}-${startTime(process.pid)}`);
  mkdirSync(room, { recursive: true, mode: 0o711 });
  Object.assign(process.env, withMark(process.env, `${mark}/${process.pid}`), { TMPDIR: room });
}

/** The folder of the run that an environment belongs to. */
export function runFolder(env: NodeJS.ProcessEnv): string {
  const folder = env[FOLDER];
  if (folder === undefined) throw new Error("there is no run");
  return folder;
}

/** The environment of a person's shell, for a program that a test starts as a person would: nothing of this run is in it. */
export function shellEnv(): NodeJS.ProcessEnv {
  const ours = (name: string): boolean => /^(?:VITEST|TEST$|NODE_ENV$|HANDRAIL_|npm_)/u.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours(name)));
}
