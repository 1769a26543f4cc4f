/** `handrail help`, `handrail help COMMAND` and `handrail help TOPIC`. */
import type { Invocation } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT } from "./exit.ts";
import { commandHelp, mainHelp, unknownText } from "./help.ts";
import { Stop } from "./io.ts";
import { helpLines } from "./paragraphs.ts";
import { programName } from "./program-name.ts";
import { TOPICS } from "./topics/index.ts";
import type { Topic } from "./topics/topic.ts";

const topicHelp = ({ name, says, text }: Topic): string => `${helpLines([`${name}: ${says}`, ...text]).join("\n")}\n`;

const KNOWN = [...COMMANDS, ...TOPICS].map(({ name }) => name);

/** "exit codes" is found as `exit-codes`, too. */
const asTyped = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/gu, " ");

/** Prints the help of the whole program, of a command, or of a topic; a name that is neither is wrong usage. */
export async function run({ rest, io }: Invocation): Promise<number> {
  const wanted = asTyped(rest.join(" "));
  const command = COMMANDS.find(({ name }) => name === wanted);
  const topic = TOPICS.find(({ name }) => name === wanted);
  const program = programName(io.env);
  if (wanted === "") io.out(mainHelp(program));
  else if (command?.raw === true) return (await command.load()).run({ values: {}, rest: ["--help"], io });
  else if (command !== undefined) io.out(commandHelp(command));
  else if (topic !== undefined) io.out(topicHelp(topic));
  else throw new Stop(EXIT.usage, unknownText("command or topic", wanted, KNOWN, program));
  return EXIT.done;
}
