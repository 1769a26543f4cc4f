/** Which lab is meant, by flags and environment. */
import { flag, option, type Values } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";

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
  if (lab === undefined || option(values, "site") !== undefined) return null;
  const site = variable(env, "HANDRAIL_SITE");
  if (site !== undefined)
    throw new Stop(
      EXIT.usage,
      `HANDRAIL_LAB=${lab} and HANDRAIL_SITE=${site} are both set; ${NOT_BOTH}: say --lab or --site NAME. Nothing was executed`,
    );
  if (option(values, "config") !== undefined)
    throw new Stop(
      EXIT.usage,
      `--config names the configuration of a site, and HANDRAIL_LAB=${lab} a lab; ${NOT_BOTH}: say --lab or --site NAME as well. Nothing was executed`,
    );
  return checkedLab(lab);
}

/** The lab that is meant, or null when a configured site is. Stops with 64 where flags or variables contradict. */
export function labName(values: Values, env: Io["env"]): string | null {
  const site = option(values, "site");
  if (!flag(values, "lab")) return environmentLab(values, env);
  if (site !== undefined)
    throw new Stop(EXIT.usage, `--site ${site} and --lab are two sites; ${NOT_BOTH}. Nothing was executed`);
  return checkedLab(variable(env, "HANDRAIL_LAB") ?? "default");
}
