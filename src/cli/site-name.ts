/** Which site is meant, without opening anything: all that a stored journal needs. Kept light for a quick start. */
import { flag, type Values } from "./command.ts";
import type { Io } from "./io.ts";

/** The lab that is meant, or null when a configured site is. */
export function labName(values: Values, env: Io["env"]): string | null {
  return flag(values, "lab") || env["HANDRAIL_LAB"] !== undefined ? (env["HANDRAIL_LAB"] ?? "default") : null;
}

/** How to say on the command line which lab is meant; '' for a configured site. */
export function labWords(values: Values, env: Io["env"]): { readonly before: string; readonly after: string } {
  const lab = labName(values, env);
  if (lab === null) return { before: "", after: "" };
  return { before: lab === "default" ? "" : `HANDRAIL_LAB=${lab} `, after: " --lab" };
}

/** The name of the site, for what needs only its journal: that stays when a lab is gone. */
export async function siteName(values: Values, env: Io["env"]): Promise<string> {
  const lab = labName(values, env);
  return lab === null ? (await import("./config.ts")).configuredName(values, env) : `lab-${lab}`;
}
