/** Completion for bash, without the package bash-completion: it has to work on a bare host. */
import { valuesOf, type CommandWords, type OptionWord } from "./words.ts";

const offer = (values: readonly string[] | "files"): string =>
  values === "files"
    ? 'COMPREPLY=($(compgen -f -- "$word"))'
    : `COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$word"))`;

function valueCase(option: OptionWord): readonly string[] {
  const values = valuesOf(option);
  if (option.takes === null) return [];
  return [`    ${option.dashed}) ${values === null ? "COMPREPLY=()" : offer(values)}; return ;;`];
}

const commandCase = ({ name, options, first, file }: CommandWords): string =>
  `    ${name}) options="${options.map(({ dashed }) => dashed).join(" ")}" first="${first.join(" ")}" files=${file ? "yes" : "no"} ;;`;

/** The script that bash reads as `handrail`. */
export function bashCompletion(commands: readonly CommandWords[]): string {
  const cases = new Set(commands.flatMap(({ options }) => options.flatMap(valueCase)));
  const names = commands.map(({ name }) => name).join(" ");
  return `# Completion of handrail for bash; made from the command table.
_handrail() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} options first files
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$word"))
    return
  fi
  case $before in
${[...cases].join("\n")}
  esac
  case \${COMP_WORDS[1]} in
${commands.map(commandCase).join("\n")}
    *) return ;;
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$options --help" -- "$word")) ;;
    *)
      [ "$COMP_CWORD" -ne 2 ] || COMPREPLY=($(compgen -W "$first" -- "$word"))
      [ "$files" = no ] || COMPREPLY+=($(compgen -f -- "$word"))
      ;;
  esac
}
complete -o filenames -F _handrail handrail
`;
}
