/** `handrail help`, `handrail help COMMAND` and `handrail help TOPIC`. */
import type { CommandSpec, Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { commandHelp, mainHelp, unknownText } from "../help.ts";
import { Stop } from "../io.ts";
import { helpLines } from "../terminal/paragraphs.ts";
import { programName } from "../terminal/program-name.ts";
import { TOPICS } from "../topics/index.ts";
import type { Topic } from "../topics/topic.ts";

/** What is printed of a topic. */
export const topicHelp = ({ name, says, text }: Topic): string =>
  `${helpLines([`${name}: ${says}`, ...text]).join("\n")}\n`;

/** "exit codes" is found as `exit-codes`, too. */
const asTyped = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/gu, " ");

/** Prints the help of the whole program, of a command, or of a topic; a name that is neither is wrong usage. */
export const helpOf = (commands: readonly CommandSpec[]) => ({
  run: async ({ rest, io }: Invocation): Promise<number> => {
    const query = asTyped(rest.join(" "));
    const program = programName(io.env);
    const command = commands.find(({ name }) => name === query);
    if (command?.raw === true) return (await command.load()).run({ values: {}, rest: ["--help"], io });
    const text = query === "" ? mainHelp(commands, program) : helpText(command, query);
    if (text === undefined)
      throw new Stop(EXIT.usage, unknownText("command or topic", query, namesOf(commands), program));
    io.out(text);
    return EXIT.done;
  },
});

/** The help of a command, else of the topic of that name; undefined where there is neither. */
function helpText(command: CommandSpec | undefined, query: string): string | undefined {
  if (command !== undefined) return commandHelp(command);
  const topic = TOPICS.find(({ name }) => name === query);
  return topic && topicHelp(topic);
}

const namesOf = (commands: readonly CommandSpec[]): string[] => [...commands, ...TOPICS].map(({ name }) => name);
