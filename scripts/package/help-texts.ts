/**
 * What `bin/handrail` prints without a start of Node: the help of the program and of each topic, and the version. Each is a piece
 * of shell that sets `text`; how the program is called from here stands in `name`.
 */
import { topicHelp } from "../../src/cli/commands/help.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { mainHelp } from "../../src/cli/help.ts";
import { TOPICS } from "../../src/cli/topics/index.ts";
import { fullVersion } from "../../src/cli/version.ts";

/** Stands for the name of the program; it occurs in no text. */
const NAME = "\u0000";

/** A text, but for its last newline, as a shell reads it. */
const assignment = (text: string): string =>
  `text='${text.trimEnd().replaceAll("'", `'\\''`).replaceAll(NAME, `'"$name"'`)}'\n`;

/** By the name of the file, `commit` being what `--version` says of where it comes from. */
export const helpTexts = (commit: string): ReadonlyMap<string, string> =>
  new Map([
    ["main", assignment(mainHelp(COMMANDS, NAME))],
    ["version", assignment(`handrail ${fullVersion(commit)}`)],
    ...TOPICS.map((topic) => [`topic-${topic.name.replaceAll(" ", "-")}`, assignment(topicHelp(topic))] as const),
  ]);
