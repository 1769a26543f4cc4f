/** A journal of so many events, written by Handrail's own journal from a recorded run that is repeated. */
import { randomBytes } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { openSiteJournal } from "../src/cli/session/journal.ts";
import { journalPath } from "../src/cli/paths.ts";
import { recordedEvents } from "../src/cli/rehearsal/recorded.ts";
import type { JsonObject } from "../src/ports/json.ts";
import { plainRedactor } from "../src/cli/session/stored.ts";

/** Fills the journal of a site, which must not exist yet. Gives the number of events. */
export function fillJournal(env: NodeJS.ProcessEnv, site: string, least: number): number {
  const recorded = recordedEvents();
  const journal = openSiteJournal({ env, site, readOnly: false, redactor: () => plainRedactor });
  let count = 0;
  try {
    while (count < least) {
      const run_id = `20260101-0000-${randomBytes(4).toString("hex")}`;
      const drafts = recorded.map(({ target_key, phase_id, step_id, item, attempt_id, type, schema_v, body }) => ({
        run_id,
        target_key,
        phase_id,
        step_id,
        item,
        attempt_id,
        type,
        schema_v,
        body: body as unknown as JsonObject,
      }));
      const stored = journal.append(drafts);
      if (!stored.ok) throw new Error(stored.error.message);
      count += drafts.length;
    }
  } finally {
    journal.close();
  }
  return count;
}

const FILES = ["", "-wal", "-shm"] as const;

/** Removes the journal of a site. */
export function dropJournal(env: NodeJS.ProcessEnv, site: string): void {
  for (const end of FILES) rmSync(journalPath(env, site) + end, { force: true });
}

/** Puts the journal of a site aside, or back: what it was called before is free then. */
export function setAside(env: NodeJS.ProcessEnv, site: string, aside: boolean): void {
  const path = journalPath(env, site);
  for (const end of FILES) {
    const [from, to] = aside ? [path + end, `${path}.aside${end}`] : [`${path}.aside${end}`, path + end];
    if (existsSync(from)) renameSync(from, to);
  }
}
