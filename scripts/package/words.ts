/** What manual page and completions are made of: the command table, read once for all of them. */
import type { CommandSpec } from "../../src/cli/command.ts";
import { TOPICS } from "../../src/cli/topics/index.ts";

export interface OptionWord {
  /** With its dashes: `--vm`, `-o`. */
  readonly dashed: string;
  readonly takes: string | null;
  readonly says: string;
}

export interface CommandWords {
  readonly name: string;
  readonly says: string;
  readonly options: readonly OptionWord[];
  /** What may come first behind the command: its sub-commands, or the shipped runbooks. */
  readonly first: readonly string[];
  /** Whether a file may come behind it. */
  readonly file: boolean;
}

/** `lab up [--server mysql] | down | reset` has the sub-commands up, down and reset: they stand first, in small letters. */
function subCommands({ name, usage }: CommandSpec): readonly string[] {
  const ways = usage.split(" | ").map((way) => way.replace(`${name} `, "").split(" ")[0] ?? "");
  return ways.filter((word) => /^[a-z]+$/u.test(word) && word !== name);
}

/** Each as one word: a shell would offer "exit codes" as two. */
const explained = (commands: readonly CommandSpec[]): readonly string[] =>
  [...commands, ...TOPICS].map(({ name }) => name.replaceAll(" ", "-"));

function wordsOf(command: CommandSpec, runbooks: readonly string[]): CommandWords {
  const { name, says, usage } = command;
  const options = Object.entries(command.options).map(([option, spec]) => ({
    dashed: option.length === 1 ? `-${option}` : `--${option}`,
    takes: spec.takes ?? null,
    says: spec.says,
  }));
  const first = usage.startsWith(`${name} RUNBOOK`) ? runbooks : subCommands(command);
  return { name, says, options, first, file: usage.startsWith(`${name} [FILE]`) };
}

/** The table as words, with the names of the runbooks for the commands that take one, and what `help` explains. */
export const words = (commands: readonly CommandSpec[], runbooks: readonly string[]): readonly CommandWords[] =>
  commands.map((command) => ({
    ...wordsOf(command, runbooks),
    ...(command.name === "help" ? { first: explained(commands) } : {}),
  }));

/** The values that an option takes: a few words, or files, or what nobody can guess. */
export function valuesOf({ takes, says }: OptionWord): readonly string[] | "files" | null {
  if (takes === "FILE") return "files";
  if (takes === "WHEN") return ["always", "never", "auto"];
  return takes === "OUTCOME" ? says.split(/, or |, /u) : null;
}
