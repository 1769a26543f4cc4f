/** Options that several commands take. */
import type { OptionSpec } from "./command.ts";
import { OTHER_OPTION, TARGET, TARGET_OPTION } from "./target.ts";

export const site: Record<string, OptionSpec> = {
  lab: { says: "use the lab (HANDRAIL_LAB=NAME for another than `default`); not together with --site" },
  site: { takes: "NAME", says: "the site of the configuration to work on" },
  config: { takes: "FILE", says: "read this configuration instead of the user's and the system's" },
};
export const file: Record<string, OptionSpec> = {
  file: {
    takes: "FILE",
    multiple: true,
    says: "read the runbooks of FILE, a file or a folder, and no others; may be given several times",
  },
};
export const json: Record<string, OptionSpec> = { json: { says: "one JSON document, or one event a line" } };
/** The option that names targets, and its other spelling, for sites where there are no such things. */
export const named = (spec: Omit<OptionSpec, "takes">): Record<string, OptionSpec> => ({
  [TARGET_OPTION]: { takes: "NAME", ...spec },
  [OTHER_OPTION]: {
    takes: "NAME",
    ...spec,
    sameAs: TARGET_OPTION,
    says: `the same as --${TARGET_OPTION}, for whatever is recovered`,
  },
});
export const targets: Record<string, OptionSpec> = {
  ...named({ multiple: true, says: `a ${TARGET} by its name or key; may be given several times` }),
  "all-stuck": { says: `every ${TARGET} that the runbook calls stuck` },
};
export const phases: Record<string, OptionSpec> = {
  phases: { takes: "A,B", says: "only these phases act; those that only look always run" },
  from: { takes: "PHASE", says: "this phase and those after it" },
  until: { takes: "PHASE", says: "up to this phase, itself included" },
};
export const decide: OptionSpec = {
  takes: "[NAME:]STEP=CHOICE",
  multiple: true,
  says: `answer a gate, a rung or a rescue beforehand: for all, or for the ${TARGET} of that name or key`,
};
export const input: Record<string, OptionSpec> = {
  input: {
    takes: "NAME=VALUE",
    multiple: true,
    says: "what the runbook asks before it begins; may be given several times",
  },
};
export const deciding: Record<string, OptionSpec> = {
  grant: { takes: "FILE", says: "approve what this grant covers" },
  decide,
  plain: { says: "lines of plain text instead of the screen; the default without a terminal" },
};

export const screen: Record<string, OptionSpec> = {
  color: { takes: "WHEN", says: "always, never or auto (the default: as NO_COLOR and its like say)" },
  theme: { takes: "NAME", says: "dark, light or auto (the default: as the terminal itself answers)" },
  ascii: { says: "draw with plain characters only" },
  "no-animation": { says: "redraw only when something has changed, not when a limit of time is crossed" },
  "screen-reader": { says: "no screen: everything as sentences, one after the other" },
};
