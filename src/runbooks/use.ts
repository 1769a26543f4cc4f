/** `use`: the phases of another runbook in place, of the same file or of another one, so that one run, under one lock, can go on into it. */
import type { RawFile, RawPhase, RawRunbook } from "./schema.ts";
import { didYouMean } from "../text/near.ts";

type Complain = (path: readonly PropertyKey[], message: string, hint?: string | null) => void;
type Book = RawFile["runbooks"][number];
type Use = Extract<Book["phases"][number], { use: string }>;

/** The runbook with every `use` replaced by what it names: phases that know on which condition they are here, with their probes and holds. */
export function placeUses(book: Book, books: readonly Book[], report: Complain): RawRunbook {
  const phases: RawPhase[] = [];
  const probes = { ...book.probes };
  const inputs = { ...book.inputs };
  const holds = [...book.holds];
  for (const [index, entry] of book.phases.entries()) {
    if (!("use" in entry)) {
      phases.push(entry);
      continue;
    }
    const complain = (message: string, hint?: string | null): void => report(["phases", index, "use"], message, hint);
    const source = books.find((candidate) => candidate.id === entry.use && candidate !== book);
    if (source === undefined) {
      const ids = books.map(({ id }) => id);
      if (!entry.use.includes("#"))
        complain(`there is no other runbook ${entry.use} in this file`, didYouMean(entry.use, ids));
      continue;
    }
    takeProbes(source, probes, report);
    takeInputs(source, inputs, report);
    phases.push(...phasesOf(source, entry, complain));
    holds.push(...holdsOf(source, entry));
  }
  return { ...book, phases, probes, holds, ...(Object.keys(inputs).length === 0 ? {} : { inputs }) };
}

/** What the phases that are used have to be told as well. */
function takeInputs(source: Book, inputs: NonNullable<Book["inputs"]>, report: Complain): void {
  for (const [name, input] of Object.entries(source.inputs ?? {})) {
    if (inputs[name] !== undefined && inputs[name] !== input)
      report(["inputs", name], `the input ${name} is in ${source.id} too; give it another name`);
    inputs[name] = input;
  }
}

function takeProbes(source: Book, probes: RawRunbook["probes"], report: Complain): void {
  for (const [name, probe] of Object.entries(source.probes)) {
    if (probes[name] !== undefined && probes[name] !== probe)
      report(["probes", name], `the probe ${name} is in ${source.id} too; give it another name`);
    probes[name] = probe;
  }
}

function phasesOf(source: Book, { without, when: condition }: Use, complain: (message: string) => void): RawPhase[] {
  return source.phases.flatMap((phase) => {
    if (!("use" in phase)) return without.includes(phase.id) ? [] : [{ ...phase, within: condition }];
    complain(`${source.id} uses another runbook itself; that goes one deep`);
    return [];
  });
}

/** A condition whose phase was left out has no facts to be asked with. */
const holdsOf = (source: Book, { without }: Use): RawRunbook["holds"] =>
  source.holds
    .filter(({ from }) => !without.includes(from))
    .map((hold) => (without.includes(hold.until ?? "") ? { ...hold, until: undefined } : hold));
