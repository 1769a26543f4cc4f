/** What the journal's tests share: a directory that goes away, a clock and ids that repeat. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import type { Actor, EventDraft } from "../../src/engine/journal-port.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { type OpenOptions, openJournal } from "../../src/journal/open.ts";
import type { JsonObject } from "../../src/ports/json.ts";
import { makeRedactor } from "../../src/text/redact.ts";

export const actor: Actor = {
  uid: 1000,
  login: "ops",
  sudo_user: null,
  ssh_client: "192.0.2.7",
  tty: "pts/3",
  host: "appliance",
  pid: 4711,
};

export const secrets = [
  { name: "db", value: "canary-db-p@ss'word/1" },
  { name: "cloudstack", value: "plgWJfZK4gyS3mOMTVmjUVg-X-jlWlnfaUJ9GAbBbf9EdM" },
];

export function temporaryDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), "handrail-journal-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

let count = 0;
export const nextId = (): string => `${process.pid}-${String((count += 1)).padStart(8, "0")}`;

export function options(path: string, more: Partial<OpenOptions> = {}): OpenOptions {
  let ms = Date.UTC(2025, 0, 2);
  return {
    path,
    actor,
    clock: { wall: () => new Date((ms += 7)).toISOString(), monoMs: () => ms % 1e9, bootId: "b0074e11" },
    ids: nextId,
    redactor: (salt) => makeRedactor({ secrets, salt }),
    create: true,
    ...more,
  };
}

export function open(path: string, more: Partial<OpenOptions> = {}): Journal {
  const journal = openJournal(options(path, more));
  if (!journal.ok) throw new Error(journal.error.message);
  return journal.value;
}

/** Makes a journal one of an older format: 3 and before had the same events, and no columns of how a run began. */
export function makeOlder(path: string, format: number): void {
  const db = new Database(path);
  db.exec("DROP INDEX run_beginning");
  db.pragma(`user_version = ${format}`);
  db.close();
}

export function draft(type: string, body: JsonObject = {}, more: Partial<EventDraft> = {}): EventDraft {
  return {
    run_id: "run-1",
    type,
    schema_v: 1,
    target_key: "ctx-pgtest1",
    phase_id: "detach",
    step_id: "detach-volumes",
    item: null,
    attempt_id: null,
    body,
    ...more,
  };
}

/** A journal of `events` events, two runs, a blob and an anchor, closed and checkpointed into one file. */
export function sample(path: string, events: number): void {
  const journal = open(path);
  const ref = journal.putBlob("virt-v2v: 42 % done\n", "text/plain");
  for (let index = 0; index < events; index += 1) {
    const more = { run_id: index % 3 === 2 ? "run-2" : "run-1", attempt_id: index % 2 === 0 ? null : `a${index}` };
    const body = {
      index,
      note: index % 10 === 0 ? "\ufffd" : "größe",
      output: index === 1 && ref.ok ? ref.value : null,
    };
    if (!journal.append([draft("step.outcome", body, more)]).ok) throw new Error("append");
  }
  journal.publishHead("screen", "closing screen");
  journal.close();
}
