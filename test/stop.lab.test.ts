/** One signal ends what waits in order: the built program at a real terminal, and as a service without one. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { downLab, fault, loadWorld, upLab, type Lab } from "../src/packs/appliance/lab/index.ts";
import { HANDRAIL, TREE } from "./support/program.ts";
import { descendant, hasEnded, openPty, parentOf, type Pty } from "./support/pty.ts";

const state = mkdtempSync(join(tmpdir(), "handrail-stop-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_LAB: "stop" };
let lab: Lab;
let terminal: Pty | null = null;

beforeAll(async () => {
  lab = await upLab({ name: "stop", scale: 20, env });
});
afterAll(async () => {
  await downLab(lab, { keep: false });
  rmSync(state, { recursive: true, force: true });
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
});

function handrail(args: string): Pty {
  terminal = openPty("/bin/sh", ["-c", `bin/handrail ${args} --lab; echo "EXIT $?"`], { env, cwd: TREE, rows: 60 });
  return terminal;
}

function signal(t: Pty, name: NodeJS.Signals): void {
  const pid = descendant(t.pid, "handrail.mjs");
  if (pid === null) throw new Error("it does not run");
  process.kill(pid, name);
}

/** How the terminal is, kept in a file by that name. */
const stty = (name: string): string => {
  const file = join(state, name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};

/** How the newest run was paused, as the journal has it. */
async function paused(): Promise<string> {
  const shown = await execa(HANDRAIL, ["replay", "last", "--lab", "--plain"], { env, cwd: TREE });
  return shown.stdout.split("\n").findLast((line) => line.includes(" is paused ")) ?? "";
}

describe("one signal at a question ends a run that waits", () => {
  test.each([
    ["SIGTERM", 143, "SIGTERM"],
    ["SIGINT", 130, "Ctrl-C"],
    ["SIGHUP", 129, "SIGHUP"],
  ] as const)("%s at a plain approval", async (name, exit, by) => {
    await loadWorld(lab, "stuck-virtio");
    const t = handrail("run failed-execution-cleanup --vm pgtest2 --plain");
    await t.waitFor("Press a to approve");
    signal(t, name);
    await t.waitFor(`EXIT ${exit}`);
    expect(t.written()).not.toContain("stopping after");
    expect(t.written().includes("no step is under way; the run pauses here")).toBe(name !== "SIGHUP");
    expect(await paused()).toContain(`is paused (interrupted), exit ${exit}: stopped by ${by} while it waited`);
    const again = handrail("resume last --plain");
    await again.waitFor("Press a to approve");
  });

  test.each([
    ["a plain approval", "run failed-execution-cleanup --vm pgtest2 --plain", "Press a to approve"],
    [
      "a plain approval, its errors in a file",
      "run failed-execution-cleanup --vm pgtest2 --plain 2>ERRORS",
      "Press a to approve",
    ],
    ["an approval on the screen", "run failed-execution-cleanup --vm pgtest2", "approve"],
  ])("the terminal goes away at %s: the run is paused, and asks again", async (_at, args, asks) => {
    await loadWorld(lab, "stuck-virtio");
    const exit = join(state, "exit");
    rmSync(exit, { force: true });
    const run = `bin/handrail ${args.replace("ERRORS", join(state, "errors"))} --lab; echo "$?" > ${exit}`;
    const t = (terminal = openPty("/bin/sh", ["-c", `trap : HUP; ${run}`], { env, cwd: TREE, rows: 60 }));
    await t.waitFor(asks);
    t.drop();
    await expect.poll(() => (existsSync(exit) ? readFileSync(exit, "utf8").trim() : "")).toMatch(/^(?:5|129)$/u);
    expect(await paused()).toMatch(/is paused \((?:interrupted|approval needed)\), exit (?:5|129)/u);
    const again = handrail("resume last --plain");
    await again.waitFor("Press a to approve");
  });

  test.each(["launcher", "program"])("kill -9 of the %s at a plain approval", async (which) => {
    await loadWorld(lab, "stuck-virtio");
    for (const name of ["before", "now"]) rmSync(join(state, name), { force: true });
    const look = `while :; do stty -g > ${state}/next; mv ${state}/next ${state}/now; sleep 0.02; done`;
    const run = "bin/handrail run failed-execution-cleanup --vm pgtest2 --plain --lab";
    const line = `stty -g > ${state}/before; ${run}; rm -f ${state}/now; ${look}`;
    const t = (terminal = openPty("/bin/sh", ["-c", line], { env, cwd: TREE, rows: 60 }));
    await t.waitFor("Press a to approve");
    await expect.poll(() => t.modes().paste).toBe(true);
    const program = descendant(t.pid, "handrail.mjs") ?? 0;
    const launcher = parentOf(program);
    expect(launcher).not.toBe(t.pid);
    process.kill(which === "launcher" ? launcher : program, "SIGKILL");
    await expect.poll(() => stty("now")).toBe(stty("before"));
    await expect.poll(() => t.modes().paste).toBe(false);
    await expect.poll(() => hasEnded(launcher) && hasEnded(program)).toBe(true);
  });

  test("SIGTERM at a plain decision decides nothing", async () => {
    await loadWorld(lab, "stuck-virtio:alive");
    const t = handrail("run virtio-recovery --vm pgtest2 --plain");
    await t.waitFor("Press a to approve");
    await new Promise((resolve) => void setTimeout(resolve, 600));
    await t.press("a");
    await t.waitFor("any other key decides nothing");
    signal(t, "SIGTERM");
    await t.waitFor("EXIT 143");
    expect(await paused()).toContain("is paused (interrupted), exit 143: stopped by SIGTERM while it waited");
    const shown = await execa(HANDRAIL, ["replay", "last", "--lab", "--plain"], { env, cwd: TREE });
    expect(shown.stdout).not.toContain(" decided ");
  });

  test("SIGTERM at an approval of the console", async () => {
    await loadWorld(lab, "stuck-virtio");
    const t = handrail("run failed-execution-cleanup --vm pgtest2");
    await t.waitFor("APPROVAL to begin");
    signal(t, "SIGTERM");
    await t.waitFor("EXIT 143");
    expect(await paused()).toContain("is paused (interrupted), exit 143: stopped by SIGTERM while it waited");
    // What is to be copied stands on a line of its own, and a line break is one.
    expect(t.text()).toMatch(/^ {2}HANDRAIL_LAB=stop bin\/handrail resume \S+ --lab$/mu);
    expect(t.text()).not.toContain("\\x0a");
  });
});

describe("without a terminal", () => {
  async function granted(runbook: string, more: readonly string[]) {
    const file = join(state, `grant-${Math.random().toString(36).slice(2)}`);
    await execa(HANDRAIL, ["grant", runbook, "--vm", "pgtest2", "--lab", "-o", file], { env, cwd: TREE });
    const args = ["run", runbook, "--vm", "pgtest2", "--lab", "--grant", file, ...more];
    const child = spawn(HANDRAIL, args, { env, cwd: TREE, stdio: ["ignore", "pipe", "pipe"] });
    const said = { text: "" };
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => void (said.text += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => void child.on("exit", resolve));
    const seen = async (text: string): Promise<void> => {
      while (!said.text.includes(text)) {
        if (child.exitCode !== null) throw new Error(`it ended before "${text}":\n${said.text}`);
        await new Promise((resolve) => void setTimeout(resolve, 20));
      }
    };
    return { child, said, ended, seen };
  }

  test("SIGTERM while a step runs stops after it, and names it", async () => {
    await loadWorld(lab, "stuck-virtio");
    await fault(lab, "cloudstack-job-time", { seconds: 40 });
    const { child, said, ended, seen } = await granted("failed-execution-cleanup", []);
    await seen("accepted as");
    const running = /waiting {3}(.*): accepted as/u.exec(said.text)?.[1] ?? "?";
    child.kill("SIGTERM");
    expect(await ended).toBe(143);
    expect(said.text).toContain(`SIGTERM: stopping after "${running}" of pgtest2`);
    expect(await paused()).toContain("is paused (interrupted), exit 143: stopped by SIGTERM between two steps");
  });

  test("one line that drops is told of twice, and the step under way is waited for", async () => {
    await loadWorld(lab, "stuck-virtio");
    await fault(lab, "cloudstack-job-time", { seconds: 40 });
    const { child, ended, seen } = await granted("failed-execution-cleanup", ["--json"]);
    await seen("step.accepted");
    child.kill("SIGHUP");
    child.kill("SIGHUP");
    setTimeout(() => child.kill("SIGHUP"), 100);
    expect(await ended).toBe(129);
    expect(await paused()).toContain("is paused (interrupted), exit 129: stopped by SIGHUP between two steps");
  });

  test("SIGTERM while a rung is watched ends the watching at once", async () => {
    await loadWorld(lab, "stuck-virtio:alive");
    const { child, said, ended, seen } = await granted("virtio-recovery", ["--decide", "way=plan", "--json"]);
    await seen("rung.entered");
    child.kill("SIGTERM");
    expect(await ended).toBe(143);
    expect(said.text).toContain("no step is under way");
    expect(said.text).not.toContain("rung.ended");
    expect(await paused()).toContain("is paused (interrupted), exit 143: stopped by SIGTERM between two steps");
  });
});

describe("handrail serve", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("ends clean after %s, with 0", async (name) => {
    const [token, config] = [join(state, "token"), join(state, "config.yaml")];
    writeFileSync(token, "a-token-that-nobody-guesses", { mode: 0o600 });
    writeFileSync(config, JSON.stringify({ serve: { port: 0, token: { file: token } } }), { mode: 0o600 });
    const child = spawn(HANDRAIL, ["serve", "--lab", "--config", config], {
      env,
      cwd: TREE,
      stdio: ["ignore", "pipe", "pipe"],
    });
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => chunk.toString().includes("listening on") && resolve());
    });
    const ended = new Promise<unknown>((resolve) => void child.on("exit", (code, by) => resolve(by ?? code)));
    child.kill(name);
    expect(await ended).toBe(0);
  });
});
