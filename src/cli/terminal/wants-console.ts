/** Whether a command goes on the screen: a person at a terminal who did not ask for lines. Kept light for a quick start. */
import { flag, type Values } from "../command.ts";
import { isDumb, type Io } from "../io.ts";
import { isSupervised } from "./launcher.ts";

const set = (value: string | undefined): boolean => value !== undefined && value !== "" && value !== "0";

/** Somebody listens rather than looks: everything comes as lines, one after the other, and nothing is redrawn. */
export const wantsLines = (values: Values, io: Io): boolean =>
  flag(values, "screen-reader") || set(io.env["HANDRAIL_SCREEN_READER"]) || set(io.env["INK_SCREEN_READER"]);

/** Whether the whole screen can be drawn on: never without somebody who puts it back. */
export const canDraw = (io: Io): boolean => io.person && isSupervised(io.env);

export const wantsConsole = (values: Values, io: Io): boolean =>
  canDraw(io) && !flag(values, "plain") && !flag(values, "json") && !wantsLines(values, io);

/** Why there is no terminal here that a screen could be drawn on, as the end of a sentence; null where there is one. */
export function whyNoTerminal(io: Io): string | null {
  if (isDumb(io.env)) return `TERM is ${io.env["TERM"] || "not set"}, which names no terminal that can move its cursor`;
  return io.person ? null : "the input or the output is no terminal";
}

/** Why the whole screen cannot be drawn here, as the end of a sentence; null where it can. */
export function whyNoScreen(io: Io): string | null {
  const reason = whyNoTerminal(io);
  if (reason !== null || canDraw(io)) return reason;
  return "nobody watches who would put the terminal back; bin/handrail does";
}
