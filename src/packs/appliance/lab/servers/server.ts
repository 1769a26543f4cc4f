import { spawn } from "node:child_process";
import { existsSync, fstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createConnection } from "mysql2/promise";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess, isAlive, isSame, readPid, writePid } from "../appliance/pids.ts";
import type { LabConfig } from "../appliance/config.ts";
import { PortTaken } from "../appliance/ports.ts";
import { keptEnv } from "../keeper/start.ts";
import { families } from "./families.ts";
import { startCommand, type Family, type LabServer } from "./family.ts";
import { findServer, NoServer } from "./find.ts";
import { serverNames, type ServerName } from "./names.ts";
import { asUser, copyTemplate } from "./template.ts";

/** Starts the lab's own server and returns once it answers. `extraOptions`: options that the server is given beside ours. */
export async function startServer(
  lab: LabConfig,
  env: NodeJS.ProcessEnv,
  say?: (line: string) => void,
  extraOptions: readonly string[] = [],
): Promise<void> {
  const own = keptEnv(lab.dir, env);
  const server = await findServer(lab.server, own, say);
  const data = dataFolder(lab.dir);
  if (!existsSync(data)) await copyTemplate(server, data, own);
  mkdirSync(temporaries(lab.dir), { recursive: true, mode: 0o700 });
  writeFileSync(join(lab.dir, "init.sql"), accounts(lab), { mode: 0o600 });
  const logFile = join(lab.dir, `${lab.server}.log`);
  const log = openSync(logFile, "a");
  const logStart = fstatSync(log).size;
  const start = startCommand(server, [...options(lab, server), ...extraOptions], own);
  const child = spawn(start.file, start.words, {
    env: start.env,
    cwd: lab.dir,
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.unref();
  if (!child.pid) throw new Error(`could not start ${server.binary}`);
  writePid(pidFile(lab.dir, lab.server), child.pid);
  await untilItAnswers(lab, child.pid, () => readFileSync(logFile).subarray(logStart).toString());
}

/** Stops the lab's server, of whatever family it is. */
export async function stopServer(dir: string, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  for (const name of serverNames) await endProcess(pidFile(dir, name), signal);
}

/** Whether the lab's server runs. */
export function isServing(dir: string): boolean {
  return serverNames.some((name) => {
    const identity = readPid(pidFile(dir, name));
    return identity !== null && isSame(identity);
  });
}

/** The lab's data directory; the binary log lies in it. */
export function dataFolder(dir: string): string {
  return join(dir, "data");
}

/** A starting server deletes the temporary tables it finds, whoever's they are: it must never share a folder for them. */
function temporaries(dir: string): string {
  return join(dir, "tmp");
}

function pidFile(dir: string, name: ServerName): string {
  return join(dir, `${name}.pid`);
}

function options(lab: LabConfig, { family, places }: LabServer): string[] {
  return [
    `--datadir=${dataFolder(lab.dir)}`,
    `--tmpdir=${temporaries(lab.dir)}`,
    ...places,
    `--port=${lab.ports.mysql}`,
    "--bind-address=127.0.0.1",
    // the socket lies in the data directory; a relative name cannot outgrow the kernel's limit
    "--socket=lab.sock",
    `--init-file=${join(lab.dir, "init.sql")}`,
    "--log-bin=binlog",
    "--binlog-checksum=NONE",
    "--sync-binlog=0",
    "--server-id=1",
    "--default-time-zone=+00:00",
    "--skip-name-resolve",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--performance-schema=OFF",
    "--key-buffer-size=1M",
    "--max-connections=60",
    ...family.options,
    ...family.storage,
    ...asUser(),
  ];
}

/** Run at every start; one statement per line, none of it in the binary log. */
function accounts(lab: LabConfig): string {
  const lines = [
    "set session sql_log_bin = 0",
    "set session sql_mode = ''",
    // whom the server made for itself: nobody comes in without a password
    "drop user if exists root@localhost",
    ...account("root", lab.rootPassword),
    "grant all on *.* to root@'127.0.0.1' with grant option",
    ...account("oma_user", lab.omaPassword),
    "grant all on migratekit_oma.* to oma_user@'127.0.0.1'",
  ];
  return `${lines.join(";\n")};\n`;
}

const account = (name: string, password: string): string[] => [
  `drop user if exists ${name}@'127.0.0.1'`,
  `create user ${name}@'127.0.0.1' identified by '${password}'`,
];

/** Its own end is the news that it will not; the limit is there for a server that hangs, not for a machine that is busy. */
async function untilItAnswers(lab: LabConfig, pid: number, log: () => string): Promise<void> {
  const deadline = Date.now() + 300_000;
  for (;;) {
    const lives = isAlive(pid);
    try {
      const connection = await createConnection({
        host: "127.0.0.1",
        port: lab.ports.mysql,
        user: "oma_user",
        password: lab.omaPassword,
        database: "migratekit_oma",
        connectTimeout: 60_000,
      });
      await connection.end();
      return;
    } catch (problem) {
      if (!lives || Date.now() > deadline) throw failure(families[lab.server], log(), problem);
      await sleep(20);
    }
  }
}

function failure({ title }: Family, log: string, cause: unknown): Error {
  const last = log.split("\n").slice(-12).join("\n");
  if (/Bind on TCP\/IP port/.test(log))
    return new PortTaken(`the lab's ${title} server found its port taken:\n${last}`);
  return new NoServer(`The lab's ${title} server did not come up. The end of its log:\n${last}`, { cause });
}
