/** What is recovered, as the texts of the command line call it, and the option that names it there. */
import type { Target } from "../engine/bodies.ts";
import type { TargetNoun } from "../phases/target-noun.ts";
import { countText } from "../text/sentence.ts";
import { packNames } from "./pack-names.ts";

const { noun, option } = packNames.target;

/** One of them, as in "no further …". */
export const TARGET = noun;
/** Several of them. */
export const TARGETS = `${noun}s`;
/** The name of the option, without its dashes. */
export const TARGET_OPTION = option;

/** Another spelling of the same, for whatever else is recovered. */
export const OTHER_OPTION = "target";

/** Options of a command that name targets by their keys, with a blank before each. */
export const targetOptions = (name: string, keys: readonly string[]): string =>
  keys.map((key) => ` --${name} ${key}`).join("");

/** What a run over these is about, and what is typed for it: the only one of them, or so many. */
export function subjectOf(
  targets: readonly Pick<Target, "label" | "word">[],
  { noun, nouns }: TargetNoun,
): {
  readonly label: string;
  readonly word?: string | undefined;
} {
  const [first, ...rest] = targets;
  if (first === undefined || rest.length > 0) return { label: countText(targets.length, noun, nouns) };
  return { label: first.label, word: first.word };
}
