/** A site of nobody's product: a database server with tables of its own, a configuration and a runbook file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { stringify } from "yaml";
import type { Values } from "../../src/cli/command.ts";
import type { RunEvent } from "../../src/engine/events.ts";
import { command, eventsIn, type Said } from "./incident.ts";
import { startDatabase, type Database } from "./database.ts";

export interface OwnSite {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly file: string;
  /** Gives the site other connections. */
  connect(connections: object): void;
  /** A command of the command line, in process, with nobody at the terminal. */
  cli(name: string, rest: readonly string[], values?: Values): Promise<Said>;
  /** Writes a grant for these targets and runs under it. */
  run(runbook: string, wish: Values): Promise<Said>;
  /** Takes the newest run up under a grant of its own. */
  resume(runbook: string, wish: Values): Promise<Said>;
  events(run: string): RunEvent[];
  /** Forgets every run: journal and locks. */
  forget(): void;
  /** Writes the file of a grant. */
  grant(runbook: string, wish: Values): Promise<string>;
  remove(): void;
}

const SITE = "shop";

/** A site with these connections, as a configuration writes them, and the runbooks of a file. */
export function ownSite(connections: object, file: string): OwnSite {
  const root = mkdtempSync(join(tmpdir(), "handrail-own-"));
  const config = join(root, "config.yaml");
  const connect: OwnSite["connect"] = (others) =>
    writeFileSync(config, stringify({ sites: { [SITE]: { connections: others } } }), { mode: 0o600 });
  connect(connections);
  const env = {
    HOME: root,
    PATH: process.env["PATH"] ?? "",
    XDG_STATE_HOME: join(root, "state"),
    XDG_CONFIG_HOME: join(root, "config"),
    HANDRAIL_CONFIG: config,
  };
  let grants = 0;
  const cli: OwnSite["cli"] = (name, rest, values = {}) => command(env, name, rest, { file, ...values });
  const grant: OwnSite["grant"] = async (runbook, { vm, "all-stuck": all, input }) => {
    grants += 1;
    const o = join(root, `grant-${grants}.json`);
    const written = await cli("grant", [runbook], {
      vm,
      "all-stuck": all,
      ...(input === undefined ? {} : { input }),
      o,
    });
    if (written.exit !== 0) throw new Error(`no grant was written: ${written.err}`);
    return o;
  };
  return {
    root,
    env,
    file,
    connect,
    cli,
    grant,
    run: async (runbook, wish) => cli("run", [runbook], { ...wish, grant: await grant(runbook, wish) }),
    resume: async (runbook, wish) => {
      const given = await grant(runbook, wish);
      return command(env, "resume", ["last"], { decide: wish["decide"], grant: given });
    },
    events: (run) => eventsIn(env, SITE, run),
    forget: () => {
      for (const part of ["journals", "locks"])
        rmSync(join(root, "state", "handrail", part), { recursive: true, force: true });
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export interface OwnDatabase {
  readonly server: Database;
  /** Its connection, as a configuration writes it. */
  readonly mysql: object;
  stop(): Promise<void>;
}

const PASSWORD = "sre-password-of-the-shop";

/** A server with a database `shop`, its tables, and an account for it. */
export async function ownDatabase(
  tables: string,
  { rights = "ALL ON shop.*", more = [] }: { readonly rights?: string; readonly more?: readonly string[] } = {},
): Promise<OwnDatabase> {
  const server = await startDatabase("mariadb", more);
  const folder = mkdtempSync(join(tmpdir(), "handrail-password-"));
  const password = join(folder, "password");
  writeFileSync(password, PASSWORD, { mode: 0o600 });
  await server.root.query(
    `CREATE DATABASE shop; USE shop; ${tables}; CREATE USER sre@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'; GRANT ${rights} TO sre@'127.0.0.1'`,
  );
  return {
    server,
    mysql: { host: "127.0.0.1", port: server.port, user: "sre", password: { file: password }, database: "shop" },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the world is so, however long this machine takes. */
export const until = (look: () => Promise<boolean>): Promise<void> => expect.poll(look).toBe(true);
