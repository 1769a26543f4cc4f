/** What a demo or a run of tests started is gone when it is gone, whoever of it was killed, and when. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findServer } from "../src/packs/appliance/lab/servers/find.ts";
import { cacheFolder } from "../src/packs/appliance/lab/servers/program.ts";
import { releaseName } from "../src/packs/appliance/lab/packages.ts";
import { childrenOf, namesIn, processesOf } from "./support/leftovers.ts";
import { LINUX, needs } from "./support/needs.ts";
import { shellEnv } from "./support/room.ts";
import { slowness } from "./support/pace.ts";
import { WHOLE } from "./support/sample.ts";
import { descendant, openPty } from "./support/pty.ts";
import { HANDRAIL } from "./support/program.ts";

const top = resolve(import.meta.dirname, "..");
const started = new Set<ChildProcess>();

afterEach(() => {
  for (const child of started) child.kill("SIGKILL");
  started.clear();
});

interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The folders that nothing may be left in. */
  readonly empty: readonly string[];
}

/** A folder for whatever is started, and an environment in which it leaves its things there. */
function aPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "life-"));
  const [temporary, state] = [join(folder, "tmp"), join(folder, "state")];
  mkdirSync(temporary);
  const env = { ...shellEnv(), TMPDIR: temporary, XDG_STATE_HOME: state, XDG_CONFIG_HOME: join(folder, "config") };
  return { folder, env, empty: [temporary, join(state, "handrail", "labs")] };
}

/** What npm keeps beside whatever it runs, for the next npm. */
const NPM_KEEPS = "node-compile-cache";

interface Started {
  readonly pid: number;
  said(): string;
}

/** Starts a program in a process group of its own, as a shell does. */
function start(place: Place, program: string, ...args: readonly string[]): Started {
  const child = spawn(program, args, { cwd: top, env: place.env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  started.add(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (text += part.toString()));
  return { pid: child.pid ?? 0, said: () => text };
}

/**
 * Nothing is left after the kill. How long that took is printed: five seconds at most on an idle machine, as the soak asserts;
 * beside three other files it is the machine's affair.
 */
async function expectNothingLeft({ folder, empty }: Place): Promise<void> {
  const left = (): string[] => namesIn(...empty).filter((name) => name !== NPM_KEEPS);
  const began = performance.now();
  const limit = WHOLE ? 5_000 * slowness() : 300_000;
  await expect.poll(() => [...processesOf(folder), ...left()], { timeout: limit, interval: 50 }).toEqual([]);
  process.stdout.write(`nothing left after ${Math.round(performance.now() - began)} ms\n`);
}

type Victim = (pid: number) => number;
const npm: Victim = (pid) => pid;
const group: Victim = (pid) => -pid;
const shell: Victim = (pid) => childrenOf(pid)[0] ?? 0;
const handrail: Victim = (pid) => descendant(pid, "handrail.mjs") ?? 0;

function kill(pid: number): void {
  // these would be this process's own group, or everybody
  if (Math.abs(pid) <= 1) throw new Error("the victim is not there");
  process.kill(pid, "SIGKILL");
}

/** The same with a cache that holds the server and no data directory made with it yet. */
async function freshCache(place: Place): Promise<Place> {
  const cache = join(place.folder, "cache");
  const mariadb = join(cache, "handrail", "mariadb");
  mkdirSync(mariadb, { recursive: true });
  await findServer("mariadb", process.env);
  const unpacked = join(cacheFolder("mariadb", process.env), await releaseName());
  if (existsSync(unpacked)) symlinkSync(unpacked, join(mariadb, await releaseName()));
  const templates = join(mariadb, "templates");
  return { ...place, env: { ...place.env, XDG_CACHE_HOME: cache }, empty: [...place.empty, templates] };
}

type Moment = (place: Place, said: string) => boolean;
const lab = ({ folder }: Place): string => join(folder, "state", "handrail", "labs", "demo");
const MOMENTS: readonly (readonly [when: string, who: string, Victim, Moment])[] = [
  ["its lab has a folder and no server yet", "npm", npm, (place) => existsSync(join(lab(place), "lab.json"))],
  ["its server comes up", "the shell of npm", shell, (place) => existsSync(join(lab(place), "mariadb.pid"))],
  ["its daemons come up", "handrail", handrail, (place) => existsSync(join(lab(place), "api.pid"))],
  ["the first run is in its middle", "the process group", group, (_place, said) => said.includes("Revert")],
  ["five engines are blocked", "handrail", handrail, (_place, said) => said.includes("2. The VirtIO recovery")],
];

describe("kill -9 of a demo", await needs(LINUX), () => {
  it.each(MOMENTS)("when %s, of %s: nothing is left", async (_when, _who, victim, holds) => {
    const place = aPlace();
    const demo = start(place, "npm", "run", "demo");
    await expect.poll(() => holds(place, demo.said()), { interval: 2 }).toBe(true);
    kill(victim(demo.pid));
    await expectNothingLeft(place);
  });

  it("while it makes a data directory for all labs to come: nothing half made is left", async () => {
    const place = await freshCache(aPlace());
    const demo = start(place, "npm", "run", "demo");
    await expect.poll(() => namesIn(...place.empty).join(" "), { interval: 2 }).toMatch(/-\d+-[0-9a-f]{8}/u);
    kill(handrail(demo.pid));
    await expectNothingLeft(place);
  });

  it.each([["npm"], ["the launcher"], ["handrail"]])("in a terminal, of %s", async (who) => {
    const place = aPlace();
    const terminal = openPty("npm", ["run", "demo"], { env: place.env, cwd: top });
    await terminal.waitFor("VMs need you");
    const program = handrail(terminal.pid);
    const [, parent = "0"] = /^PPid:\s*(\d+)/mu.exec(readFileSync(`/proc/${program}/status`, "utf8")) ?? [];
    expect(Number(parent)).toBeGreaterThan(1);
    kill({ npm: terminal.pid, "the launcher": Number(parent) }[who] ?? program);
    await expectNothingLeft(place);
    terminal.kill();
  });
});

/** The rooms of a run's workers, each named after its process. */
const roomsOf = ({ empty: [temporary = ""] }: Place): string[] =>
  namesIn(...namesIn(temporary).map((name) => join(temporary, name)));
/** It takes minutes, so that none of it ends by itself before its runner is noticed to be gone. */
const FILE = "test/claims.lab.test.ts";

describe("kill -9 of a run of tests", await needs(LINUX), () => {
  it.each([
    ["vitest", npm],
    ["the process group", group],
    ["npm", npm],
  ])("of %s: nothing is left", async (who, victim) => {
    const place = aPlace();
    const run =
      who === "npm"
        ? start(place, "npm", "test", "--", FILE)
        : start(place, "node", "node_modules/vitest/vitest.mjs", "run", "--project", "lab", FILE);
    await expect.poll(() => processesOf(place.folder).join("\n"), { interval: 5 }).toMatch(/--datadir=/u);
    kill(victim(run.pid));
    await expectNothingLeft(place);
    expect(run.said()).not.toMatch(/\d+ passed, 0 failed/u);
  });

  it("of a worker: nothing is left of what it started, while the run goes on to say so", async () => {
    const place = aPlace();
    const run = start(place, "node", "node_modules/vitest/vitest.mjs", "run", "--project", "lab", FILE);
    await expect.poll(() => processesOf(place.folder).join("\n"), { interval: 5 }).toMatch(/--datadir=/u);
    const rooms = roomsOf(place);
    const worker = childrenOf(run.pid).find((pid) => rooms.some((room) => room.startsWith(`${pid}-`)));
    kill(worker ?? 0);
    await expectNothingLeft(place);
  });
});

describe("a lab that was brought up to stay", await needs(LINUX), () => {
  it("stays, with the terminal gone it was brought up in, until it is told to go", async () => {
    const place = aPlace();
    const words = ["--dir", join(place.folder, "state", "stays"), "--world", "bare"];
    const up = start(place, HANDRAIL, "lab", "up", ...words);
    await expect.poll(() => up.said()).toContain("is up after");
    await expect.poll(() => existsSync(`/proc/${up.pid}`)).toBe(false);
    const states = (): string => processesOf(place.folder).join("\n");
    await expect.poll(states).not.toContain("lab-keeper");
    expect(states()).toMatch(/mariadbd(?:.|\n)*volume-daemon|volume-daemon(?:.|\n)*mariadbd/u);
    const down = start(place, HANDRAIL, "lab", "down", "--rm", ...words.slice(0, 2));
    await expect.poll(() => down.said()).toContain("down and gone");
    await expectNothingLeft(place);
  });
});
