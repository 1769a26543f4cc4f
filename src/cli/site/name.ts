/** Which site is meant, without opening anything: all that a stored journal needs. Kept light for a quick start. */
import { flag, one, type Values } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { programName } from "../terminal/program-name.ts";
import { shellWord } from "../terminal/shell-word.ts";

export { shellWord } from "../terminal/shell-word.ts";

/** A variable of the environment; one that is set to nothing counts as not set. */
export const variable = (env: Io["env"], name: string): string | undefined => env[name] || undefined;

/** A lab's name is a folder of its own below `labs`, and nothing that leads out of there. */
const LAB_NAME = /^\w[\w.-]*$/u;

function checkedLab(name: string): string {
  if (LAB_NAME.test(name)) return name;
  throw new Stop(EXIT.usage, `HANDRAIL_LAB=${name} is no name of a lab; it has letters, digits, "_", "-" and "."`);
}

const NOT_BOTH = "one command works on one site";

/** A flag beats the environment; what contradicts itself on the same rank is refused, never guessed. */
function environmentLab(values: Values, env: Io["env"]): string | null {
  const lab = variable(env, "HANDRAIL_LAB");
  if (lab === undefined || one(values, "site") !== undefined) return null;
  const site = variable(env, "HANDRAIL_SITE");
  if (site !== undefined)
    throw new Stop(
      EXIT.usage,
      `HANDRAIL_LAB=${lab} and HANDRAIL_SITE=${site} are both set; ${NOT_BOTH}: say --lab or --site NAME. Nothing was executed`,
    );
  if (one(values, "config") !== undefined)
    throw new Stop(
      EXIT.usage,
      `--config names the configuration of a site, and HANDRAIL_LAB=${lab} a lab; ${NOT_BOTH}: say --lab or --site NAME as well. Nothing was executed`,
    );
  return checkedLab(lab);
}

/** The lab that is meant, or null when a configured site is. Stops with 64 where flags or variables contradict. */
export function labName(values: Values, env: Io["env"]): string | null {
  const site = one(values, "site");
  if (!flag(values, "lab")) return environmentLab(values, env);
  if (site !== undefined)
    throw new Stop(EXIT.usage, `--site ${site} and --lab are two sites; ${NOT_BOTH}. Nothing was executed`);
  return checkedLab(variable(env, "HANDRAIL_LAB") ?? "default");
}

/** How to say on the command line which site is meant: the lab, or what was said of the configured one. */
function siteWords(values: Values, env: Io["env"]): { readonly before: string; readonly after: string } {
  const lab = labName(values, env);
  const named = (name: string): string => {
    const value = one(values, name);
    return value === undefined ? "" : ` --${name} ${shellWord(value)}`;
  };
  if (lab === null) return { before: "", after: `${named("site")}${named("config")}` };
  return { before: lab === "default" ? "" : `HANDRAIL_LAB=${lab} `, after: " --lab" };
}

/** A command to be copied: it means the site that this one works on, whatever the environment says. */
export function commandText(values: Values, env: Io["env"], words: string): string {
  const { before, after } = siteWords(values, env);
  return `${before}${programName(env)} ${words}${after}`;
}

/** The name of the site, for what needs only its journal: that stays when a lab is gone. */
export async function siteName(values: Values, env: Io["env"]): Promise<string> {
  const lab = labName(values, env);
  return lab === null ? (await import("./config.ts")).configuredName(values, env) : `lab-${lab}`;
}
