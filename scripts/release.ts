/**
 * Makes a release of the version in `package.json`: checks everything, makes and compares the packages (`release/`), and gives the commit
 * an annotated tag. Nothing leaves this machine. `--dry-run` does all of it but the tag.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "../src/cli/version.ts";
import { sectionOf } from "./package/changelog.ts";
import { output } from "./package/programs.ts";

const root = join(import.meta.dirname, "..");
const tag = `v${VERSION}`;
const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });

const git = (...args: string[]): Promise<string> => output("git", ["-C", root, ...args]);

/** Why there is nothing to be released, as a sentence; null where there is. */
async function refusal(news: string | null): Promise<string | null> {
  const changes = await git("status", "--porcelain");
  if (changes !== "") return `the tree is not as its commit has it; commit it, or take it back:\n${changes.trimEnd()}`;
  if ((await git("tag", "--list", tag)) !== "")
    return `${tag} exists; the next version is a new number in package.json, package-lock.json and src/cli/version.ts`;
  if (news === null)
    return `CHANGELOG.md has no section "## ${VERSION} (YYYY-MM-DD)"; write what somebody can do with it`;
  return null;
}

const step = (text: string): void => void process.stdout.write(`release: ${text}\n`);

async function main(): Promise<number> {
  const news = sectionOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), VERSION);
  const refused = await refusal(news);
  if (refused !== null) {
    process.stderr.write(`release: ${refused}\nNothing was made.\n`);
    return 1;
  }
  step(`${VERSION}: npm run check`);
  await output("npm", ["run", "--silent", "check"], { cwd: root, shown: true });
  step("npm run package");
  await output("npm", ["run", "--silent", "package"], { cwd: root, shown: true });
  step("the packages are compared with their digests");
  await output("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: join(root, "release"), shown: true });
  if (values["dry-run"]) {
    step(`all of it is in release/; no tag was made (--dry-run). The tag would be ${tag}`);
    return 0;
  }
  await git(
    "tag",
    "--annotate",
    tag,
    "--message",
    `Handrail ${VERSION}`,
    "--message",
    news ?? "",
    "--cleanup=verbatim",
  );
  step(`${tag} is there, and release/ holds what belongs to it; nothing was sent anywhere: git push origin ${tag}`);
  return 0;
}

process.exitCode = await main();
