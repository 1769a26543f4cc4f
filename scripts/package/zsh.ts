/** Completion for zsh, by its own `_arguments` and `_describe`. */
import { valuesOf, type CommandWords, type OptionWord } from "./words.ts";

/** Text between single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
/** What `_arguments` and `_describe` would read as their own. */
const plain = (text: string): string => text.replaceAll(/[[\]:\\]/gu, String.raw`\$&`);

function argument(option: OptionWord): string {
  const head = `*${option.dashed}[${plain(option.says)}]`;
  if (option.takes === null) return quoted(head);
  const values = valuesOf(option);
  return quoted(
    `${head}:${option.takes}:${values === "files" ? "_files" : values === null ? " " : `(${values.join(" ")})`}`,
  );
}

function commandCase({ name, options, first, file }: CommandWords): string {
  const rest = file ? "'*:file:_files'" : `'1:what:(${first.join(" ")})' '*: : '`;
  return [`    ${name})`, `      _arguments \\`, ...options.map((option) => `        ${argument(option)} \\`)]
    .concat([`        '--help[say how it is used]' \\`, `        ${rest}`, "      ;;"])
    .join("\n");
}

/** The script that zsh reads as `_handrail`. */
export function zshCompletion(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name, says }) => `    ${quoted(`${name}:${plain(says)}`)}`);
  return `#compdef handrail
# Completion of handrail for zsh; made from the command table.
_handrail() {
  local -a commands
  commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _arguments '--help[list the commands]' '--version[say version, commit and date]'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join("\n")}
  esac
}
_handrail "$@"
`;
}
