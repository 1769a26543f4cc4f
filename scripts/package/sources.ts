/** A name for what a build is made from, which is the same for the same sources wherever and whenever they are built. */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The SHA-256 of the sources below `root`, of what builds them and of the locked packages, as hexadecimal. */
export function sourcesDigest(root: string): string {
  const hash = createHash("sha256");
  const files = globSync("src/**/*.{ts,tsx,sql}", { cwd: root });
  for (const file of [...files.toSorted(), "scripts/build.mjs", "package-lock.json"]) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/** Whether what lies in `dist` was built from the sources as they are now: its bytes name them. */
export function isBuilt(root: string): boolean {
  const digest = sourcesDigest(root);
  return globSync("dist/*.mjs", { cwd: root }).some((file) => readFileSync(join(root, file), "utf8").includes(digest));
}
