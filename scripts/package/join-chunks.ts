/**
 * Joins the chunks that a way in loads anyway into one file. A bundler makes a chunk of whatever another set of entries shares,
 * and finding, reading and linking some eighty small files takes longer than what is in them.
 */
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { build as Build, Metafile, Plugin } from "esbuild";

/** Modules that are loaded together, by the name of the file that gets them. */
export type Groups = Readonly<Record<string, readonly string[]>>;

type Outputs = Metafile["outputs"];

/** What a file of the bundle imports before it runs, itself among them; in no order. */
function closureOf(outputs: Outputs, file: string, seen: Set<string> = new Set()): Set<string> {
  const output = outputs[file];
  if (output === undefined || seen.has(file)) return seen;
  seen.add(file);
  for (const { kind, path } of output.imports) if (kind === "import-statement") closureOf(outputs, path, seen);
  return seen;
}

/** The file of the bundle that a module is the entry of. Throws where it is none. */
function fileOf(outputs: Outputs, module: string): string {
  const [file] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === module) ?? [];
  if (file === undefined)
    throw new Error(`${module} is not loaded by itself any more: it cannot be joined with others`);
  return file;
}

/** All that is loaded by itself and is in no group. */
const OTHERS = "others";

/**
 * The files of the bundle that the same groups need, by a name for these groups; those that most need come first. What a file
 * imports is needed by whoever needs the file, so none of these parts needs a later one.
 */
function partition(outputs: Outputs, groups: Groups): (readonly [name: string, files: readonly string[]])[] {
  const named = new Set(Object.values(groups).flat());
  const isOther = (module: string | undefined): module is string => module !== undefined && !named.has(module);
  const others = Object.values(outputs).flatMap(({ entryPoint }) => (isOther(entryPoint) ? [entryPoint] : []));
  const closures = Object.entries({ ...groups, [OTHERS]: others }).map(
    ([name, modules]) =>
      [name, new Set(modules.flatMap((module) => [...closureOf(outputs, fileOf(outputs, module))]))] as const,
  );
  const parts = new Map<string, string[]>();
  for (const file of new Set(closures.flatMap(([, files]) => [...files]))) {
    const name = closures.flatMap(([group, files]) => (files.has(file) ? [group] : [])).join("-");
    parts.set(name, [...(parts.get(name) ?? []), file]);
  }
  const needs = (name: string): number => name.split("-").length;
  // What none of the groups needs stays in chunks.
  parts.delete(OTHERS);
  return [...parts].toSorted(([left], [right]) => needs(right) - needs(left));
}

/** The name under which a joined file gives what one of its chunks gave. */
const nameOf = (index: number, name: string): string => `c${index}_${name}`;

const list = (exports: readonly string[], specOf: (name: string) => string): string => exports.map(specOf).join(",");

/** What a group takes from its chunks, for the bundler. */
const entryText = (outputs: Outputs, files: readonly string[]): string =>
  files
    .map((file, index) => {
      const names = list(outputs[file]?.exports ?? [], (name) => `${name} as ${nameOf(index, name)}`);
      return `export{${names}}from"./${basename(file)}";`;
    })
    .join("\n");

/** A chunk that is in a joined file now: it gives what it gave. */
const referenceText = (outputs: Outputs, file: string, index: number, name: string): string =>
  `export{${list(outputs[file]?.exports ?? [], (each) => `${nameOf(index, each)} as ${each}`)}}from"./${name}.mjs";\n`;

/** Takes what is in `own` into a file, and what is in a joined one from there; all else stays a file of its own. */
const joined = (own: ReadonlySet<string>, references: ReadonlyMap<string, string>): Plugin => ({
  name: "joined",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) => {
      const chunk = kind !== "dynamic-import" && path.startsWith("./") ? basename(path) : "";
      if (kind === "entry-point" || own.has(chunk)) return undefined;
      return references.has(chunk) ? { path, namespace: "joined" } : { path, external: true };
    });
    onLoad({ filter: /.*/, namespace: "joined" }, ({ path }) => ({ contents: references.get(basename(path)) ?? "" }));
  },
});

const OPTIONS = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node22",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
} as const;

/**
 * Joins the chunks of `groups` in `folder`, which `outputs` describes: whoever needs a group loads no more than it and what it
 * shares with others. Every module still exists once.
 */
export async function joinChunks(
  build: typeof Build,
  { outputs, folder }: { readonly outputs: Outputs; readonly folder: string },
  groups: Groups,
): Promise<void> {
  const references = new Map<string, string>();
  for (const [name, files] of partition(outputs, groups)) {
    await build({
      ...OPTIONS,
      stdin: { contents: entryText(outputs, files), resolveDir: folder },
      outfile: join(folder, `${name}.mjs`),
      plugins: [joined(new Set(files.map((file) => basename(file))), new Map(references))],
    });
    for (const [index, file] of files.entries())
      references.set(basename(file), referenceText(outputs, file, index, name));
  }
  const rest = Object.keys(outputs)
    .map((file) => basename(file))
    .filter((file) => !references.has(file));
  await build({
    ...OPTIONS,
    entryPoints: rest.map((file) => join(folder, file)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    allowOverwrite: true,
    plugins: [joined(new Set(), references)],
  });
  for (const [file, text] of references) await writeFile(join(folder, file), text);
}
