/** `handrail console`: the board, drawn or said. */
import type { Invocation, Values } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { programName } from "../terminal/program-name.ts";
import { siteSources } from "../console/sources.ts";
import { filesIn } from "../runbook/source.ts";
import { commandText } from "../site/name.ts";
import { wantsLines, whyNoScreen } from "../terminal/wants-console.ts";
import { lastSite } from "../console/last-site.ts";
import { safeText } from "../../text/safe-text.ts";
import { open, siteInfo } from "../console/open.ts";

/** `handrail` alone: the board, drawn or said. Where it can be neither it stops, with the command that can. */
export async function run({ values, io }: Invocation): Promise<number> {
  if (wantsLines(values, io)) return say(values, io);
  const reason = whyNoScreen(io);
  if (reason === null) return openHere(values, io);
  const lines = commandText(values, io.env, "--screen-reader");
  throw new Stop(
    EXIT.usage,
    `the console needs the whole screen, and here ${reason}. Nothing was opened.\nThe board as lines:\n  ${lines}\nAll commands:\n  ${programName(io.env)} help`,
  );
}

/** The site that was named last is meant where several are configured and nothing says which. */
async function openHere(values: Values, io: Io): Promise<number> {
  const site = await lastSite(values, io.env);
  if (site === null) return open(values, io, undefined);
  return open({ ...values, site }, io, { hint: `site ${safeText(site)}, as last time; --site names another` });
}

async function say(values: Values, io: Io): Promise<number> {
  const { sayBoard } = await import("../console/board-lines.ts");
  const sources = siteSources({ values, io }, async () =>
    (await import("../session/stored.ts")).openStored(values, io),
  );
  try {
    const command = (words: string): string => commandText(values, io.env, words);
    return await sayBoard(sources, await siteInfo(values, io), { out: io.out, command, files: filesIn(values) });
  } finally {
    await sources.close();
  }
}
