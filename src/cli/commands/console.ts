/** `handrail console`: the board, drawn or said. */
import type { Invocation, Values } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { programName } from "../terminal/program-name.ts";
import { siteSources } from "../console/sources.ts";
import { commandText } from "../site/name.ts";
import { wantsLines, whyNoScreen } from "../terminal/wants-console.ts";
import { open, siteInfo } from "../console/open.ts";

/** `handrail` alone: the board, drawn or said. Where it can be neither it stops, with the command that can. */
export async function run({ values, io }: Invocation): Promise<number> {
  if (wantsLines(values, io)) return say(values, io);
  const reason = whyNoScreen(io);
  if (reason === null) return open(values, io, undefined);
  const lines = commandText(values, io.env, "--screen-reader");
  throw new Stop(
    EXIT.usage,
    `the console needs the whole screen, and here ${reason}. Nothing was opened.\nThe board as lines:\n  ${lines}\nAll commands:\n  ${programName(io.env)} help`,
  );
}

async function say(values: Values, io: Io): Promise<number> {
  const { sayBoard } = await import("../console/board-lines.ts");
  const sources = siteSources({ values, io }, async () =>
    (await import("../session/stored.ts")).openStored(values, io),
  );
  try {
    return await sayBoard(sources, await siteInfo(values, io), (words) => commandText(values, io.env, words), io);
  } finally {
    await sources.close();
  }
}
