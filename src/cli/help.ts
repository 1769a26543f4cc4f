/** Help as it is printed: of the whole program, and of one command. */
import { didYouMean } from "../text/near.ts";
import type { CommandSpec } from "./command.ts";
import type { Example } from "./examples.ts";
import { packNames } from "./pack-names.ts";
import { TARGETS } from "./target.ts";
import { EXIT_TEXT } from "../engine/exit.ts";
import { broken, HELP_WIDTH, termLines } from "./terminal/paragraphs.ts";
import { TOPICS } from "./topics/index.ts";

const BEGINNING: readonly Example[] = [
  { words: "lab up", does: `a false ${packNames.unit} with five stuck ${TARGETS}` },
  { words: "--lab", does: "the board, where they stand first" },
  { words: "lab down --rm", does: "its end" },
];

/** Whole commands, each with what it does below it: however long the program's name is, nothing else moves. */
const exampleLines = (examples: readonly Example[], program: string): string[] =>
  examples.flatMap(({ words, does }) => [`  ${program} ${words}`, ...broken(does, HELP_WIDTH, "      ")]);

/** The help of the whole program; `program` is how it is called here. */
export function mainHelp(commands: readonly CommandSpec[], program: string): string {
  return [
    "Handrail: guided incident recovery at the terminal.",
    "",
    "usage: handrail COMMAND …    handrail COMMAND --help    handrail help TOPIC",
    "",
    "commands:",
    ...termLines(commands.map(({ name, says }) => [name, says])),
    "",
    "topics, for `handrail help TOPIC`:",
    ...termLines(TOPICS.map(({ name, says }) => [name, says])),
    "",
    "Begin with the lab:",
    ...exampleLines(BEGINNING, program),
    "",
    "exit codes:",
    ...termLines(EXIT_TEXT.map(([code, says]) => [String(code).padStart(3), says])),
    "",
  ].join("\n");
}

/** An option with its dashes and what it takes: `--file FILE`, `-o FILE`. */
function optionTerm([name, { takes, says }]: [string, CommandSpec["options"][string]]): readonly [string, string] {
  const word = name.length === 1 ? `-${name}` : `--${name}`;
  return [takes === undefined ? word : `${word} ${takes}`, says];
}

/** The help of one command: usage, options, examples. */
export function commandHelp({ usage, says, options, examples }: CommandSpec): string {
  const terms = Object.entries(options).map(optionTerm);
  return [
    ...broken(`usage: handrail ${usage}`, HELP_WIDTH, "", "         "),
    "",
    ...broken(says, HELP_WIDTH, "  "),
    ...(terms.length === 0 ? [] : ["", ...termLines(terms)]),
    examplesText(examples),
  ].join("\n");
}

/** The examples at the end of a command's help, below an empty line. */
export function examplesText(examples: readonly Example[]): string {
  return ["", "examples:", ...exampleLines(examples, "handrail"), ""].join("\n");
}

/** What to say of a name that nothing has: `kind` is what it was taken for, `names` what there is. */
export function unknownText(kind: string, word: string, names: readonly string[], program: string): string {
  const beginning = names.find((name) => name.startsWith(word));
  const hint = didYouMean(word, names) ?? (beginning === undefined ? null : `did you mean "${beginning}"?`);
  return `there is no ${kind} ${word}; ${hint === null ? "" : `${hint} `}${program} help lists them`;
}
