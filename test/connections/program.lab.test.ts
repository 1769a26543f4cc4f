/** Programs of this machine: their groups, their ends, their output, and what of ours is around them. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { siteClock } from "../../src/connections/clock.ts";
import { programPort } from "../../src/connections/program/port.ts";
import type { ProgramEnd, ProgramPort } from "../../src/ports/program.ts";
import { isAlive } from "../support/alive.ts";

let dir: string;
let port: ProgramPort;

const redact = (text: string): string => text.replaceAll("canary", "[secret]");

function write(name: string, text: string, mode = 0o755): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, mode);
  return path;
}

async function start(path: string, endS: number | null = null, args: readonly string[] = []): Promise<string> {
  const file = await port.look(path);
  const id = file.ok
    ? await port.start({ call: { path, args }, sha256: file.value.sha256, attempt: "a-1", endS })
    : file;
  if (!id.ok) throw new Error(JSON.stringify(id.error));
  return id.value;
}

async function endOf(id: string): Promise<ProgramEnd | "lost"> {
  await expect.poll(async () => (await port.poll(id)).ok && (await port.poll(id))).not.toMatchObject({ value: null });
  const end = await port.poll(id);
  if (!end.ok || end.value === null) throw new Error("it has not ended");
  return end.value;
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "handrail-programs-"));
  port = programPort({ clock: siteClock(60), redact });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("gives how it ended, and what it printed without secrets", async () => {
  const end = await endOf(await start(write("p", "echo out canary; echo err >&2; exit 7")));
  expect(end).toEqual({ exit: 7, signal: null, output: "out [secret]\n", errors: "err\n", truncated: false });
});

it("says that a program which another Handrail started is lost where it is gone, and goes on waiting where it is not", async () => {
  const id = await start(write("p", "exec sleep 600"));
  const other = programPort({ clock: siteClock(60), redact });
  expect(await other.poll(id)).toEqual({ ok: true, value: null });
  expect(await other.find("a-1")).toEqual({ ok: true, value: id });
  expect(await other.find("a-2")).toEqual({ ok: true, value: null });
  process.kill(-Number(id.split(":")[0]), "SIGKILL");
  expect(await endOf(id)).toMatchObject({ exit: null, signal: "SIGKILL" });
  expect(await other.poll(id)).toEqual({ ok: true, value: "lost" });
});

it("ends the whole group of one that takes too long, also where it and its children hold off TERM", async () => {
  const child = join(dir, "child");
  const id = await start(
    write(
      "p",
      `trap '' TERM\n(trap '' TERM; while :; do sleep 1; done) &\necho $! > ${child}\nwhile :; do sleep 1; done`,
    ),
    1,
  );
  await expect.poll(() => existsSync(child) && readFileSync(child, "utf8").trim() !== "").toBe(true);
  expect(await endOf(id)).toMatchObject({ exit: null, signal: "SIGKILL" });
  await expect.poll(() => isAlive(Number(readFileSync(child, "utf8")))).toBe(false);
});

it("starts no file that was changed since, is missing, is no program, or that others could change", async () => {
  const path = write("p", "exit 0");
  const changed = await port.start({ call: { path, args: [] }, sha256: "0".repeat(64), attempt: "a", endS: null });
  expect(changed).toMatchObject({ ok: false, error: { kind: "not-applied", why: "drifted" } });
  for (const [file, text] of [
    [join(dir, "none"), "does not exist"],
    [dir, "no file"],
    [write("text", "exit 0", 0o644), "cannot be started"],
    [write("open", "exit 0", 0o777), "everybody may write"],
  ] as const)
    expect([file, await port.look(file)]).toMatchObject([
      file,
      { ok: false, error: { message: expect.stringContaining(text) } },
    ]);
});

it("has nothing of ours around it, and what it is given is no shell's", async () => {
  process.env["CANARY_OF_OURS"] = "canary";
  const path = write("p", 'env; for a in "$@"; do echo "arg:$a"; done');
  const end = await endOf(await start(path, null, ["$(id)", "; rm -rf /", "a b"]));
  delete process.env["CANARY_OF_OURS"];
  if (end === "lost") throw new Error("it is lost");
  expect(end.output).not.toContain("CANARY");
  expect(end.output).toContain("arg:$(id)\narg:; rm -rf /\narg:a b\n");
});

it("waits no longer for one that only looks than it is given", async () => {
  const answer = await port.ask({ path: write("p", "sleep 600"), args: [] }, 1);
  expect(answer).toMatchObject({ ok: false, error: { kind: "garbled" } });
});

it("takes what it printed on the way for no answer where it had to be ended, whatever it exits with", async () => {
  const path = write("p", "echo half; trap 'exit 0' TERM; while :; do sleep 0.1; done");
  expect(await port.ask({ path, args: [] }, 1)).toMatchObject({ ok: false, error: { kind: "garbled" } });
  expect(await endOf(await start(path, 60))).toMatchObject({ exit: 0, stopped: true });
});
