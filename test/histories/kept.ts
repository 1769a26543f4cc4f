/** Kept files of released versions (made by `make.ts`), put where the program of today looks for its journal. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { journalPath } from "../../src/cli/paths.ts";
import { sealRow, type EventRow } from "../../src/journal/rows.ts";
import { DDL } from "../../src/journal/schema.ts";
import type { ServerIdentity } from "../../src/ports/sql.ts";
import type { ApplianceSnapshot } from "../../src/packs/appliance/lab/worlds/snapshot.ts";

/** Released versions, oldest first. */
export const RELEASED = ["0.1.0"] as const;
/** The site of every kept journal. */
export const SITE = "lab-incident";

const file = (version: string, name: string): string => join(import.meta.dirname, version, name);

/** Copies a kept journal to where `env` has the site's journal; gives its path. */
export function putJournal(env: NodeJS.ProcessEnv, version: string, name: string): string {
  const path = journalPath(env, SITE);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  copyFileSync(file(version, `${name}.db`), path);
  chmodSync(path, 0o600);
  return path;
}

/** Copies a kept grant into a folder, for its owner alone; gives its path. */
export function putGrant(folder: string, version: string, runbook: string): string {
  const path = join(folder, `${version}-${runbook}.grant`);
  copyFileSync(file(version, `${runbook}.grant`), path);
  chmodSync(path, 0o600);
  return path;
}

export const worldThen = (version: string, name: string): ApplianceSnapshot =>
  JSON.parse(readFileSync(file(version, `${name}.json`), "utf8")) as ApplianceSnapshot;

interface Created {
  readonly server: ServerIdentity;
}
/**
 * Moves a journal to another database server, which a lab of today cannot but be: the server's identity in its events, and
 * the chain of hashes anew. Everything else is as the old version wrote it.
 */
export function moveTo(path: string, server: ServerIdentity): void {
  const db = new Database(path);
  const rows = db.prepare("SELECT * FROM event ORDER BY seq").all() as EventRow[];
  const [created] = rows.filter(({ type }) => type === "run.created").map(({ body }) => JSON.parse(body) as Created);
  if (created === undefined) throw new Error(`${path} has no run`);
  const triggers = DDL.filter((sql) => sql.startsWith("CREATE TRIGGER"));
  for (const sql of triggers) db.exec(`DROP TRIGGER ${sql.split(" ")[2] ?? ""}`);
  const write = db.prepare("UPDATE event SET body = ?, body_sha256 = ?, prev = ?, hash = ? WHERE seq = ?");
  let prev = rows[0]?.prev;
  for (const row of rows) {
    const now = sealRow({ ...row, body: moved(row.body, created.server, server), prev: prev ?? row.prev });
    write.run(now.body, now.body_sha256, now.prev, now.hash, now.seq);
    prev = now.hash;
  }
  db.exec("DELETE FROM anchor");
  for (const sql of triggers) db.exec(sql);
  db.close();
}

const moved = (body: string, from: ServerIdentity, to: ServerIdentity): string =>
  body
    .replaceAll(JSON.stringify(from.fingerprint), JSON.stringify(to.fingerprint))
    .replaceAll(`"port":${JSON.stringify(from.port)}`, `"port":${JSON.stringify(to.port)}`)
    .replaceAll(`"hostname":${JSON.stringify(from.hostname)}`, `"hostname":${JSON.stringify(to.hostname)}`);
