/** Which site is meant, without opening anything: all that a stored journal needs. Kept light for a quick start. */
import { option, type Values } from "../command.ts";
import type { Io } from "../io.ts";
import { labName } from "./lab-name.ts";
import { programName } from "../terminal/program-name.ts";
import { shellWord } from "../terminal/shell-word.ts";

export { shellWord } from "../terminal/shell-word.ts";

/** How to say on the command line which site is meant: the lab, or what was said of the configured one. */
function siteWords(values: Values, env: Io["env"]): { readonly prefix: string; readonly suffix: string } {
  const lab = labName(values, env);
  const optionText = (name: string): string => {
    const value = option(values, name);
    return value === undefined ? "" : ` --${name} ${shellWord(value)}`;
  };
  if (lab === null) return { prefix: "", suffix: `${optionText("site")}${optionText("config")}` };
  return { prefix: lab === "default" ? "" : `HANDRAIL_LAB=${lab} `, suffix: " --lab" };
}

/** A command to be copied: it means the site that this one works on, whatever the environment says. */
export function commandText(values: Values, env: Io["env"], words: string): string {
  const { prefix, suffix } = siteWords(values, env);
  return `${prefix}${programName(env)} ${words}${suffix}`;
}

/** The name of the site, for what needs only its journal: that stays when a lab is gone. */
export async function siteName(values: Values, env: Io["env"]): Promise<string> {
  const lab = labName(values, env);
  return lab === null ? (await import("./config.ts")).configuredName(values, env) : `lab-${lab}`;
}
