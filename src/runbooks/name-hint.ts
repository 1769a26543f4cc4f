/** Which name was probably meant by one that an expression cannot name. */
import { didYouMean } from "../text/near.ts";
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

/** The name that was probably meant by one that there is not. */
export function nameHint(source: string, message: string, sight: Sight, inputs: readonly string[]): string | null {
  if (sight.isBare === true && message.includes("Unknown variable")) return bareHint(sight);
  const missing = /No such key: (\w+)/u.exec(message)?.[1];
  if (missing === undefined) return null;
  if (!new RegExp(`\\binputs\\.${missing}\\b`, "u").test(source)) return didYouMean(missing, namesIn(sight));
  return didYouMean(missing, inputs) ?? (inputs.length === 0 ? "it has no inputs" : `there are ${inputs.join(", ")}`);
}
