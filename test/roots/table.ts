/** What was seen on bare roots, as README.md has it between two marks. */

export interface Seen {
  readonly release: string;
  readonly package: string;
  /** What the trial shows where it goes well. */
  readonly shows: string;
  /** Why it was not seen; null where it was. */
  readonly lack: string | null;
}

const BEGIN = "<!-- roots: written by npm run test:roots -->";
const END = "<!-- roots: end -->";

const row = ({ release, package: name, shows, lack }: Seen): string =>
  `| ${release} | ${name} | ${lack === null ? `*seen*: ${shows}` : `*not seen*: ${lack.replaceAll("|", "/")}`} |`;

/** The text with the table of the last run in it. Throws where it has no marks. */
export function tableIn(text: string, version: string, all: readonly Seen[]): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${BEGIN} … ${END}`);
  const head = [`| bare root | package of ${version} | |`, "|---|---|---|"];
  const table = [BEGIN, "", ...head, ...all.map(row), "", ""].join("\n");
  return `${text.slice(0, from)}${table}${text.slice(to)}`;
}
