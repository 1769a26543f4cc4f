/** `use`: the phases of another runbook of the same file in place, so that one run, under one lock, can go on into it. */
import type { RawFile, RawPhase, RawRunbook } from "./schema.ts";
import { didYouMean } from "../text/near.ts";

type Complain = (path: readonly PropertyKey[], message: string, hint?: string | null) => void;
type Book = RawFile["runbooks"][number];

/** The runbook with every `use` replaced by what it names: phases that know on which condition they are here, with their probes and holds. */
export function placeUses(book: Book, books: readonly Book[], report: Complain): RawRunbook {
  const phases: RawPhase[] = [];
  const probes = { ...book.probes };
  const holds = [...book.holds];
  for (const [index, entry] of book.phases.entries()) {
    if (!("use" in entry)) {
      phases.push(entry);
      continue;
    }
    const source = books.find(({ id }) => id === entry.use);
    if (source === undefined || source === book) {
      report(
        ["phases", index, "use"],
        `there is no other runbook ${entry.use} in this file`,
        didYouMean(
          entry.use,
          books.map(({ id }) => id),
        ),
      );
      continue;
    }
    for (const [name, probe] of Object.entries(source.probes)) {
      if (probes[name] !== undefined && probes[name] !== probe)
        report(["probes", name], `the probe ${name} is in ${source.id} too; give it another name`);
      probes[name] = probe;
    }
    for (const phase of source.phases) {
      if ("use" in phase)
        report(["phases", index, "use"], `${source.id} uses another runbook itself; that goes one deep`);
      else if (!entry.without.includes(phase.id)) phases.push({ ...phase, within: entry.when });
    }
    // A condition whose phase was left out has no facts to be asked with.
    const conditions = source.holds.filter(({ from }) => !entry.without.includes(from));
    holds.push(
      ...conditions.map((hold) => (entry.without.includes(hold.until ?? "") ? { ...hold, until: undefined } : hold)),
    );
  }
  return { ...book, phases, probes, holds };
}
