/** The source tree whose SQL port is tried: this one, or the one that HANDRAIL_TREE names. */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { portsOf } from "../../../src/connections/connect.ts";

/** The way to make connections as that tree does. */
export async function portsOfTree(env: NodeJS.ProcessEnv): Promise<typeof portsOf> {
  const tree = env["HANDRAIL_TREE"] ?? resolve(import.meta.dirname, "../../..");
  const url = pathToFileURL(join(tree, "src/connections/connect.ts")).href;
  const loaded = (await import(/* @vite-ignore */ url)) as { readonly portsOf: typeof portsOf };
  return loaded.portsOf;
}
