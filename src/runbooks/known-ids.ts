/** The ids that expressions of a runbook may name: gates with their choices, steps, rungs. */
import { didYouMean } from "../text/near.ts";
import { isChange } from "./change.ts";
import { idsIn, type NamedId } from "./expression-ids.ts";
import type { Path, Report } from "./node.ts";
import type { RawPhase, RawRunbook } from "./schema.ts";
import { GATE, VARIANT } from "./variants.ts";

interface Choice {
  readonly id: string;
  readonly then: string;
}

/** What asks a person: a gate, or a phase with a rescue or a rung. */
interface Gate {
  readonly id: string;
  readonly path: Path;
  readonly choices: readonly Choice[];
}

const choicesOf = (raw: unknown): readonly Choice[] => (raw as { readonly choices: readonly Choice[] }).choices;

function gatesOf({ id, steps, rescue, rung }: RawPhase, path: Path): Gate[] {
  const own = steps.flatMap((step, index): Gate[] =>
    step[VARIANT] === GATE
      ? [{ id: String(step["id"]), path: [...path, "steps", index, "choices"], choices: choicesOf(step) }]
      : [],
  );
  const questions = [
    ...(rescue === undefined ? [] : [{ path: [...path, "rescue", "choices"], choices: rescue.choices }]),
    ...(rung === undefined ? [] : [{ path: [...path, "rung", "climb", "choices"], choices: rung.climb.choices }]),
  ];
  return [...own, ...questions.map((question) => ({ id, ...question }))];
}

const NOUNS: Readonly<Record<NamedId["of"], string>> = {
  gate: "gate or phase that asks, named",
  choice: "choice",
  step: "changing step",
  rung: "rung",
};

/** How the ids that there are are told. */
const listed = (ids: readonly string[]): string =>
  ids.length === 0 ? "there are none" : `there are ${ids.join(", ")}`;

export class KnownIds {
  readonly #gates: readonly Gate[];
  readonly #steps: readonly string[];
  readonly #rungs: readonly string[];
  /** The gates that some expression names. */
  readonly #used = new Set<string>();

  constructor({ phases }: RawRunbook) {
    this.#gates = phases.flatMap((phase, index) => gatesOf(phase, ["phases", index]));
    this.#steps = phases.flatMap(({ steps }) => steps.filter(isChange).map(({ id }) => String(id)));
    this.#rungs = phases.filter(({ rung }) => rung !== undefined).map(({ id }) => id);
  }

  /** Complains about ids of an expression that the runbook does not have. */
  check(expression: string, path: Path, report: Report): void {
    if (/\bdecisions\b(?!\s*[.[]\s*['"\w])/u.test(expression)) for (const { id } of this.#gates) this.#used.add(id);
    for (const named of idsIn(expression)) {
      if (named.of === "gate") this.#used.add(named.id);
      const ids = this.#idsOf(named);
      if (ids === null || ids.includes(named.id)) continue;
      const whose = named.of === "choice" ? ` at ${named.gate ?? ""}` : "";
      const hint = [didYouMean(named.id, ids), listed(ids)].filter((text) => text !== null).join(" ");
      report("name-unknown", path, `${expression}: there is no ${NOUNS[named.of]} ${named.id}${whose}`, hint);
    }
  }

  /** Says of gates whose answer nothing follows from. */
  remarkIdle(report: Report): void {
    for (const { id, path, choices } of this.#gates) {
      const [first] = choices;
      if (this.#used.has(id) || choices.some(({ then }) => then !== first?.then)) continue;
      const ids = choices.map((choice) => choice.id).join(", ");
      report(
        "choice-idle",
        path,
        `whatever is answered at ${id} (${ids}), the same follows: no \`when\` names a choice`,
      );
    }
  }

  /** The ids that could be meant; null where their gate is unknown itself. */
  #idsOf({ of: kind, gate }: NamedId): readonly string[] | null {
    if (kind === "step") return this.#steps;
    if (kind === "rung") return this.#rungs;
    if (kind === "gate") return [...new Set(this.#gates.map(({ id }) => id))];
    const gates = this.#gates.filter(({ id }) => id === gate);
    return gates.length === 0 ? null : gates.flatMap(({ choices }) => choices.map(({ id }) => id));
  }
}
