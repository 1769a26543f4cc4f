/**
 * The packages on bare Debian roots: `npm run test:roots -- [--packages FOLDER] [--roots FOLDER] [--releases A,B] [--only WORDS]`;
 * `-- --short` tries what the tarball holds on this machine, in an empty environment, and makes no root.
 * Needs root, debootstrap, and `release/` (`npm run package`). What was seen is written into README.md.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { VERSION } from "../../src/cli/version.ts";
import { makeRoot } from "./root.ts";
import { tryShortly } from "./short.ts";
import { tableIn, type Seen } from "./table.ts";
import { packagesIn, TRIALS, type Packages, type Tools, type Trial } from "./trials.ts";

const top = resolve(import.meta.dirname, "../..");
const NODE = "22.18.0";
const NPM = "10.9.3";

const { values } = parseArgs({
  options: {
    packages: { type: "string", default: join(top, "release") },
    roots: { type: "string", default: "/var/tmp/handrail-roots" },
    releases: { type: "string", default: "bookworm,trixie" },
    only: { type: "string", default: "" },
    short: { type: "boolean", default: false },
  },
});

/** The oldest Node.js that is supported, and an npm of its time, fetched once. */
async function oldest(roots: string): Promise<string> {
  const folder = join(roots, "node");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, "node_modules/node/bin/node"))) {
    writeFileSync(join(folder, "package.json"), '{"private":true,"allowScripts":{"node":true}}');
    await execa("npm", ["install", `node@${NODE}`, `npm@${NPM}`], { cwd: folder });
  }
  return folder;
}

async function seen(release: string, trial: Trial, packages: Packages, tools: Tools): Promise<Seen> {
  const name = trial.name.replaceAll(/\W+/gu, "-").slice(0, 20);
  const line = { release, package: trial.name, shows: trial.shows };
  try {
    const root = await makeRoot(values.roots, release, name);
    try {
      await trial.run(root, packages, tools);
    } finally {
      await root.close();
    }
    return { ...line, lack: null };
  } catch (error) {
    return { ...line, lack: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) };
  }
}

/** Why this machine can show none of it; null where it can. */
const lack = (): string | null => (process.getuid?.() === 0 ? null : "only root can make a root");

async function main(): Promise<number> {
  if (values.short) {
    process.stdout.write(`unpacked package, empty environment: ${await tryShortly(top)}\n`);
    return 0;
  }
  const missing = lack();
  if (missing !== null) {
    process.stdout.write(`not seen: ${missing}\n`);
    return 0;
  }
  const packages = packagesIn(resolve(values.packages));
  const { stdout: registry } = await execa("npm", ["config", "get", "registry"], { cwd: top });
  const tools = { node: await oldest(values.roots), registry };
  const all: Seen[] = [];
  for (const release of values.releases.split(","))
    for (const trial of TRIALS.filter(({ name }) => name.includes(values.only))) {
      const result = await seen(release, trial, packages, tools);
      process.stdout.write(
        `${release}, ${trial.name}: ${result.lack === null ? "seen" : `NOT SEEN: ${result.lack}`}\n`,
      );
      all.push(result);
    }
  const readme = join(top, "README.md");
  if (values.only === "") writeFileSync(readme, tableIn(readFileSync(readme, "utf8"), VERSION, all));
  return all.some((each) => each.lack !== null) ? 1 : 0;
}

process.exitCode = await main();
