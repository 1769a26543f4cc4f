/** What stands beside the packages: their digests, and a page that says what was made and what was tried. */
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Commit } from "./commit.ts";

/** A package may take no more than this, bytes. */
const MOST = 35_000_000;

const digest = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

function remark(file: string): string {
  return file.includes("arm64") ? "built, *not run*" : "built and run";
}

function line(file: string): string {
  return `| ${basename(file)} | ${(statSync(file).size / 1e6).toFixed(1)} MB | ${remark(basename(file))} |`;
}

function page(version: string, commit: Commit, files: readonly string[]): string {
  return [
    `# Handrail ${version}`,
    "",
    `Made from commit ${commit.id} of ${commit.date}. CHANGELOG.md says what is new.`,
    "",
    "| file | size | |",
    "|---|---|---|",
    ...files.map(line),
    "",
    "Built, *not run*: what is for arm64 was put together on another machine, out of the same `dist`, the Node.js and the SQLite binary",
    "for arm64, and was started nowhere. `sha256sum -c SHA256SUMS` compares what was fetched.",
    "",
  ].join("\n");
}

/** Writes `SHA256SUMS` and `RELEASE-NOTES.md` into `folder`. Throws where a package is larger than it may be. */
export function writeNotes(folder: string, version: string, commit: Commit, files: readonly string[]): void {
  const large = files.filter((file) => statSync(file).size > MOST);
  if (large.length > 0) throw new Error(`larger than ${MOST} bytes: ${large.join(", ")}`);
  const sorted = files.toSorted();
  writeFileSync(join(folder, "SHA256SUMS"), sorted.map((file) => `${digest(file)}  ${basename(file)}\n`).join(""));
  writeFileSync(join(folder, "RELEASE-NOTES.md"), page(version, commit, sorted));
}
