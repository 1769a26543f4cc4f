/** What CHANGELOG.md says of one version. */

const HEADING = /^## (\S+) \((.+)\)$/u;

/**
 * The section of `version`, without its heading; null where there is none, or one without a day (`(unreleased)`): such a version
 * is not to be released.
 */
export function sectionOf(changelog: string, version: string): string | null {
  const lines = changelog.split("\n");
  const begin = lines.findIndex((line) => HEADING.exec(line)?.[1] === version);
  const [, , day = ""] = HEADING.exec(lines[begin] ?? "") ?? [];
  if (!/^\d{4}-\d\d-\d\d$/u.test(day)) return null;
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => HEADING.test(line));
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .join("\n")
    .trim();
}
