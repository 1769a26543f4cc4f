/** The source tree whose SQL port is tried: the one that HANDRAIL_TREE names, where it has sources, else this one. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { portsOf } from "../../../src/packs/appliance/connections/connect.ts";
import { TREE } from "../program.ts";

/** Where connections are made: in the pack; in version 0.1 all were made in one place. */
const PORTS = ["src/packs/appliance/connections/connect.ts", "src/connections/connect.ts"];

/** The way to make connections as that tree does. */
export async function portsOfTree(): Promise<typeof portsOf> {
  const own = resolve(import.meta.dirname, "../../..");
  const files = [TREE, own].flatMap((tree) => PORTS.map((port) => join(tree, port)));
  const url = pathToFileURL(files.find((file) => existsSync(file)) ?? "").href;
  const loaded = (await import(/* @vite-ignore */ url)) as { readonly portsOf: typeof portsOf };
  return loaded.portsOf;
}
