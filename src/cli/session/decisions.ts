/** `--decide`: what a person decided before a run asks it, of all of its targets or of one by name. */
import { EXIT } from "../../engine/exit.ts";
import type { Target } from "../../engine/bodies.ts";
import type { Decisions } from "../../engine/driver.ts";
import type { GateStep, PhaseSpec, Runbook } from "../../phases/spec.ts";
import { Stop } from "../io.ts";
import { countTargets, targetNoun } from "../../phases/target-noun.ts";
import type { ConsentRequest } from "./request.ts";

/** Something that is asked: its id, and what may be answered. */
type Gate = Pick<GateStep, "id" | "choices">;

/** What a phase asks: its gates, whether to climb its rung, and what becomes of its failure. The last of an id counts. */
const gatesOf = ({ id, steps, rung, rescue }: PhaseSpec): Gate[] => [
  ...steps.filter((step) => step.does === "gate"),
  ...(rung === undefined ? [] : [{ id, choices: rung.climb.choices }]),
  ...(rescue === undefined ? [] : [{ id, choices: rescue.choices }]),
];

/** A decision as it was said: of one target, by name or key, or of all. */
interface Stated {
  readonly text: string;
  readonly name: string | null;
  readonly gate: string;
  readonly choice: string;
}

/** `TARGET:STEP=CHOICE`, whose name may hold colons of its own, or `STEP=CHOICE`. */
function statedOf(text: string): Stated {
  const [, name = null, gate = text, choice = ""] = /^(?:(.*):)?([^:=]*)=([^=]*)/u.exec(text) ?? [];
  return { text, name, gate, choice };
}

/** What was decided beforehand, as far as the runbook can tell whether it asks that. */
export function statedDecisions({ decisions: texts }: ConsentRequest, runbook: Runbook): readonly Stated[] {
  const gates = new Map(
    runbook.phases.flatMap(gatesOf).map(({ id, choices }) => [id, choices.map((choice) => choice.id)] as const),
  );
  return texts.map((text) => {
    const stated = statedOf(text);
    const choices = gates.get(stated.gate);
    if (choices === undefined)
      throw new Stop(
        EXIT.usage,
        `--decide ${text}: ${runbook.id} asks nothing named ${stated.gate}; it asks ${[...gates.keys()].join(", ")}`,
      );
    if (!choices.includes(stated.choice))
      throw new Stop(EXIT.usage, `--decide ${text}: the choices are ${choices.join(", ")}`);
    return stated;
  });
}

/** The targets of a run that a decision is about; a name that several bear is nobody's. */
function meantBy({ text, name }: Stated, targets: readonly Target[], runbook: Runbook): readonly Target[] {
  if (name === null) return targets;
  const hits = targets.filter(({ key, label, word }) => [key, label, word].includes(name));
  if (hits.length === 1) return hits;
  const list = (named: readonly Target[]): string => named.map(({ label, key }) => `${label} (${key})`).join(", ");
  throw new Stop(
    EXIT.usage,
    hits.length === 0
      ? `--decide ${text}: the run has no ${targetNoun(runbook)} ${name}; it is about ${list(targets)}. Nothing was executed`
      : `--decide ${text}: ${countTargets(runbook, hits.length)} are named ${name}; say which by its key: ${list(hits)}. Nothing was executed`,
  );
}

/** What was decided beforehand for each target: what is said of one counts before what is said of all. */
export function decisionsOf(stated: readonly Stated[], targets: readonly Target[], runbook: Runbook): Decisions {
  const decisions: Record<string, Record<string, string>> = {};
  const order = [...stated.filter(({ name }) => name === null), ...stated.filter(({ name }) => name !== null)];
  for (const entry of order)
    for (const { key } of meantBy(entry, targets, runbook))
      decisions[key] = { ...decisions[key], [entry.gate]: entry.choice };
  return decisions;
}
