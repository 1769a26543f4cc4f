/** Standing grants of the configuration: read for each run anew, so that removing the file takes it back at once. */
import { readFileSync, statSync } from "node:fs";
import type { Grant } from "../../engine/grant.ts";
import { grantFor, parseStanding, type Asked, type StandingGrant } from "../../engine/standing-grant.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import type { Journal } from "../../journal/journal.ts";
import { err, type Result } from "../../ports/result.ts";
import { fileTrouble } from "../../files/trouble.ts";

/** Reads one file. Its owner is the approver, so nobody else may be able to write it. */
export function readStanding(file: string): Result<StandingGrant, string> {
  try {
    const found = statSync(file);
    if ((found.mode & 0o077) !== 0) return err(`${file} can be changed or read by others; a grant has mode 0600`);
    if (found.uid !== 0 && found.uid !== process.getuid?.()) return err(`${file} belongs to uid ${found.uid}`);
    return parseStanding(readFileSync(file, "utf8"), file);
  } catch (error) {
    return err(`cannot read ${file}: ${fileTrouble(error)}`);
  }
}

const RUNS = 1_000;

/** When runs were approved by a standing grant: in the journal, by whichever server, and here before that is written. */
export class Standing {
  readonly #files: readonly string[];
  readonly #journal: Journal;
  /** By run, milliseconds since 1970. */
  readonly #given = new Map<string, number>();
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
        this.#given.set(line.run_id, Date.parse(line.created));
      this.#seen = Math.max(this.#seen, line.first_seq);
    }
  }

  /** A grant for one run, counted as used; or null with the reason why none fits. */
  take(runId: string, asked: Omit<Asked, "used" | "now">): { readonly grant: Grant | null; readonly why: string } {
    this.#look();
    const now = Date.now();
    const why: string[] = [];
    for (const file of this.#files) {
      const standing = readStanding(file);
      if (!standing.ok) {
        why.push(standing.error);
        continue;
      }
      const since = now - standing.value.rate.seconds * 1000;
      const used = [...this.#given.values()].filter((at) => at > since).length;
      const grant = grantFor(standing.value, { ...asked, used, now: new Date(now).toISOString() });
      if (grant.ok) {
        this.#given.set(runId, now);
        return { grant: grant.value, why: "" };
      }
      why.push(grant.error);
    }
    return { grant: null, why: why.length === 0 ? "no standing grant is configured" : why.join("; ") };
  }
}
