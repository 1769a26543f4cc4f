/** Files and folders that others could change or swap: said, with the way to mend it, before anything of them is believed. */
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs, ROOT } from "../support/needs.ts";
import { HANDRAIL } from "../support/program.ts";

let root: string;
const at = (...names: string[]): string => join(root, ...names);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "handrail-trust-"));
  for (const folder of ["config", "state", "secrets"]) mkdirSync(at(folder), { mode: 0o700 });
  writeFileSync(at("secrets", "mysql"), "a-secret-of-nobody", { mode: 0o600 });
  const site = {
    mysql: {
      host: "127.0.0.1",
      port: 9,
      user: "x",
      password: { file: at("secrets", "mysql") },
      database: "migratekit_oma",
    },
    volume_daemon: { url: "http://127.0.0.1:9" },
    cloudstack: { from: "appliance" },
    oma_api: { url: "http://127.0.0.1:9" },
  };
  writeFileSync(at("config", "config.yaml"), JSON.stringify({ sites: { north: site } }), { mode: 0o600 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Begins a run; the database refuses, so that what is asked before it can be told. HANDRAIL_TREE names another build. */
async function begun(config = at("config", "config.yaml")) {
  const env = { PATH: process.env["PATH"] ?? "", HOME: root, XDG_STATE_HOME: at("state") };
  const words = ["run", "failed-execution-cleanup", "--vm", "a", "--config", config];
  const { exitCode, stderr } = await execa(HANDRAIL, words, { env, extendEnv: false, reject: false });
  return { exit: exitCode, err: stderr };
}

const journals = (): string => at("state", "handrail", "journals", "north");
const isBegun = (): boolean => existsSync(join(journals(), "journal.db"));

it("what is the user's alone is used", async () => {
  expect((await begun()).exit).toBe(69);
  expect(isBegun()).toBe(true);
});

it("a user's folder through a link is his as well", async () => {
  symlinkSync(at("config"), at("link"));
  expect((await begun(at("link", "config.yaml"))).exit).toBe(69);
});

describe("is not believed, and nothing is begun:", () => {
  it.each<[string, () => void, RegExp]>([
    [
      "a configuration that everybody may write",
      () => chmodSync(at("config", "config.yaml"), 0o666),
      /chmod o-w .*config\.yaml/u,
    ],
    [
      "a configuration in a folder that everybody may write",
      () => chmodSync(at("config"), 0o777),
      /chmod o-w .*\/config/u,
    ],
    [
      "a secret in such a folder",
      () => chmodSync(at("secrets"), 0o777),
      /secrets\/mysql is not read: .*chmod o-w .*\/secrets/u,
    ],
    [
      "a configuration through a link that everybody may swap",
      () => {
        mkdirSync(at("open"));
        chmodSync(at("open"), 0o777);
        rmSync(at("config", "config.yaml"));
        symlinkSync(at("open", "config.yaml"), at("config", "config.yaml"));
        writeFileSync(at("open", "config.yaml"), "{}", { mode: 0o600 });
      },
      /chmod o-w .*\/open/u,
    ],
  ])("%s", async (_what, spoil, mend) => {
    spoil();
    expect(await begun()).toMatchObject({ exit: 65, err: expect.stringMatching(mend) });
    expect(isBegun()).toBe(false);
  });

  it("a journal under a folder that everybody may write", async () => {
    chmodSync(at("state"), 0o777);
    expect(await begun()).toMatchObject({ exit: 73, err: expect.stringMatching(/chmod o-w .*\/state/u) });
    expect(isBegun()).toBe(false);
  });
});

describe("of other users", await needs(ROOT), () => {
  const OTHER = 54_321;

  it.each<[string, number, () => void, RegExp]>([
    [
      "a configuration",
      65,
      () => chownSync(at("config", "config.yaml"), OTHER, 0),
      /config\.yaml belongs to user 54321/u,
    ],
    ["the folder of a configuration", 65, () => chownSync(at("config"), OTHER, 0), /config belongs to user 54321/u],
    ["the folder of journals", 73, () => chownSync(at("state"), OTHER, 0), /state belongs to user 54321/u],
    [
      "a folder of journals that another group may write",
      73,
      () => {
        chownSync(at("state"), 0, OTHER);
        chmodSync(at("state"), 0o770);
      },
      /chmod g-w .*\/state/u,
    ],
  ])("%s is not believed", async (_what, exit, spoil, mend) => {
    spoil();
    expect(await begun()).toMatchObject({ exit, err: expect.stringMatching(mend) });
    expect(isBegun()).toBe(false);
  });
});
