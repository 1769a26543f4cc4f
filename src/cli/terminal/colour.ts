/** Whether the screen may use colour and more than ASCII, by the conventions; Ink knows only some of them. */
import type { Io } from "../io.ts";

const set = (value: string | undefined): boolean => value !== undefined && value !== "";

/** What `--color` may say. */
export const COLOURS = ["always", "never", "auto"] as const;
type Colour = (typeof COLOURS)[number];

const SAYS_NO: ReadonlySet<string | undefined> = new Set(["0", "false"]);

export function decideColour(env: Io["env"], wish: Colour = "auto"): boolean {
  if (wish !== "auto") return wish === "always";
  if (set(env["NO_COLOR"])) return false;
  if (set(env["FORCE_COLOR"])) return !SAYS_NO.has(env["FORCE_COLOR"]);
  return isOn(env["CLICOLOR_FORCE"]) || isWelcome(env);
}

const isOn = (value: string | undefined): boolean => set(value) && value !== "0";
const isWelcome = (env: Io["env"]): boolean => env["CLICOLOR"] !== "0" && env["TERM"] !== "dumb";

/** By LC_ALL, LC_CTYPE, LANG, in this order; '' where none is set. */
export const localeOf = (env: Io["env"]): string => [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(set) ?? "";

export const saysUtf8 = (locale: string): boolean => /utf-?8/iu.test(locale);

/** By the locale; HANDRAIL_ASCII=1 asks for plain characters anywhere. */
export const isUtf8 = (env: Io["env"]): boolean => !set(env["HANDRAIL_ASCII"]) && saysUtf8(localeOf(env));
