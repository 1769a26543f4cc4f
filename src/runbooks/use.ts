/** `use`: the phases of another runbook in place, of the same file or of another one, so that one run, under one lock, can go on into it. */
import type { RawFile, RawPhase, RawRunbook } from "./schema.ts";
import type { Path, Report } from "./node.ts";
import type { RuleId } from "./rules/index.ts";
import { didYouMean } from "../text/near.ts";

type Book = RawFile["runbooks"][number];
/** Takes what is wrong with a `use`. */
type Complain = (rule: RuleId, message: string, hint?: string | null) => void;
type Use = Extract<Book["phases"][number], { use: string }>;

/** A runbook with all that it uses, and where in the file its parts were written. */
export interface Placed {
  readonly whole: RawRunbook;
  /** The path in the file of something in the whole. */
  readonly originOf: (path: Path) => Path;
}

/** Where a part of a whole runbook stands in the file. */
interface Origin {
  readonly path: Path;
  /** The `when` that brought a phase here. */
  readonly condition?: Path;
  /** It is in another file: nothing in it has a place in this one. */
  readonly isForeign?: boolean;
}

/** The origins of phases, probes, inputs and holds, by what they are and their index or name. */
class Origins {
  readonly #home: Path;
  readonly #origins = new Map<string, Origin>();

  constructor(home: Path) {
    this.#home = home;
  }

  add(part: string, index: PropertyKey, origin: Origin): void {
    this.#origins.set(`${part}/${String(index)}`, origin);
  }

  readonly originOf = (path: Path): Path => {
    const [part, index, ...rest] = path;
    const origin = this.#origins.get(`${String(part)}/${String(index)}`);
    if (origin === undefined) return [...this.#home, ...path];
    if (rest[0] === "within" && origin.condition !== undefined) return origin.condition;
    return origin.isForeign === true ? origin.path : [...origin.path, ...rest];
  };
}

/** The runbook with every `use` replaced by what it names: phases that know on which condition they are here, with their probes and holds. */
export function placeUses(book: Book, books: readonly Book[], report: Report): Placed {
  const home: Path = ["runbooks", books.indexOf(book)];
  const origins = new Origins(home);
  const whole = {
    phases: [] as RawPhase[],
    probes: { ...book.probes },
    inputs: { ...book.inputs },
    holds: [...book.holds],
  };
  for (const [index, entry] of book.phases.entries()) {
    const path = [...home, "phases", index];
    if ("use" in entry) {
      const complain: Complain = (rule, message, hint) => report(rule, ["phases", index, "use"], message, hint);
      const source = findBook(entry.use, book, books, complain);
      if (source === null) continue;
      takeNames(source, whole, report);
      const isForeign = entry.use.includes("#");
      const originOf = (...own: Path): Origin => ({
        path: isForeign ? path : ["runbooks", books.indexOf(source), ...own],
        condition: [...path, "when"],
        isForeign,
      });
      for (const name of Object.keys(source.probes)) origins.add("probes", name, originOf("probes", name));
      for (const name of Object.keys(source.inputs ?? {})) origins.add("inputs", name, originOf("inputs", name));
      for (const [hold, from] of holdsOf(source, entry)) {
        origins.add("holds", whole.holds.length, originOf("holds", from));
        whole.holds.push(hold);
      }
      for (const [phase, from] of phasesOf(source, entry, complain)) {
        origins.add("phases", whole.phases.length, originOf("phases", from));
        whole.phases.push(phase);
      }
    } else {
      origins.add("phases", whole.phases.length, { path });
      whole.phases.push(entry);
    }
  }
  const { inputs, ...rest } = whole;
  const known = Object.keys(inputs).length === 0 ? {} : { inputs };
  return { whole: { ...book, ...rest, ...known }, originOf: origins.originOf };
}

function findBook(id: string, book: Book, books: readonly Book[], complain: Complain): Book | null {
  const source = books.find((candidate) => candidate.id === id && candidate !== book);
  if (source !== undefined) return source;
  const ids = books.filter((other) => other !== book).map((other) => other.id);
  if (!id.includes("#")) complain("use-unknown", `there is no other runbook ${id} in this file`, didYouMean(id, ids));
  return null;
}

type Names = { readonly probes: Book["probes"]; readonly inputs: NonNullable<Book["inputs"]> };

/** The probes of what is used, and what it has to be told as well. */
function takeNames(source: Book, whole: Names, report: Report): void {
  for (const part of ["probes", "inputs"] as const) {
    const names: Record<string, unknown> = whole[part];
    for (const [name, value] of Object.entries(source[part] ?? {})) {
      if (names[name] !== undefined && names[name] !== value)
        report("use-names", [part, name], `the ${part.slice(0, -1)} ${name} is in ${source.id} too`);
      names[name] = value;
    }
  }
}

/** The phases that are used, each with its place in its own runbook. */
function phasesOf(source: Book, { without, when: condition }: Use, complain: Complain): [RawPhase, number][] {
  return source.phases.flatMap((phase, index): [RawPhase, number][] => {
    if (!("use" in phase)) return without.includes(phase.id) ? [] : [[{ ...phase, within: condition }, index]];
    complain("use-deep", `${source.id} uses another runbook itself; that goes one deep`);
    return [];
  });
}

/** The holds of what is used, each with its place there. A condition whose phase was left out has no facts to be asked with. */
const holdsOf = (source: Book, { without }: Use): [Book["holds"][number], number][] =>
  source.holds.flatMap((hold, index): [Book["holds"][number], number][] => {
    if (without.includes(hold.from)) return [];
    return [[without.includes(hold.until ?? "") ? { ...hold, until: undefined } : hold, index]];
  });
