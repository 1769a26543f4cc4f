/** Which site a command works on, said by flags and by the environment: through the command line, from its words on. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { dispatch } from "../../src/cli/dispatch.ts";
import { Stop } from "../../src/cli/io.ts";
import { commandText } from "../../src/cli/site/name.ts";
import { quietIo } from "../support/incident.ts";

const root = mkdtempSync(join(tmpdir(), "handrail-site-"));
const labs = join(root, "state", "handrail", "labs");
const config = join(root, "config.yaml");
const secret = join(root, "secret");

/** A lab that has stopped: its folder and its configuration. */
function stoppedLab(name: string): void {
  mkdirSync(join(labs, name), { recursive: true, mode: 0o700 });
  writeFileSync(join(labs, name, "lab.json"), JSON.stringify({ name }), { mode: 0o600 });
}

/** One command line under an environment of its own. */
async function handrail(line: string, more: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    XDG_STATE_HOME: join(root, "state"),
    XDG_CONFIG_HOME: join(root, "none"),
  };
  const { io, said } = quietIo({ ...env, ...more });
  const exit = await dispatch(
    line.split(" ").filter((word) => word !== ""),
    io,
  ).catch((error: unknown) => {
    if (!(error instanceof Stop)) throw error;
    said.err += error.message;
    return error.exit;
  });
  return { exit, ...said };
}

beforeEach(() => {
  rmSync(join(root, "state"), { recursive: true, force: true });
  // Port 9 refuses: that somebody was asked there is all that has to be seen.
  const site = (name: string) => ({
    mysql: { host: "127.0.0.1", port: 9, user: name, password: { file: secret }, database: "migratekit_oma" },
    volume_daemon: { url: "http://127.0.0.1:9" },
    cloudstack: { from: "appliance" },
    oma_api: { url: "http://127.0.0.1:9" },
  });
  writeFileSync(secret, "a-secret-of-nobody", { mode: 0o600 });
  writeFileSync(config, JSON.stringify({ sites: { north: site("north"), south: site("south") } }), { mode: 0o600 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the site of a command", () => {
  it("is the one of --site, also where the environment names a lab", async () => {
    const said = await handrail(`journal list --site north --config ${config}`, { HANDRAIL_LAB: "demo" });
    expect(said.err).toContain("/journals/north/");
    expect(said.err).not.toContain("lab-demo");
    const run = await handrail(`resume last --site north --config ${config}`, { HANDRAIL_LAB: "demo" });
    expect(run.err).not.toContain("the lab demo");
    expect(run.exit).toBe(69);
  });

  it("is the one of --site, also where the environment names another", async () => {
    const said = await handrail(`journal list --site north --config ${config}`, { HANDRAIL_SITE: "south" });
    expect(said.err).toContain("/journals/north/");
    const env = await handrail(`journal list --config ${config}`, { HANDRAIL_SITE: "south" });
    expect(env.err).toContain("/journals/south/");
  });

  it("is the lab of --lab, also where the environment names a site", async () => {
    const said = await handrail("journal list --lab", { HANDRAIL_SITE: "south", HANDRAIL_CONFIG: config });
    expect(said.err).toContain("/journals/lab-default/");
  });

  it("is refused where two are named on the same rank", async () => {
    const flags = await handrail(`journal list --site north --lab --config ${config}`);
    expect(flags).toMatchObject({ exit: 64 });
    expect(flags.err).toContain("--site north and --lab are two sites");
    const variables = await handrail("journal list", { HANDRAIL_LAB: "demo", HANDRAIL_SITE: "north" });
    expect(variables).toMatchObject({ exit: 64 });
    expect(variables.err).toContain("HANDRAIL_LAB=demo and HANDRAIL_SITE=north are both set");
    const mixed = await handrail(`journal list --config ${config}`, { HANDRAIL_LAB: "demo" });
    expect(mixed).toMatchObject({ exit: 64 });
    expect(mixed.err).toContain("say --lab or --site NAME as well");
  });

  it("is not named by a variable that is set to nothing, nor by a path", async () => {
    const none = await handrail(`journal list --config ${config}`, { HANDRAIL_LAB: "", HANDRAIL_SITE: "south" });
    expect(none.err).toContain("/journals/south/");
    expect(await handrail("journal list --lab", { HANDRAIL_LAB: "../../elsewhere" })).toMatchObject({ exit: 64 });
  });

  it("is said in every command that is printed to be copied", () => {
    const values = { site: "north", config: "/a b/c.yaml" };
    expect(commandText(values, { HANDRAIL_LAB: "demo" }, "resume r1")).toBe(
      "handrail resume r1 --site north --config '/a b/c.yaml'",
    );
    expect(commandText({ lab: true }, { HANDRAIL_LAB: "demo" }, "resume r1")).toBe(
      "HANDRAIL_LAB=demo handrail resume r1 --lab",
    );
  });
});

describe("handrail lab", () => {
  it("takes down the lab of HANDRAIL_LAB, never the default one, and says which", async () => {
    stoppedLab("demo");
    stoppedLab("default");
    const said = await handrail("lab down --rm", { HANDRAIL_LAB: "demo" });
    expect(said).toMatchObject({ exit: 0, err: "" });
    expect(said.out).toContain("The lab demo in ");
    expect([existsSync(join(labs, "demo")), existsSync(join(labs, "default"))]).toEqual([false, true]);
  });

  it("takes down the lab of --name, also where the environment names another", async () => {
    stoppedLab("demo");
    stoppedLab("mine");
    const said = await handrail("lab down --rm --name mine", { HANDRAIL_LAB: "demo" });
    expect(said).toMatchObject({ exit: 0, err: "" });
    expect([existsSync(join(labs, "demo")), existsSync(join(labs, "mine"))]).toEqual([true, false]);
  });

  it("looks at the lab of HANDRAIL_LAB in every command", async () => {
    stoppedLab("default");
    for (const line of ["lab status", "lab reset", "lab world healthy", "lab fault daemon-slow seconds=2"]) {
      const said = await handrail(line, { HANDRAIL_LAB: "demo" });
      expect([line, said.exit, `${said.out}${said.err}`]).toEqual([line, 1, expect.stringContaining("labs/demo")]);
    }
  });

  it("says that a lab is not there, and ends none", async () => {
    stoppedLab("default");
    const said = await handrail("lab down --rm --name demo");
    expect(said.exit).toBe(1);
    expect(said.err).toContain("there is no lab demo in ");
    expect(said.err).toContain("nothing was ended or removed");
    expect(existsSync(join(labs, "default"))).toBe(true);
  });

  it("never takes a word for nothing: a name without --name, or a path, is refused", async () => {
    stoppedLab("default");
    expect(await handrail("lab down --rm demo")).toMatchObject({ exit: 64 });
    expect(await handrail("lab down --rm --name ..")).toMatchObject({ exit: 64 });
    expect(existsSync(join(labs, "default"))).toBe(true);
  });
});

describe("the demo", () => {
  it("does not load its world over a lab of that name that is somebody else's", async () => {
    stoppedLab("mine");
    const said = await handrail("demo", { HANDRAIL_LAB: "mine" });
    expect(said.exit).toBe(64);
    expect(said.err).toContain("there is a lab mine already");
    expect(existsSync(join(labs, "mine", "lab.json"))).toBe(true);
  });
});
