/** Which target a caller means. */
import { countTargets, targetNoun } from "../../phases/target-noun.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { describeCandidate, type Candidate } from "../../runbooks/select.ts";
import type { Begun, Ordered } from "../../serve/desk.ts";
import { safeText } from "../../text/safe-text.ts";
import type { Book } from "./work.ts";

type Ambiguous = Extract<Begun, { kind: "ambiguous" }>;

/** Several that are meant by one word: each with what tells it apart. */
function ambiguous({ book: { runbook } }: Book, hits: readonly Candidate[], way: string): Ambiguous {
  const list = hits.map((candidate) => safeText(describeCandidate(runbook, candidate))).join("; ");
  return { kind: "ambiguous", says: `${countTargets(runbook, hits.length)} bear this name: ${list}. ${way}` };
}

/** The name alone counts, as ever: a key would be taken for the name of another target some day. */
export function byName(
  book: Book,
  pool: readonly Candidate[],
  name: string,
): Result<Candidate, Ambiguous | { readonly kind: "unknown" }> {
  const hits = pool.filter(({ label }) => label === name);
  const [hit] = hits;
  if (hit === undefined) return err({ kind: "unknown" });
  return hits.length === 1 ? ok(hit) : err(ambiguous(book, hits, "Recover one by its key in the console"));
}

/** As on the command line: a name, or a key. */
export function byNameOrKey(
  book: Book,
  pool: readonly Candidate[],
  word: string,
): Result<Candidate, Ambiguous | Extract<Ordered, { kind: "unknown" }>> {
  const hits = pool.filter(({ key, label }) => key === word || label === word);
  const [hit] = hits;
  if (hit === undefined) {
    const noun = targetNoun(book.book.runbook);
    return err({ kind: "unknown", says: `there is no ${noun} ${safeText(word)}; nothing was begun` });
  }
  return hits.length === 1 ? ok(hit) : err(ambiguous(book, hits, "Name one by its key; nothing was begun"));
}
