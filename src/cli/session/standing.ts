/** Standing grants of the configuration: read for each run anew, so that removing the file takes it back at once. */
import type { Grant } from "../../engine/grant.ts";
import { grantFor, parseStanding, type Asked, type StandingGrant } from "../../engine/standing-grant.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Result } from "../../ports/result.ts";
import { readGrantFile } from "./grant-file.ts";

/** Reads one file. */
export function readStanding(file: string): Result<StandingGrant, string> {
  const text = readGrantFile(file);
  return text.ok ? parseStanding(text.value, file) : text;
}

const RUNS = 1_000;

/** When runs were approved by a standing grant: in the journal, by whichever server, and here before that is written. */
export class StandingGrants {
  readonly #files: readonly string[];
  readonly #journal: Journal;
  /** By run: of which runbook, and when, milliseconds since 1970. Each runbook's runs count for its own grants. */
  readonly #given = new Map<string, { readonly runbook: string; readonly timeMs: number }>();
  #seen = 0;

  constructor(files: readonly string[], journal: Journal) {
    this.#files = files;
    this.#journal = journal;
  }

  /** Takes up what was begun since the last look. */
  #look(): void {
    const fresh = this.#journal.runs(RUNS).filter(({ first_seq }) => first_seq > this.#seen);
    for (const line of fresh) {
      const [first] = this.#journal.page(line.first_seq - 1, 1).map(asRunEvent);
      if (first?.type === "run.created" && first.body.mode === "grant" && first.actor.via !== undefined)
        this.#given.set(line.run_id, { runbook: first.body.runbook.id, timeMs: Date.parse(line.created) });
      this.#seen = Math.max(this.#seen, line.first_seq);
    }
  }

  /** Those that name a runbook on a site, as their files are now; one that cannot be read names nothing. */
  naming(id: string, site: string): StandingGrant[] {
    return this.#files
      .map(readStanding)
      .flatMap((standing) => (standing.ok ? [standing.value] : []))
      .filter((standing) => standing.runbook === id && standing.site === site);
  }

  /** A grant for one run, counted as used; or null with the reason why none fits. */
  take(runId: string, plan: Omit<Asked, "used" | "now">): { readonly grant: Grant | null; readonly reason: string } {
    this.#look();
    const nowMs = Date.now();
    const reasons: string[] = [];
    for (const file of this.#files) {
      const standing = readStanding(file);
      if (!standing.ok) {
        reasons.push(standing.error);
        continue;
      }
      const startMs = nowMs - standing.value.rate.seconds * 1000;
      const count = [...this.#given.values()].filter(
        ({ runbook, timeMs }) => runbook === plan.runbook.id && timeMs > startMs,
      ).length;
      const grant = grantFor(standing.value, { ...plan, used: count, now: new Date(nowMs).toISOString() });
      if (grant.ok) {
        this.#given.set(runId, { runbook: plan.runbook.id, timeMs: nowMs });
        return { grant: grant.value, reason: "" };
      }
      reasons.push(grant.error);
    }
    return { grant: null, reason: reasons.length === 0 ? "no standing grant is configured" : reasons.join("; ") };
  }
}
