/** Whether a command goes on the screen: a person at a terminal who did not ask for lines. Kept light for a quick start. */
import { flag, type Values } from "./command.ts";
import type { Io } from "./io.ts";

const set = (value: string | undefined): boolean => value !== undefined && value !== "" && value !== "0";

/** Somebody listens rather than looks: everything comes as lines, one after the other, and nothing is redrawn. */
export const wantsLines = (values: Values, io: Io): boolean =>
  flag(values, "screen-reader") || set(io.env["HANDRAIL_SCREEN_READER"]) || set(io.env["INK_SCREEN_READER"]);

export const wantsConsole = (values: Values, io: Io): boolean =>
  io.person && !flag(values, "plain") && !flag(values, "json") && !wantsLines(values, io);
