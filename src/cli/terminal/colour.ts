/** Whether the screen may use colour and more than ASCII, by the conventions; Ink knows only some of them. */
import type { Io } from "../io.ts";

const set = (value: string | undefined): boolean => value !== undefined && value !== "";

/** What `--color` may say. */
export const COLOURS = ["always", "never", "auto"] as const;
export type Colour = (typeof COLOURS)[number];

export function decideColour(env: Io["env"], wish: Colour = "auto"): boolean {
  if (wish !== "auto") return wish === "always";
  if (set(env["NO_COLOR"])) return false;
  if (set(env["FORCE_COLOR"])) return env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "false";
  if (set(env["CLICOLOR_FORCE"]) && env["CLICOLOR_FORCE"] !== "0") return true;
  return env["CLICOLOR"] !== "0" && env["TERM"] !== "dumb";
}

/** By LC_ALL, LC_CTYPE, LANG, in this order; HANDRAIL_ASCII=1 asks for plain characters anywhere. */
export function isUtf8(env: Io["env"]): boolean {
  if (set(env["HANDRAIL_ASCII"])) return false;
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(set) ?? "";
  return /utf-?8/iu.test(locale);
}
