/** What stands beside the packages: their digests, and a page that says what is new, what was made and what was tried. */
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Commit } from "./commit.ts";

/** A package may take no more than this, bytes. */
const MOST = 35_000_000;

const digest = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

export interface Made {
  readonly file: string;
  /** What was seen of it here: `built, *not run*`, or what was run. */
  readonly seen: string;
}

export interface Edition {
  readonly version: string;
  readonly commit: Commit;
  /** What CHANGELOG.md says of the version. */
  readonly news: string;
}

const line = ({ file, seen }: Made): string =>
  `| ${basename(file)} | ${(statSync(file).size / 1e6).toFixed(1)} MB | ${seen} |`;

function page({ version, commit, news }: Edition, made: readonly Made[]): string {
  return [
    `# Handrail ${version}`,
    "",
    `Made from commit ${commit.id} of ${commit.date}.`,
    "",
    "| file | size | |",
    "|---|---|---|",
    ...made.map(line),
    "",
    "*Not run*: it was put together for another architecture than that of the machine that made it, out of the same `dist` and the",
    "Node.js and SQLite binaries of that architecture, and was started nowhere. `sha256sum -c SHA256SUMS` compares what was fetched.",
    "",
    "## What is new",
    "",
    news,
    "",
  ].join("\n");
}

/** Writes `SHA256SUMS` and `RELEASE-NOTES.md` into `folder`. Throws where a package is larger than it may be. */
export function writeNotes(folder: string, edition: Edition, made: readonly Made[]): void {
  const large = made.filter(({ file }) => statSync(file).size > MOST).map(({ file }) => file);
  if (large.length > 0) throw new Error(`larger than ${MOST} bytes: ${large.join(", ")}`);
  const sorted = made.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const sums = sorted.map(({ file }) => `${digest(file)}  ${basename(file)}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  writeFileSync(join(folder, "RELEASE-NOTES.md"), page(edition, sorted));
}
