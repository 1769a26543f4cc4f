/** Whether a command goes on the screen: a person at a terminal who did not ask for lines. Kept light for a quick start. */
import { flag, type Values } from "./command.ts";
import type { Io } from "./io.ts";

export const wantsConsole = (values: Values, io: Io): boolean =>
  io.person && !flag(values, "plain") && !flag(values, "json");
