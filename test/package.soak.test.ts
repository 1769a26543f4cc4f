/** The packages themselves: made twice, in two places, at two hours of the day; unpacked, installed and started without a clone. */
import { createHash } from "node:crypto";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMANDS } from "../src/cli/commands.ts";
import { VERSION } from "../src/cli/version.ts";
import { output } from "../scripts/package/programs.ts";
import { cloneHere } from "./support/clone.ts";
import { has, needs } from "./support/needs.ts";

const root = join(import.meta.dirname, "..");
const { arch } = process;
const NAME = `handrail-${VERSION}-linux-${arch}`;
const SAYS = new RegExp(
  `^handrail ${VERSION.replaceAll(".", "\\.")} \\([0-9a-f]{12}(?:\\+changes)?, \\d{4}-\\d\\d-\\d\\d\\)\n$`,
  "u",
);

const CLONE = has("clone", "git", ["-C", root, "rev-parse", "HEAD"]);
const DPKG = has("dpkg-deb", "dpkg-deb", ["--version"]);
const LINTIAN = has("lintian", "lintian", ["--version"]);
/** What lintian says of it, and why it stays so. */
const KNOWN = new Set([
  "bogus-mail-host", // the project has no address
  "bogus-mail-host-in-debian-changelog",
  "copyright-file-contains-full-apache-2-license", // whoever unpacks it elsewhere has no /usr/share/common-licenses
  "copyright-not-using-common-license-for-gpl",
  "old-fsf-address-in-copyright-file", // Node's own file
  "embedded-library", // Node is the published binary, whole
  "unstripped-binary-or-object",
  "hardening-no-pie",
  "maintainer-script-calls-systemctl", // no debhelper, whose words it asks for
  "no-manual-page", // of handrail-service, which says what it is for when it is called wrongly
]);
const REGISTRY = has("registry", "npm", ["view", "better-sqlite3", "version"]);

let work = "";

/** With the installed packages. */
async function copyOfClone(folder: string): Promise<void> {
  await cloneHere(folder);
  await output("cp", ["-a", join(root, "node_modules"), join(folder, "node_modules")]);
}

const makePackages = (folder: string, env: Record<string, string>): Promise<string> =>
  output("npm", ["run", "--silent", "package", "--", "--arch", arch], { cwd: folder, env });

const release = (place: string): string => join(work, place, "release");
const digests = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((file) => [
      file,
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    ]),
  );

/** Starts what was installed with nothing of this machine's but what is named. */
function start(program: string, args: readonly string[], path = "/nonexistent"): SpawnSyncReturns<string> {
  const env = { HOME: join(work, "home"), PATH: path, XDG_STATE_HOME: join(work, "state") };
  return spawnSync(program, args, { env, encoding: "utf8" });
}

function startsWell(program: string, path?: string): void {
  expect(start(program, ["--version"], path).stdout).toMatch(SAYS);
  const help = start(program, ["--help"], path).stdout.replaceAll(/\s+/gu, " ");
  for (const { says } of COMMANDS) expect(help).toContain(says);
  expect(start(program, ["lint"], path)).toMatchObject({ status: 0, stderr: "" });
  expect(start(program, ["explain", "failed-execution-cleanup"], path)).toMatchObject({ status: 0, stderr: "" });
  expect(start(program, ["demo", "--recorded", "--plain"], path).stdout).toMatch(/REPLAY ends; \d+ events\n$/u);
}

/** A journal is opened, which needs the SQLite binary; the lab needs its tables. */
function runsLab(program: string): void {
  const path = process.env["PATH"];
  const env = { ...process.env, XDG_STATE_HOME: join(work, "state"), PATH: path };
  const run = (...args: string[]): SpawnSyncReturns<string> => spawnSync(program, args, { env, encoding: "utf8" });
  const lab = { HANDRAIL_LAB: `package-${process.pid}` };
  Object.assign(env, lab);
  try {
    expect(run("lab", "up")).toMatchObject({ status: 0 });
    expect(run("plan", "failed-execution-cleanup", "--vm", "pgtest2")).toMatchObject({ status: 5 });
    expect(run("journal", "list").stdout).toContain("failed-execution-cleanup");
    expect(run("journal", "verify")).toMatchObject({ status: 0 });
    expect(run("doctor", "--lab")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("none is broken") as string,
    });
  } finally {
    run("lab", "down", "--rm");
  }
}

describe("made twice", await needs(CLONE), async () => {
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), "handrail-package-"));
    await copyOfClone(join(work, "one"));
    await copyOfClone(join(work, "deeper/down/two"));
    await makePackages(join(work, "one"), { TZ: "UTC", LC_ALL: "C" });
    await makePackages(join(work, "deeper/down/two"), { TZ: "Asia/Tokyo", LC_ALL: "C.UTF-8", XZ_OPT: "-0" });
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it("they are the same bytes, of no more than 35 MB, and SHA256SUMS has them all", () => {
    const one = digests(release("one"));
    expect(digests(release("deeper/down/two"))).toEqual(one);
    const sums = readFileSync(join(release("one"), "SHA256SUMS"), "utf8")
      .trim()
      .split("\n");
    const named = Object.fromEntries(sums.map((line) => line.split("  ").toReversed() as [string, string]));
    const { SHA256SUMS, "RELEASE-NOTES.md": notes, ...packages } = one;
    expect([named, SHA256SUMS?.length, notes?.length]).toEqual([packages, 64, 64]);
    for (const file of Object.keys(one)) expect(statSync(join(release("one"), file)).size).toBeLessThan(35_000_000);
  });

  it("the tarball runs where there is no Node, also through a link", async () => {
    await output("tar", ["-xJf", join(release("one"), `${NAME}.tar.xz`), "-C", work]);
    const program = join(work, NAME, "bin/handrail");
    startsWell(program);
    runsLab(program);
    symlinkSync(program, join(work, "link"));
    expect(start(join(work, "link"), ["--version"], "/usr/bin:/bin").stdout).toMatch(SAYS);
    expect(readFileSync(join(work, NAME, "dist/THIRD-PARTY-NOTICES.txt"), "utf8")).toContain(
      "Permission is hereby granted",
    );
  });

  it("the Debian package runs, and has its unit, manual page and completions", await needs(DPKG), async () => {
    const file = readdirSync(release("one")).find((name) => name.endsWith(".deb")) ?? "";
    const tree = join(work, "debian");
    await output("dpkg-deb", ["-x", join(release("one"), file), tree]);
    startsWell(join(tree, "usr/lib/handrail/bin/handrail"));
    expect(start(join(tree, "usr/bin/handrail"), ["--version"], "/usr/bin:/bin").stdout).toMatch(SAYS);
    const parts = [
      "lib/systemd/system/handrail-serve.service",
      "share/man/man1/handrail.1.gz",
      "share/bash-completion/completions/handrail",
      "share/zsh/vendor-completions/_handrail",
      "share/fish/vendor_completions.d/handrail.fish",
    ];
    expect(parts.filter((part) => !existsSync(join(tree, "usr", part)))).toEqual([]);
    const listed = await output("dpkg-deb", ["-c", join(release("one"), file)]);
    expect(
      listed
        .trim()
        .split("\n")
        .filter((line) => !line.includes(" root/root ")),
    ).toEqual([]);
  });

  it(
    "the Debian package holds the digests of all its files, and lintian finds no more than is known",
    await needs(LINTIAN),
    async () => {
      const file = join(release("one"), readdirSync(release("one")).find((name) => name.endsWith(".deb")) ?? "");
      await output("dpkg-deb", ["-R", file, join(work, "whole")]);
      await output("md5sum", ["--check", "--quiet", "--strict", "DEBIAN/md5sums"], { cwd: join(work, "whole") });
      const { stdout } = spawnSync("lintian", ["--allow-root", file], { encoding: "utf8" });
      const tags = [...stdout.matchAll(/^[EW]: handrail: (\S+)/gmu)].map(([, tag = ""]) => tag);
      expect(tags.filter((tag) => !KNOWN.has(tag))).toEqual([]);
    },
  );

  it("the npm package runs after npm i -g, without development packages", await needs(REGISTRY), async () => {
    const prefix = join(work, "prefix");
    const file = join(release("one"), `handrail-${VERSION}.tgz`);
    await output("npm", ["install", "--global", "--prefix", prefix, "--omit=dev", "--no-audit", "--no-fund", file]);
    const program = join(prefix, "bin/handrail");
    startsWell(program, `${dirname(process.execPath)}:/usr/bin:/bin`);
    runsLab(program);
    expect(existsSync(join(prefix, "share/man/man1/handrail.1"))).toBe(true);
    expect(readdirSync(join(prefix, "lib/node_modules/handrail/node_modules"))).not.toContain("esbuild");
  });

  it(
    "npm ci takes less than 400 MB; npm ci --omit=dev leaves what is built, and says so where nothing is",
    await needs(REGISTRY),
    async () => {
      const clone = join(work, "one");
      await output("npm", ["ci", "--no-audit", "--no-fund"], { cwd: clone });
      const [megabytes] = (await output("du", ["-sm", "node_modules"], { cwd: clone })).split("\t");
      expect(Number(megabytes)).toBeLessThan(400);
      await output("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund"], { cwd: clone });
      startsWell(join(clone, "bin/handrail"), `${dirname(process.execPath)}:/usr/bin:/bin`);
      rmSync(join(clone, "dist"), { recursive: true });
      await output("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund"], { cwd: clone });
      expect(
        start(join(clone, "bin/handrail"), ["--version"], `${dirname(process.execPath)}:/usr/bin:/bin`),
      ).toMatchObject({
        status: 70,
        stderr: expect.stringContaining("it is not built yet; run: npm ci") as string,
      });
    },
  );
});
