/** A clone of what is here, changes included, that a test may change and commit to. */
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { output } from "../../scripts/package/programs.ts";

const root = resolve(import.meta.dirname, "../..");
/** Somebody who commits, wherever nobody is known. */
const WHO = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"];

/** Clones into `folder`, without the installed packages. */
export async function cloneHere(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  await output("git", ["clone", "--quiet", "--no-hardlinks", root, folder]);
  const changed = await output("git", ["-C", root, "ls-files", "--modified", "--others", "--exclude-standard"]);
  for (const file of changed.split("\n").filter((name) => name !== "" && existsSync(join(root, name))))
    cpSync(join(root, file), join(folder, file), { recursive: true });
}

/** Commits all that is in the clone. */
export async function commitAll(folder: string): Promise<void> {
  await output("git", ["-C", folder, "add", "--all"]);
  await output("git", [
    "-C",
    folder,
    ...WHO,
    "commit",
    "--quiet",
    "--allow-empty",
    "--message",
    "What the test is about",
  ]);
}

/** Gives the newest commit of the clone a tag. */
export const tagIt = (folder: string, tag: string): Promise<string> => output("git", ["-C", folder, "tag", tag]);
