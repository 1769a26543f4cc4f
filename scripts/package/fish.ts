/** Completion for fish: one `complete` for each command and option. */
import { valuesOf, type CommandWords, type OptionWord } from "./words.ts";

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/gu, String.raw`\$&`)}'`;

function optionLine(command: string, option: OptionWord): string {
  const { dashed, takes, says } = option;
  const name = dashed.startsWith("--") ? `-l ${dashed.slice(2)}` : `-s ${dashed.slice(1)}`;
  const values = takes === null ? null : valuesOf(option);
  const takesText = takes === null ? "" : values === "files" ? " -r -F" : " -x";
  const offer = values === null || values === "files" ? "" : ` -a ${quoted(values.join(" "))}`;
  return `complete -c handrail -n '__fish_seen_subcommand_from ${command}' ${name}${takesText}${offer} -d ${quoted(says)}`;
}

function commandLines({ name, says, options, first, file }: CommandWords): readonly string[] {
  const behind = `complete -c handrail -n '__fish_seen_subcommand_from ${name}'`;
  return [
    `complete -c handrail -n __fish_use_subcommand -a ${name} -d ${quoted(says)}`,
    ...(first.length > 0 ? [`${behind} -a ${quoted(first.join(" "))}`] : []),
    ...(file ? [`${behind} -F`] : []),
    ...options.map((option) => optionLine(name, option)),
  ];
}

/** The script that fish reads as `handrail.fish`. */
export const fishCompletion = (commands: readonly CommandWords[]): string =>
  [
    "# Completion of handrail for fish; made from the command table.",
    "complete -c handrail -f",
    "complete -c handrail -n __fish_use_subcommand -l version -d 'say version, commit and date'",
    "complete -c handrail -l help -d 'say how it is used'",
    ...commands.flatMap(commandLines),
    "",
  ].join("\n");
