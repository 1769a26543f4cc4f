/** Which name was probably meant by one that an expression cannot name. */
import { didYouMean } from "../text/near.ts";
import type { RuleId } from "./rules/index.ts";
import type { RawRunbook } from "./schema.ts";
import type { Sight } from "./types.ts";

/** The names that an expression could have meant. */
const namesIn = (sight: Sight): string[] => [
  ...Object.keys(sight.facts),
  "target",
  "facts",
  "decisions",
  "inputs",
  "item",
  "result",
  "done",
  "run",
];

const bareHint = ({ result }: Sight): string =>
  result === undefined
    ? "it is asked before there is a target or a run: nothing can be named"
    : "only result, the answer, is there";

/** The fact that an expression names and nothing that it can name has; null where that is not what is wrong. */
function missingFact(source: string, message: string): string | null {
  const missing = /No such key: (\w+)/u.exec(message)?.[1];
  return missing !== undefined && new RegExp(`\\bfacts\\.${missing}\\b`, "u").test(source) ? missing : null;
}

/** The phase in which each fact of a runbook is kept. */
export const factPhases = ({ phases }: RawRunbook): ReadonlyMap<string, string> =>
  new Map(
    phases.flatMap(({ id, steps }) =>
      steps.flatMap((step) => Object.keys(step["facts"] ?? {}).map((name): [string, string] => [name, id])),
    ),
  );

/** What there is to name. */
interface Names {
  readonly inputs: readonly string[];
  /** The phase in which each fact is kept. */
  readonly facts: ReadonlyMap<string, string>;
  /** The phase that is looked at. */
  readonly phase: string;
}

/** What is wrong with an expression that is none here: the rule, the sentence, and what would fit. */
export function wrongName(
  source: string,
  message: string,
  sight: Sight,
  { inputs, facts, phase }: Names,
): readonly [RuleId, string, string | null] {
  const fact = missingFact(source, message);
  const home = fact === null ? undefined : facts.get(fact);
  if (home === undefined) return ["expression", `${source}: ${message}`, nameHint(source, message, sight, inputs)];
  const reason = home === phase ? "this phase and can be used from the next one on" : `the phase ${home}, later on`;
  return ["fact-early", `${source}: the fact ${fact ?? ""} is kept in ${reason}`, null];
}

/** The name that was probably meant by one that there is not. */
function nameHint(source: string, message: string, sight: Sight, inputs: readonly string[]): string | null {
  if (sight.isBare === true && message.includes("Unknown variable")) return bareHint(sight);
  const missing = /No such key: (\w+)/u.exec(message)?.[1];
  if (missing === undefined) return null;
  if (!new RegExp(`\\binputs\\.${missing}\\b`, "u").test(source)) return didYouMean(missing, namesIn(sight));
  return didYouMean(missing, inputs) ?? (inputs.length === 0 ? "it has no inputs" : `there are ${inputs.join(", ")}`);
}
