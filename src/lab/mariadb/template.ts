import { execa } from "execa";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, serverEnv, type Server } from "./find.ts";

const shipped = [
  "mysql_system_tables.sql",
  "mysql_performance_tables.sql",
  "mysql_system_tables_data.sql",
  "maria_add_gis_sp_bootstrap.sql",
];

/** Options that must be the same when a data directory is made and when it is used. */
export const storage = [
  "--innodb-log-file-size=8M",
  "--innodb-buffer-pool-size=24M",
  "--innodb-autoextend-increment=1",
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-doublewrite=0",
];

/** Copies an initialised data directory, schema included, to `target`; makes the original first where needed. */
export async function copyTemplate(server: Server, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  const template = join(cacheFolder(env), "templates", templateName(server));
  if (!existsSync(template)) await makeTemplate(server, template, env);
  await execa("cp", ["-a", "--reflink=auto", template, target]).catch(() => execa("cp", ["-a", template, target]));
}

/** The tables of the appliance, as SQL; beside this code when run from source, in the source tree when bundled. */
function schema(): string {
  const places = ["../schema.sql", "../src/lab/schema.sql", "./schema.sql"].map(
    (name) => new URL(name, import.meta.url),
  );
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error("schema.sql is missing beside the lab");
  return readFileSync(found, "utf8");
}

function templateName(server: Server): string {
  const made = `${server.binary} ${statSync(server.binary).mtimeMs} ${storage.join(" ")}\n${schema()}`;
  return createHash("sha256").update(made).digest("hex").slice(0, 16);
}

async function makeTemplate(server: Server, template: string, env: NodeJS.ProcessEnv): Promise<void> {
  const work = `${template}-${process.pid}-${randomBytes(4).toString("hex")}`;
  await mkdir(work, { recursive: true });
  const parts = await Promise.all(shipped.map((name) => readFile(join(server.share, name), "utf8")));
  const input = [
    "create database mysql;\nuse mysql;\nset @skip_auth_anonymous = 1;\n",
    ...parts,
    "set names utf8mb4;\ncreate database migratekit_oma character set utf8mb4 collate utf8mb4_general_ci;\nuse migratekit_oma;\n",
    schema(),
  ].join("\n");
  // never the folder of another server's temporary tables: this one would delete them
  const places = [`--datadir=${work}`, `--tmpdir=${work}`, `--lc-messages-dir=${server.share}`];
  const flags = ["--bootstrap", ...places, ...storage, ...asUser()];
  const run = await execa(server.binary, ["--no-defaults", ...flags], {
    input,
    env: serverEnv(server, env),
    reject: false,
    all: true,
  });
  if (run.exitCode !== 0) throw new Error(`the MariaDB server could not initialise a data directory:\n${run.all}`);
  // two labs may have made the same template at once; either copy is as good
  await rename(work, template).catch(() => rm(work, { recursive: true, force: true }));
}

/** As root the server insists on being told so. */
export function asUser(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}
