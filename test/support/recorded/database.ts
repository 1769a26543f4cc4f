/** The test's own MariaDB or MySQL as it was on the day of the recording. HANDRAIL_RECORD=1 records it anew, over a real one. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { createConnection, type Connection } from "mysql2/promise";
import { parseSite, type ApplianceSite as Site } from "../../../src/packs/appliance/site-schema.ts";
import type { ServerName } from "../../../src/packs/appliance/lab/servers/names.ts";
import { startDatabase, type Database } from "../database.ts";
import { speaking } from "../tongue.ts";
import { parseRecording, recordingText, recordServer, replayServer } from "./wire.ts";

/** What a suite of tests needs of a database, real or recorded. */
export type Stage = Pick<Database, "port" | "root" | "stranger" | "site">;

export interface RecordedDatabase extends Stage {
  /** Throws where the code under test left the recording. */
  stop(): Promise<void>;
}

const fileOf = (name: string): string => join(import.meta.dirname, "../../recorded/mysql", `${name}.br`);
export const isRecording = (): boolean => process.env["HANDRAIL_RECORD"] === "1";

/** What repeats itself far behind is found, too: the same tables are looked at again and again. */
const WIDE = {
  params: {
    [constants.BROTLI_PARAM_LARGE_WINDOW]: 1,
    [constants.BROTLI_PARAM_LGWIN]: 26,
    [constants.BROTLI_PARAM_QUALITY]: 9,
  },
};

const WIDE_READ = { params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 } };

/** Names that a recorded server goes by: they are in no statement. */
const siteAt = (port: number): Site => {
  const read = parseSite({
    name: "test",
    lab: { name: "test", world: "none", scale: 20, dir: "/nowhere" },
    mysql: { host: "127.0.0.1", port, user: "oma_user", password: "recorded", database: "migratekit_oma" },
    volume_daemon: { url: "http://127.0.0.1:1" },
    cloudstack: { from: "appliance" },
    oma_api: { url: "http://127.0.0.1:1" },
  });
  if (!read.ok) throw new Error(read.error.join("\n"));
  return read.value;
};

const connect = async (server: ServerName, port: number, user: string, password: string): Promise<Connection> =>
  speaking(
    server,
    await createConnection({
      host: "127.0.0.1",
      port,
      user,
      password,
      database: "migratekit_oma",
      dateStrings: true,
      multipleStatements: true,
    }),
  );

async function replay(name: string, family: ServerName): Promise<RecordedDatabase> {
  const server = await replayServer(
    parseRecording(brotliDecompressSync(readFileSync(fileOf(name)), WIDE_READ).toString()),
  );
  const root = await connect(family, server.port, "root", "recorded");
  return {
    port: server.port,
    root,
    stranger: () => connect(family, server.port, "oma_user", "recorded"),
    site: (port = server.port) => siteAt(port),
    stop: async () => {
      root.destroy();
      await server.stop();
      const complaints = server.complaints();
      if (complaints.length > 0) throw new Error(`it left the recording ${name}:\n${complaints.join("\n")}`);
    },
  };
}

async function record(name: string, family: ServerName): Promise<RecordedDatabase> {
  const database = await startDatabase(family);
  const server = await recordServer(database.lab.ports.mysql);
  const root = await connect(family, server.port, "root", database.lab.rootPassword);
  return {
    port: server.port,
    root,
    stranger: () => connect(family, server.port, "oma_user", database.lab.omaPassword),
    site: (port = server.port) => database.site(port),
    stop: async () => {
      await root.end();
      await server.stop();
      mkdirSync(dirname(fileOf(name)), { recursive: true });
      writeFileSync(fileOf(name), brotliCompressSync(recordingText(server.recording()), WIDE));
      await database.stop();
    },
  };
}

/** All tests of a suite together are one recording: none of them can be left out. */
export const openRecorded = (name: string, family: ServerName = "mariadb"): Promise<RecordedDatabase> => {
  if (!isRecording() && !existsSync(fileOf(name))) throw new Error(`${fileOf(name)} is missing: record it`);
  return isRecording() ? record(name, family) : replay(name, family);
};
