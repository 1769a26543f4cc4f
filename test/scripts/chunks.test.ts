/** What each command loads: a program runner is in no chunk that does not use it, and shell texts wait until one is run. */
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { beforeAll, expect, it } from "vitest";

let outputs: Metafile["outputs"];

beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: join(import.meta.dirname, "../.."),
    entryPoints: { handrail: "src/cli/program.ts", lab: "src/packs/appliance/lab/main.ts" },
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: ["better-sqlite3", "react-devtools-core"],
    metafile: true,
    write: false,
  });
  ({ outputs } = metafile);
});

/** The chunks that a chunk cannot be loaded without, itself among them. */
function loads(chunk: string, seen = new Set<string>()): Set<string> {
  if (seen.has(chunk)) return seen;
  seen.add(chunk);
  for (const { path, kind } of outputs[chunk]?.imports ?? [])
    if (kind === "import-statement" && path in outputs) loads(path, seen);
  return seen;
}

const holds = (chunk: string, name: string): boolean =>
  Object.entries(outputs[chunk]?.inputs ?? {}).some(
    ([file, { bytesInOutput }]) => bytesInOutput > 0 && file.startsWith(`node_modules/${name}/`),
  );

/** Our own files behind the chunks that load a package at once. */
function loadersOf(name: string): string[] {
  const entries = Object.entries(outputs).filter(([, { entryPoint }]) => entryPoint?.startsWith("src/") === true);
  const loading = entries.filter(([chunk]) => [...loads(chunk)].some((each) => holds(each, name)));
  return loading.map(([, { entryPoint }]) => entryPoint ?? "").toSorted();
}

it("execa is loaded by what brings labs up, and by nothing else", () => {
  expect(loadersOf("execa")).toEqual(["src/packs/appliance/labs.ts"]);
});

it("zx waits for the first shell text, and comes without what it does not need for one", () => {
  expect(loadersOf("zx")).toEqual([]);
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const zx = new Set(files.filter((file) => file.startsWith("node_modules/zx/")));
  expect([...zx].filter((file) => /\/(?:vendor|goods|repl|md|deps)\b/u.test(file))).toEqual(
    [...zx].filter((file) => file.endsWith("vendor-core.cjs")),
  );
});

it.each(["ink", "react-reconciler"])("%s is loaded by the screen alone", (name) => {
  expect(loadersOf(name)).toEqual(["src/ui/open.tsx"]);
});
