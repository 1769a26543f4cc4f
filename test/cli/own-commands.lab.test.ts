/** What is said to be copied on a site of one's own finds the same runbook and the same target again. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Values } from "../../src/cli/command.ts";
import { dispatch } from "../../src/cli/dispatch.ts";
import { Stop } from "../../src/cli/io.ts";
import { QUEUE } from "../incidents/worlds.ts";
import { quietIo, type Said } from "../support/incident.ts";
import { ownDatabase, ownSite, type OwnDatabase, type OwnSite } from "../support/own-site.ts";
import { shellWords } from "../support/shell-words.ts";

const QUEUES = join(import.meta.dirname, "../incidents/queue.yaml");
let database: OwnDatabase;
let site: OwnSite;
/** A file of one's own, with a blank in its name. */
let file: string;

beforeAll(async () => {
  database = await ownDatabase(QUEUE.tables);
});
afterAll(() => database.stop());
beforeEach(async () => {
  site = ownSite({ db: { mysql: database.mysql } }, QUEUES);
  mkdirSync(join(site.root, "my books"));
  file = join(site.root, "my books", "queue.yaml");
  copyFileSync(QUEUES, file);
  await database.server.root.query(`TRUNCATE shop.jobs; ${QUEUE.rows}`);
});
afterEach(() => site.remove());

/** A command line as somebody types it. */
async function typed(words: string): Promise<Omit<Said, "run">> {
  const { io, said } = quietIo(site.env);
  try {
    return { exit: await dispatch(shellWords(words), io), ...said };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { exit: error.exit, out: said.out, err: error.message };
  }
}

/** The command of the site that is said, behind the program's name. */
const commandIn = (text: string, verb: string): string =>
  new RegExp(`handrail (${verb} .*)$`, "mu").exec(text)?.[1] ?? "";

const cli = (name: string, rest: readonly string[], values: Values = {}) =>
  site.cli(name, rest, { file: [file], ...values });

describe("a runbook of a file that nothing else names", () => {
  it("is named with its file by what a grant, a plan and a run say to be copied", async () => {
    const o = join(site.root, "a.grant");
    const granted = await typed(`grant poison-jobs --target mail --file '${file}' -o ${o}`);
    expect(granted).toMatchObject({ exit: 0, err: "" });
    const command = commandIn(granted.out, "run");
    expect(command).toBe(`run poison-jobs --file '${file}' --target mail --grant ${o}`);
    const planned = await typed(`plan poison-jobs --target mail --file '${file}'`);
    expect(planned.exit).toBe(5);
    expect((await typed(command)).exit).toBe(0);
    const closed = await typed("resume last");
    expect(closed).toMatchObject({ exit: 64, err: expect.stringContaining(`run poison-jobs --file '${file}'`) });
  });

  it("is named so where a dry run is taken up, and where another grant is wanted", async () => {
    await cli("plan", ["poison-jobs"], { vm: ["mail"] });
    const { err } = await typed("resume last");
    expect(err).toContain(`plan poison-jobs --file '${file}'`);
    const grant = await site.grant("poison-jobs", { vm: ["mail"] });
    const other = await cli("run", ["poison-jobs"], { vm: ["invoices"], grant });
    expect(other.exit).toBe(5);
    expect(other.err).toContain(`handrail grant poison-jobs --file '${file}' --target … -o FILE`);
    expect(other.err).not.toMatch(/--vm|\bVMs?\b/u);
  });
});

it("a runbook that the configuration names is named by its id alone", async () => {
  const connections = { db: { mysql: database.mysql } };
  const config = { sites: { shop: { connections } }, runbooks: [file] };
  writeFileSync(join(site.root, "config.yaml"), stringify(config), { mode: 0o600 });
  const said = await cli("grant", ["poison-jobs"], { vm: ["mail"], o: join(site.root, "b.grant") });
  expect(commandIn(said.out, "run")).toMatch(/^run poison-jobs --target mail --grant /u);
});

describe("nobody is told of things that this site has not", () => {
  it.each([
    ["plan poison-jobs", "name the queue with --target NAME"],
    ["plan poison-jobs --target ghost", "there is no queue ghost"],
    ["plan poison-jobs --target mail --decide ghost:keep=stop", "asks nothing named keep"],
    ["grant poison-jobs --standing --target mail -o x", "a standing grant names no queue"],
    ['sql "DELETE FROM jobs WHERE id = 1" --target mail', "--target: which rows of jobs belong"],
  ])("%s", async (words, says) => {
    const said = await typed(`${words} --file '${file}'`);
    expect(said.exit).toBe(64);
    expect(said.err).toContain(says);
    expect(said.err).not.toMatch(/--vm|\bVMs?\b|appliance/u);
  });

  it("on the board for somebody who listens, whose command is there to be copied", async () => {
    const said = await typed(`--screen-reader --file '${file}'`);
    expect(said.out).toContain("1 of 2 queues need you.");
    const command = /Command: handrail (.*)\.$/mu.exec(said.out)?.[1] ?? "";
    expect(command).toBe(`run poison-jobs --target mail --file '${file}'`);
    expect((await typed(command.replace("run", "plan"))).exit).toBe(5);
  });

  it("by an undo either: it is of a queue", async () => {
    const ran = await site.run("poison-jobs", { vm: ["mail"], file: [file] });
    const undone = await typed(`undo ${ran.run}`);
    expect(undone.exit).toBe(5);
    expect(undone.out).toContain("no other run acts on the same queues");
    expect(undone.out).not.toMatch(/\bVMs?\b/u);
  });
});
