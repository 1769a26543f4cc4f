import { spawn } from "node:child_process";
import type { LabConfig } from "../appliance/config.ts";
import { keptEnv } from "../keeper/start.ts";
import { labProgram } from "../program.ts";

/** Whole seconds that a unit waits before it starts its process again: its start is told from what was asked for before. */
const PAUSE_SECONDS = 2;

/** Ends this process as a crash does, and has another one started in its place, as its unit would. */
export async function restartDaemon({ dir }: Pick<LabConfig, "dir">): Promise<never> {
  const words = [process.execPath, labProgram(), "daemon", dir];
  spawn("/bin/sh", ["-c", `sleep ${PAUSE_SECONDS}; "$@"`, "sh", ...words], {
    cwd: dir,
    detached: true,
    stdio: "ignore",
    env: keptEnv(dir, { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LAB_RESTART: "1" }),
  }).unref();
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
}
