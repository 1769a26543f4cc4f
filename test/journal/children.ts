/** Processes of their own, for what only another process can show. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** Starts a script of this directory; it is killed when the test ends, if it still runs. */
export function start(script: string, ...args: readonly string[]): ChildProcess {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", `${import.meta.dirname}/${script}`, ...args],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Waits until it has said something. */
export async function speaks(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout ?? child, "data")) as [unknown];
  return String(data);
}

/** Waits for its end and gives its exit code. */
export async function ends(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}
