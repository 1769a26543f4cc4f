/**
 * kill -9 at every boundary of a typed statement and of its undo: at each packet to the database, before the server gets it
 * and after. Whatever happened, taking it up again ends with the change made once, and with what the journal says of it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { downLab, loadWorld, upLab, type Lab } from "../src/packs/appliance/lab/index.ts";
import { answerAll } from "./support/answered.ts";
import { TREE } from "./support/program.ts";
import { descendant, openPty, type Pty } from "./support/pty.ts";
import { startProxy, type TcpProxy } from "./support/tcp-proxy.ts";

const state = mkdtempSync(join(tmpdir(), "handrail-sql-kill-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_LAB: "sqlkill" };
const CHANGE = `sql "UPDATE k SET n = n + 1 WHERE id = 1"`;
let lab: Lab;
let proxy: TcpProxy;
let db: Connection;

beforeAll(async () => {
  lab = await upLab({ name: "sqlkill", scale: 20, env });
  proxy = await startProxy(lab.config.ports.mysql);
  await loadWorld(lab, "stuck-virtio");
  const site = JSON.parse(readFileSync(lab.siteFile, "utf8")) as { mysql: { port: number } };
  site.mysql.port = proxy.port;
  writeFileSync(lab.siteFile, JSON.stringify(site), { mode: 0o600 });
  db = await createConnection({
    host: "127.0.0.1",
    port: lab.config.ports.mysql,
    user: "root",
    password: lab.config.rootPassword,
    database: "migratekit_oma",
  });
  await db.query("CREATE TABLE k (id INT PRIMARY KEY, n INT NOT NULL)");
});
afterAll(async () => {
  await db.end();
  await proxy.stop();
  await downLab(lab, { keep: false });
  rmSync(state, { recursive: true, force: true });
});

const counted = async (): Promise<number> => {
  const [rows] = await db.query("SELECT n FROM k");
  return (rows as { n: number }[])[0]?.n ?? NaN;
};

/** `exec`, so that its exit is what the terminal tells. */
const handrail = (args: string): Pty =>
  openPty("/bin/sh", ["-c", `exec bin/handrail ${args} --lab`], { env, cwd: TREE, rows: 60 });

/** Kills the program at its n-th packet; false where it had no so many. */
async function killed(args: string, nth: number, when: "before" | "after"): Promise<boolean> {
  const t = handrail(args);
  proxy.arm({ nth, when, also: () => process.kill(descendant(t.pid, "handrail.mjs") ?? t.pid, "SIGKILL") });
  await answerAll(t);
  const hit = !proxy.armed();
  proxy.arm(null);
  return hit;
}

const lastRun = async (): Promise<string> => {
  const t = handrail("journal list --json");
  await t.ended;
  return /"run_id":\s*"([\w-]+)"/u.exec(t.written())?.[1] ?? "none";
};

/** How it ends after a kill: untouched where no run had begun yet, else as it was meant once the run is taken up. */
async function afterKill(began: boolean): Promise<readonly [exit: number | null, n: number]> {
  if (!began) return [null, await counted()];
  const list = handrail("journal list");
  await list.ended;
  // The kill may have come behind the run's end, while the connections were closed.
  const closed = /closed, exit (\d+)/u.exec(list.written().split("\n")[0] ?? "")?.[1];
  const exit = closed === undefined ? await answerAll(handrail("resume last --plain")) : Number(closed);
  return [exit, await counted()];
}

describe.each(["before", "after"] as const)("kill -9 %s each packet", (when) => {
  it("of a typed statement: it is made once", async () => {
    let hits = 0;
    for (let nth = 1; ; nth += 1) {
      await db.query("REPLACE INTO k VALUES (1, 0)");
      const before = await lastRun();
      if (!(await killed(CHANGE, nth, when))) break;
      hits += 1;
      process.stdout.write(`${when} packet ${nth}\n`);
      const began = (await lastRun()) !== before;
      expect([nth, ...(await afterKill(began))]).toEqual([nth, ...(began ? [0, 1] : [null, 0])]);
    }
    expect(hits).toBeGreaterThan(20);
  });

  it("of an undo: it is taken back once", async () => {
    let hits = 0;
    for (let nth = 1; ; nth += 1) {
      await db.query("REPLACE INTO k VALUES (1, 0)");
      expect(await answerAll(handrail(CHANGE))).toBe(0);
      const before = await lastRun();
      if (!(await killed("undo last", nth, when))) break;
      hits += 1;
      process.stdout.write(`${when} packet ${nth} of the undo\n`);
      const began = (await lastRun()) !== before;
      expect([nth, ...(await afterKill(began))]).toEqual([nth, ...(began ? [0, 0] : [null, 1])]);
    }
    expect(hits).toBeGreaterThan(20);
  });
});
