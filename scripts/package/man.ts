/** The manual page, as man(7) wants it. */
import type { CommandSpec } from "../../src/cli/command.ts";
import { EXIT_TEXT } from "../../src/cli/exit.ts";

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

function command({ usage, says, options, name }: CommandSpec): readonly string[] {
  const lines = [`.SS handrail ${roff(name)}`, ".nh", ".ad l", roff(`handrail ${usage}`), ".br", ".hy", sentence(says)];
  for (const [option, { takes, says: text }] of Object.entries(options)) {
    const dashed = option.length === 1 ? `-${option}` : `--${option}`;
    lines.push(".TP", `\\fB${roff(dashed)}\\fR${takes === undefined ? "" : ` \\fI${roff(takes)}\\fR`}`, roff(text));
  }
  return lines;
}

const FILES = [
  [
    "~/.config/handrail/config.yaml, /etc/handrail/config.yaml",
    "the sites, and how each is reached; the first that is there is read",
  ],
  ["~/.local/state/handrail", "journals, locks and labs"],
  ["~/.cache/handrail", "what can be made again at any time"],
] as const;
const ENVIRONMENT = [
  ["HANDRAIL_CONFIG", "the configuration to read"],
  ["HANDRAIL_SITE", "the site to work on"],
  ["HANDRAIL_LAB", "the lab to work on"],
  ["HANDRAIL_NODE", "the path of another Node.js to run on"],
  ["XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME", "other places for the files below, if absolute"],
] as const;

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
