import { execa } from "execa";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { startCommand, type LabServer } from "./family.ts";
import { cacheFolder } from "./program.ts";

/** Copies the initialised data directory, schema included, that `makeTemplate` made of this server, to `target`. */
export async function copyTemplate(server: LabServer, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  const template = templateFolder(server, env);
  await execa("cp", ["-a", "--reflink=auto", template, target]).catch(() => execa("cp", ["-a", template, target]));
}

/** Makes the data directory that labs copy, where it is not made yet; a text says why the server cannot make one. */
export async function makeTemplate(server: LabServer, env: NodeJS.ProcessEnv): Promise<string | null> {
  const template = templateFolder(server, env);
  if (existsSync(template)) return null;
  const work = `${template}-${process.pid}-${randomBytes(4).toString("hex")}`;
  await mkdir(join(work, "data"), { recursive: true, mode: 0o700 });
  try {
    const reason = await initialise(server, work, env);
    // two labs may have made the same template at once; either copy is as good
    if (reason === null)
      await rename(join(work, "data"), template).catch((problem: unknown) => {
        if (!existsSync(template)) throw problem;
      });
    return reason;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The appliance's tables, as SQL: in the lab's folder when run from source, beside the bundle when built. */
function tables(): string {
  const places = ["../schema.sql", "./schema.sql"].map((name) => new URL(name, import.meta.url));
  const file = places.find((place) => existsSync(place));
  if (!file) throw new Error("schema.sql is missing beside the lab");
  return readFileSync(file, "utf8");
}

function schema({ family }: LabServer): string {
  const database =
    "set names utf8mb4;\ncreate database migratekit_oma character set utf8mb4 collate utf8mb4_general_ci;\nuse migratekit_oma;\n";
  return `${database}${family.dialect(tables())}`;
}

function templateFolder(server: LabServer, env: NodeJS.ProcessEnv): string {
  const { binary, family } = server;
  const recipe = `${binary} ${statSync(binary).mtimeMs} ${family.storage.join(" ")}\n${schema(server)}`;
  const name = createHash("sha256").update(recipe).digest("hex").slice(0, 16);
  return join(cacheFolder(family.name, env), "templates", name);
}

async function initialise(server: LabServer, work: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const { family, version } = server;
  const { options, input } = await family.initialise(server, work, schema(server));
  // never the folder of another server's temporary tables: this one would delete them
  const places = [`--datadir=${join(work, "data")}`, `--tmpdir=${work}`, ...server.places];
  const start = startCommand(server, [...options, ...places, ...family.storage, ...asUser()], env);
  const run = await execa(start.file, start.words, {
    ...(input === undefined ? {} : { input }),
    env: start.env,
    reject: false,
    all: true,
  });
  if (run.exitCode !== 0)
    return `${family.title} ${version} could not make a data directory:\n${errorText(run.all || run.message)}`;
  for (const name of family.own) await rm(join(work, "data", name), { force: true });
  return null;
}

/** The last of the errors that a server told of, else the end of what it told. */
function errorText(text = ""): string {
  const lines = text.trim().split("\n");
  const errors = lines.filter((line) => /\berror\b/i.test(line));
  const last = (errors.length > 0 ? errors : lines).slice(-3);
  return last.map((line) => `    ${line}`).join("\n");
}

/** As root the server insists on being told so. */
export function asUser(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}
