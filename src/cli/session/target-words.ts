/** How command lines, and texts about runs without a runbook file, name the targets of a site. */
import type { TargetNoun } from "../../phases/target-noun.ts";
import type { Runbook } from "../../phases/spec.ts";
import { packOf } from "../packs.ts";
import { OTHER_OPTION, targetOptions } from "../target.ts";

type Owner = Pick<Runbook, "target">;

/** The option that names targets of a runbook: the product's own where they are called as it calls them, or by nothing. */
export function optionFor(site: unknown, { target: own }: Owner): string {
  const { noun, option } = packOf(site).target;
  return own === undefined || own.noun === noun ? option : OTHER_OPTION;
}

/** Options that name targets of a runbook by their keys, with a blank before each. */
export const optionsFor = (site: unknown, owner: Owner, keys: readonly string[]): string =>
  targetOptions(optionFor(site, owner), keys);

/** What targets are called where no runbook says it. */
export function nounOf(site: unknown): TargetNoun {
  const { noun } = packOf(site).target;
  return { noun, nouns: `${noun}s` };
}
