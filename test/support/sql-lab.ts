/** A lab for typed statements, its database as root, and the commands as a person at a terminal uses them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import type { Invocation, Values } from "../../src/cli/command.ts";
import { Stop } from "../../src/cli/io.ts";
import { downLab, upLab } from "../../src/packs/appliance/lab/index.ts";
import { defaultServer, type ServerName } from "../../src/packs/appliance/lab/servers/names.ts";
import { labScale } from "./pace.ts";
import { speaking } from "./tongue.ts";
import { terminal, type Keys } from "./terminal.ts";

export interface Told {
  readonly exit: number;
  readonly shown: string;
}

export interface SqlLab {
  readonly root: Connection;
  /** A folder of its own, which goes with it. */
  readonly folder: string;
  /** Runs a command; the answers are given in their order, without any nobody is there. */
  tell(
    command: (invocation: Invocation) => Promise<number>,
    rest: readonly string[],
    values?: Values,
    answers?: readonly (readonly [RegExp, Keys])[],
  ): Promise<Told>;
  stop(): Promise<void>;
}

export async function openSqlLab(server: ServerName = defaultServer()): Promise<SqlLab> {
  const folder = mkdtempSync(join(tmpdir(), "handrail-sql-"));
  const env = { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder };
  const lab = await upLab({
    dir: join(folder, "handrail", "labs", "default"),
    world: "stuck-virtio",
    scale: labScale(50),
    server,
  });
  const connection = await createConnection({
    host: "127.0.0.1",
    port: lab.config.ports.mysql,
    user: "root",
    password: lab.config.rootPassword,
    database: "migratekit_oma",
    dateStrings: true,
    multipleStatements: true,
  });
  const root = speaking(lab.config.server, connection);
  return {
    root,
    folder,
    tell: async (command, rest, values = {}, answers = []) => {
      const { io, shown } = terminal(env, answers);
      try {
        return { exit: await command({ values: { lab: true, ...values }, rest, io }), shown: shown() };
      } catch (error) {
        if (!(error instanceof Stop)) throw error;
        return { exit: error.exit, shown: `${shown()}${error.message}` };
      }
    },
    stop: async () => {
      await root.end();
      await downLab(lab, { keep: false });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
