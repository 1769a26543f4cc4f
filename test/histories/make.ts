/**
 * Makes the kept files of one released version, with that version's own program, its own lab, and a real terminal:
 * `node test/histories/make.ts CLONE`, of a clone in which that version is built. Everything lies below /tmp/histories while it is
 * made. What tells of the machine is kept away by:
 * `unshare --uts --mount --pid --fork --mount-proc sh -c 'hostname appliance; mount --bind /dev/null ~/.bashrc; node …'`.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { answerAll } from "../support/answered.ts";
import { descendant, openPty, type Pty } from "../support/pty.ts";
import { worldOf } from "./world.ts";

const [old = ""] = process.argv.slice(2);
const place = "/tmp/histories";
const handrail = join(place, "handrail/bin/handrail");
const env = {
  HOME: join(place, "home"),
  XDG_STATE_HOME: join(place, "state"),
  PATH: process.env["PATH"],
  HANDRAIL_LAB: "incident",
  USER: "root",
  LOGNAME: "root",
};
const journals = join(place, "state/handrail/journals/lab-incident");
const RUNBOOKS = ["failed-execution-cleanup", "virtio-recovery"] as const;

const run = (...args: string[]): string =>
  execFileSync(handrail, args, { env, cwd: place, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const lab = (...args: string[]): string => run("lab", ...args, "--name", "incident");
const terminal = (...args: string[]): Pty =>
  openPty(handrail, [...args, "--lab", "--plain"], { env, cwd: place, rows: 60, columns: 120 });

const pause = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));

async function kill(t: Pty): Promise<void> {
  process.kill(descendant(t.pid, "handrail.mjs") ?? t.pid, "SIGKILL");
  await t.ended;
}

/** Ends the journal as one small file, and begins another one. */
function keep(folder: string, name: string): void {
  const path = join(journals, "journal.db");
  const db = new Database(path);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.pragma("journal_mode=DELETE");
  db.exec("VACUUM");
  db.close();
  copyFileSync(path, join(folder, name));
  rmSync(journals, { recursive: true });
}

async function keepWorld(folder: string, name: string): Promise<void> {
  const world = await worldOf(join(place, "state/handrail/labs/incident"));
  writeFileSync(join(folder, name), `${JSON.stringify(world)}\n`);
}

async function finished(folder: string, grants: string): Promise<void> {
  const done = (wish: string[]): string =>
    run("run", ...wish, "--lab", "--plain", "--grant", join(grants, `${wish[0]}.grant`));
  done(["failed-execution-cleanup", "--vm", "pgtest2"]);
  run("note", "last", "pgtest2 is well again", "--lab");
  const sql = "UPDATE failover_jobs SET status = 'failed' WHERE status = 'pending' AND source_vm_name = 'QUAD-DC-01'";
  const changed = await answerAll(terminal("sql", sql, "--touches", "failover_jobs=1"));
  const undone = await answerAll(terminal("undo", "last"));
  if (changed !== 0 || undone !== 0) throw new Error(`sql ended with ${changed}, undo with ${undone}`);
  keep(folder, "finished.db");
}

/** Kills the program while a page stands: the one for detaching the volumes, after its start was approved. */
async function atApproval(folder: string): Promise<void> {
  lab("world", "stuck-virtio");
  const t = terminal("run", "failed-execution-cleanup", "--vm", "web-frontend-02");
  await t.waitFor("Press a to approve");
  await pause(700); // keys that come at once are nobody's
  await t.press("a");
  while (t.written().split("Press a to approve").length < 3) await pause(50);
  await kill(t);
  await keepWorld(folder, "at-approval.json");
  keep(folder, "at-approval.db");
}

/** Kills it while an approved change is under way: the daemon ends it when nobody is there to see. */
async function inDoubt(folder: string, grants: string): Promise<void> {
  lab("world", "stuck-virtio");
  lab("fault", "daemon-operation-time", "seconds=3");
  const grant = join(grants, `${RUNBOOKS[0]}.grant`);
  const t = terminal("run", "failed-execution-cleanup", "--vm", "web-frontend-02", "--grant", grant);
  await t.waitFor(/waiting +Detach volume/u);
  await kill(t);
  await pause(5000);
  await keepWorld(folder, "in-doubt.json");
  keep(folder, "in-doubt.db");
}

for (const name of ["bin", "dist", "src", "runbooks.yaml", "package.json"])
  cpSync(join(old, name), join(place, "handrail", name), { recursive: true });
symlinkSync(join(old, "node_modules"), join(place, "handrail/node_modules"));
const version = /\d+\.\d+\.\d+/u.exec(run("--version"))?.[0] ?? "";
const folder = join(import.meta.dirname, version);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
mkdirSync(env.HOME, { recursive: true });
lab("up", "--world", "stuck-virtio", "--scale", "1");
try {
  for (const id of RUNBOOKS)
    run("grant", id, "--all-stuck", "--lab", "--expires", "9999d", "-o", join(folder, `${id}.grant`));
  await finished(folder, folder);
  await atApproval(folder);
  await inDoubt(folder, folder);
} finally {
  lab("down", "--rm");
  rmSync(place, { recursive: true, force: true });
}
