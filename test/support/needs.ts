/**
 * What a test needs of its machine. A test whose machine lacks it is not seen: it is counted so, with the reason, and
 * never passes for one that was run. There is no other way to leave a test out.
 */
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { execa } from "execa";
import { findServer, NoServer } from "../../src/packs/appliance/lab/servers/find.ts";
import { defaultServer, type ServerName } from "../../src/packs/appliance/lab/servers/names.ts";
import { describe } from "vitest";
import type { Requirement } from "../../src/packs/appliance/lab/packages.ts";
import { startNginx } from "./nginx.ts";
import { packagedProgram, STRACE } from "./packaged.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What the machine lacks for this test. */
    notSeen?: Lack;
  }
}

export interface Lack {
  /** The name of what is needed, as `.ci/not-seen` knows it. */
  readonly needs: string;
  readonly reason: string;
}

export interface Capability {
  readonly name: string;
  /** Why the machine has it not; null where it has. */
  probe(): Promise<string | null>;
}

export const LINUX: Capability = {
  name: "linux",
  probe: () => Promise.resolve(process.platform === "linux" ? null : `this is ${process.platform}, which has no /proc`),
};

export const ROOT: Capability = {
  name: "root",
  probe: () => Promise.resolve(process.getuid?.() === 0 ? null : "only root can give a file to somebody else"),
};

/** Another user's process, or one that its unit hides: as on every appliance for whoever is not root. */
export const HIDDEN: Capability = {
  name: "hidden",
  probe: () => Promise.resolve(pids().some(isHidden) ? null : "this user may look into every process of this machine"),
};

const pids = (): string[] =>
  existsSync("/proc") ? readdirSync("/proc").filter((name) => /^[1-9]\d*$/u.test(name)) : [];

function isHidden(pid: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    for (const name of readdirSync(folder)) readlinkSync(`${folder}/${name}`);
    return false;
  } catch (error) {
    return ["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");
  }
}

/** A program that is installed and answers; `args` are of no effect. */
export const has = (name: string, program: string, args: readonly string[]): Capability => ({
  name,
  probe: () =>
    execa(program, args, { stdin: "ignore" }).then(
      () => null,
      (error: unknown) => firstLine(error),
    ),
});

export const NGINX: Capability = {
  name: "nginx",
  probe: async () => {
    try {
      const nginx = await startNginx((port) => `server { listen 127.0.0.1:${port}; }`);
      await nginx.stop();
      return null;
    } catch (error) {
      return `nginx is neither installed nor to be had as a package (${firstLine(error)})`;
    }
  },
};

/** A program of the distribution's packages, installed or unpacked. */
export const packaged = (requirement: Requirement): Capability => ({
  name: basename(requirement.program),
  probe: () =>
    packagedProgram(requirement).then(
      () => null,
      (error: unknown) => `neither installed nor to be had as a package (${firstLine(error)})`,
    ),
});

/** Whether the calls of a program can be counted: a container may forbid it. */
export const TRACED: Capability = {
  name: "strace",
  probe: async () => {
    try {
      const { file, env } = await packagedProgram(STRACE);
      await execa(file, ["-f", "-qq", "-o", "/dev/null", "true"], { env, stdin: "ignore" });
      return null;
    } catch (error) {
      return `no program can be traced here (${firstLine(error)})`;
    }
  },
};

export const MYSQL: Capability = {
  name: "mysql",
  probe: async () => {
    try {
      await findServer("mysql", process.env);
      return null;
    } catch (error) {
      if (!(error instanceof NoServer)) throw error;
      const [, ...seen] = error.message.split("\n").slice(0, -1);
      return `no MySQL server is here that can be used, nor to be had: ${seen.map((line) => line.trim()).join("; ")}`;
    }
  },
};

/** For what only MariaDB does, where a test runs on the server of all lab tests. */
export const ON_MARIADB: Capability = {
  name: "mariadb",
  probe: () =>
    Promise.resolve(defaultServer() === "mariadb" ? null : "the lab tests run on MySQL, which does this otherwise"),
};

/** The options of a test, or of a group of tests with its hooks, that needs this: `test("…", await needs(NGINX), () => …)`. */
export async function needs(capability: Capability): Promise<{ skip?: boolean; meta?: { notSeen: Lack } }> {
  const reason = await capability.probe();
  return reason === null ? {} : { skip: true, meta: { notSeen: { needs: capability.name, reason } } };
}

export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";

/**
 * A group of tests for each server that changes are carried out on: `on MariaDB`, `on MySQL`, the latter where one can be had,
 * and not where `mysql` is false: for what the soak alone tries there.
 */
export async function onServers(
  suite: (server: ServerName) => void,
  { mysql = true }: { mysql?: boolean } = {},
): Promise<void> {
  describe("on MariaDB", () => {
    suite("mariadb");
  });
  if (!mysql) return;
  describe("on MySQL", await needs(MYSQL), () => {
    suite("mysql");
  });
}
