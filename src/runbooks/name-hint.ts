/** Which name was probably meant by one that an expression cannot name. */
import { didYouMean } from "../text/near.ts";
import type { RuleId } from "./rules/index.ts";
import type { RawRunbook } from "./schema.ts";
import type { Misfit, Sight, Slip } from "./types.ts";

const bareHint = ({ result }: Sight): string =>
  result === undefined
    ? "it is asked before there is a target or a run: nothing can be named"
    : "only result, the answer, is there";

/** The phase in which each fact of a runbook is kept. */
export const factPhases = ({ phases }: RawRunbook): ReadonlyMap<string, string> =>
  new Map(
    phases.flatMap(({ id, steps }) =>
      steps.flatMap((step) => Object.keys(step["facts"] ?? {}).map((name): [string, string] => [name, id])),
    ),
  );

/** Where the facts of a runbook are kept. */
interface Facts {
  /** The phase in which each is kept. */
  readonly phases: ReadonlyMap<string, string>;
  /** The phase that is looked at. */
  readonly phase: string;
}

/** What is wrong with an expression that is none here: the rule, the sentence, and what would fit. */
export function wrongName(
  source: string,
  { message, slip }: Misfit,
  sight: Sight,
  { phases, phase }: Facts,
): readonly [RuleId, string, string | null] {
  const home = slip?.type === "Facts" ? phases.get(slip.name) : undefined;
  if (home === undefined) return ["expression", `${source}: ${message}`, slip === null ? null : nameHint(slip, sight)];
  const reason = home === phase ? "this phase and can be used from the next one on" : `the phase ${home}, later on`;
  return ["fact-early", `${source}: the fact ${slip?.name ?? ""} is kept in ${reason}`, null];
}

/** The name that was probably meant by one that there is not. */
function nameHint({ name, type, names }: Slip, sight: Sight): string | null {
  const near = didYouMean(name, names);
  if (near !== null) return near;
  if (type === null) return sight.isBare === true ? bareHint(sight) : null;
  if (names.length > 0) return `there are ${names.join(", ")}`;
  return type === "Inputs" ? "it has no inputs" : null;
}
