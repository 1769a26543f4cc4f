/** The manual page, as man(7) wants it. */
import type { CommandSpec } from "../../src/cli/command.ts";
import type { Example } from "../../src/cli/examples.ts";
import { EXIT_TEXT } from "../../src/engine/exit.ts";
import { TOPICS } from "../../src/cli/topics/index.ts";
import { VARIABLES } from "../../src/cli/variables.ts";

export interface Edition {
  readonly version: string;
  /** The day that stands at the foot of the page; empty where it is not known. */
  readonly date: string;
}

/** Text that roff prints as it is: no escapes, no requests, hyphens that can be copied. */
function roff(text: string): string {
  const escaped = text
    .replaceAll("\\", String.raw`\e`)
    .replaceAll("-", String.raw`\-`)
    .replace(/^(?=[.'])/u, String.raw`\&`);
  const code = (character: string): string =>
    (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return escaped.replaceAll(/[^\n -~]/gu, (character) => String.raw`\[u${code(character)}]`);
}

const sentence = (text: string): string => roff(`${(text[0] ?? "").toUpperCase()}${text.slice(1)}.`);

/** Two lines without filling, so that what is typed can be copied. */
const example = ({ words, does }: Example): readonly string[] => [
  ".PP",
  ".nf",
  roff(`    handrail ${words}`),
  ".fi",
  sentence(does),
];

function command({ usage, says, options, name, examples }: CommandSpec): readonly string[] {
  const lines = [`.SS handrail ${roff(name)}`, ".nh", ".ad l", roff(`handrail ${usage}`), ".br", ".hy", sentence(says)];
  for (const [option, { takes, says: text }] of Object.entries(options)) {
    const dashed = option.length === 1 ? `-${option}` : `--${option}`;
    lines.push(".TP", `\\fB${roff(dashed)}\\fR${takes === undefined ? "" : ` \\fI${roff(takes)}\\fR`}`, roff(text));
  }
  return [...lines, ".PP", "Examples:", ...examples.flatMap(example)];
}

const FILES = [
  [
    "~/.config/handrail/config.yaml, /etc/handrail/config.yaml",
    "the sites, and how each is reached; the first that is there is read",
  ],
  ["~/.local/state/handrail", "journals, locks and labs"],
  ["~/.cache/handrail", "what can be made again at any time"],
] as const;
const ENVIRONMENT = VARIABLES.map(({ names, says }) => [names.join(", "), says] as const);

const entries = (pairs: readonly (readonly [string | number, string])[]): readonly string[] =>
  pairs.flatMap(([head, text]) => [".TP", `.B ${roff(String(head))}`, roff(text)]);

/** handrail(1), made from the command table. */
export function manPage(commands: readonly CommandSpec[], { version, date }: Edition): string {
  return [
    `.TH HANDRAIL 1 "${date}" "Handrail ${version}" "User Commands"`,
    ".SH NAME",
    roff("handrail - guided incident recovery at the terminal").replace(String.raw` \- `, String.raw` \- `),
    ".SH SYNOPSIS",
    ".B handrail",
    roff("[COMMAND] [OPTION…]"),
    ".SH DESCRIPTION",
    "Opens the board of VMs in a terminal, and carries runbooks out: shows every statement and request with its real",
    "values, asks before each change, and keeps a journal that shows any later edit.",
    ".PP",
    roff(`handrail help TOPIC explains: ${TOPICS.map((topic) => topic.name).join(", ")}.`),
    ".SH COMMANDS",
    ...commands.flatMap(command),
    ".SH EXIT STATUS",
    ...entries(EXIT_TEXT),
    ".SH ENVIRONMENT",
    ...entries(ENVIRONMENT),
    ".SH FILES",
    ...entries(FILES),
    "",
  ].join("\n");
}
