import { execa } from "execa";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, serverEnv, type Server } from "./program.ts";

/** Options that must be the same when a data directory is made and when it is used. */
export const storage = [
  "--innodb-log-file-size=8M",
  "--innodb-buffer-pool-size=24M",
  "--innodb-autoextend-increment=1",
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-doublewrite=0",
];

/** Copies the initialised data directory, schema included, that `makeTemplate` made of this server, to `target`. */
export async function copyTemplate(server: Server, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  const template = templateFolder(server, env);
  await execa("cp", ["-a", "--reflink=auto", template, target]).catch(() => execa("cp", ["-a", template, target]));
}

/** Makes the data directory that labs copy, where it is not made yet; a text says why the server cannot make one. */
export async function makeTemplate(server: Server, env: NodeJS.ProcessEnv): Promise<string | null> {
  const template = templateFolder(server, env);
  if (existsSync(template)) return null;
  const work = `${template}-${process.pid}-${randomBytes(4).toString("hex")}`;
  await mkdir(work, { recursive: true });
  try {
    const why = await initialise(server, work, env);
    // two labs may have made the same template at once; either copy is as good
    if (why === null)
      await rename(work, template).catch((problem: unknown) => {
        if (!existsSync(template)) throw problem;
      });
    return why;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
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

function templateFolder(server: Server, env: NodeJS.ProcessEnv): string {
  const made = `${server.binary} ${statSync(server.binary).mtimeMs} ${storage.join(" ")}\n${schema()}`;
  return join(cacheFolder(env), "templates", createHash("sha256").update(made).digest("hex").slice(0, 16));
}

async function initialise(server: Server, work: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const parts = await Promise.all(server.sql.map((path) => readFile(path, "utf8")));
  const input = [
    "create database mysql;\nuse mysql;\nset @skip_auth_anonymous = 1;\n",
    ...parts,
    "set names utf8mb4;\ncreate database migratekit_oma character set utf8mb4 collate utf8mb4_general_ci;\nuse migratekit_oma;\n",
    schema(),
  ].join("\n");
  // never the folder of another server's temporary tables: this one would delete them
  const places = [`--datadir=${work}`, `--tmpdir=${work}`, `--lc-messages-dir=${server.messages}`];
  const flags = ["--bootstrap", ...places, ...storage, ...asUser()];
  const run = await execa(server.binary, ["--no-defaults", ...flags], {
    input,
    env: serverEnv(server, env),
    reject: false,
    all: true,
  });
  if (run.exitCode === 0) return null;
  const lines = (run.all || (run.message ?? "")).trim().split("\n");
  const errors = lines.filter((line) => /\berror\b/i.test(line));
  const told = (errors.length > 0 ? errors : lines).slice(-3);
  return `MariaDB ${server.version} could not make a data directory:\n${told.map((line) => `    ${line}`).join("\n")}`;
}

/** As root the server insists on being told so. */
export function asUser(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}
