// Builds the one bundle that bin/handrail runs. Lazy chunks keep `--help` and `journal list` near Node's own start.
// The same sources give the same bytes. Without esbuild (`npm ci --omit=dev`) what is built already stays; `--must` fails then.
// `--stale` builds only where the sources are others than those of the bundle.
import { existsSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { commitOf } from "./package/commit.ts";
import { isBuilt, sourcesDigest } from "./package/sources.ts";
import { joinChunks } from "./package/join-chunks.ts";
import { lateCel } from "./package/late-cel.ts";
import { lateTables } from "./package/late-tables.ts";
import { lightBuiltins } from "./package/light-builtins.ts";

/** Ink asks for React's developer tools, which belong in no product: an empty module answers. */
const noDevtools = {
  name: "no-devtools",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: "empty" }));
    onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "export default {}" }));
  },
};

/** Yoga reads its own bytes through `fetch`, which loads all of undici before the first frame; they are right there. */
const yogaWithoutFetch = {
  name: "yoga-without-fetch",
  setup({ onLoad }) {
    onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source.replaceAll('"function"!=typeof fetch', "true");
      if (contents === source) throw new Error("Yoga no longer asks for fetch in the way that this build knows");
      return { contents };
    });
  },
};

/** esbuild, or null where development dependencies were left out. */
async function bundler() {
  try {
    return await import("esbuild");
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    return null;
  }
}

/** Commit and day of what is built; empty where that is not known. */
function commitText() {
  const commit = commitOf(root);
  return commit === null ? "" : `${commit.id}, ${commit.date}`;
}

/** What the list of runs always needs: it is in its one file. All else that is loaded on the way is the program's chunk. */
const ON_THE_LIST = new Set(["src/cli/commands/journal.ts", "src/cli/commands/journal-list.ts"]);

/** Takes what is imported only where it is needed from the chunks of the program. */
const fromChunks = ({ outputs }) => ({
  name: "from-chunks",
  setup({ onResolve, resolve: find }) {
    const chunks = new Map(
      Object.entries(outputs).map(([file, { entryPoint }]) => [entryPoint, `./${basename(file)}`]),
    );
    onResolve({ filter: /^\./ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind !== "dynamic-import" || pluginData === "found") return undefined;
      const { path: file } = await find(path, { kind, resolveDir, pluginData: "found" });
      const source = relative(root, file);
      const chunk = chunks.get(source);
      return chunk === undefined || ON_THE_LIST.has(source) ? undefined : { path: chunk, external: true };
    });
  },
});

/** What is loaded together: by every command that knows the kinds of steps, for the first frame, to begin a run, and to ask a site. */
const TOGETHER = {
  base: ["src/cli/program.ts", "src/cli/packs.ts", "src/phases/kinds/index.ts", "src/packs/appliance/kinds/index.ts"],
  console: ["src/cli/commands/console.ts", "src/ui/theme.ts"],
  // By itself: Ink decides about colours as it is loaded, and is told before.
  screen: ["src/ui/open.tsx"],
  run: ["src/cli/commands/run.ts", "src/cli/commands/plan.ts", "src/cli/session/new-run.ts"],
  site: [
    "src/cli/site/config.ts",
    "src/packs/appliance/site-schema.ts",
    "src/cli/session/site-ports.ts",
    "src/packs/appliance/connections/connect.ts",
    "src/cli/console/offer.ts",
    "src/packs/appliance/board/read.ts",
    "src/runbooks/explain.ts",
  ],
};

/**
 * better-sqlite3 in our own files: a dozen less to find. Its library for this machine stays where it was installed, which is
 * beside us, if nobody installed it for several programs at once.
 */
const sqliteInside = {
  name: "sqlite-inside",
  setup({ onLoad }) {
    onLoad({ filter: /better-sqlite3\/lib\/binding\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source.replaceAll("path.join(__dirname, '..',", "path.join(folder(),");
      if (contents === source)
        throw new Error("better-sqlite3 no longer finds its library in the way that this build knows");
      const beside = 'path.join(__dirname, "../node_modules/better-sqlite3")';
      const anywhere = 'path.dirname(require.resolve("better-sqlite3/package.json"))';
      return {
        contents: `const folder = () => { const beside = ${beside}; return fs.existsSync(beside) ? beside : ${anywhere}; };\n${contents}`,
      };
    });
  },
};

/** The program in chunks, the same in one file for the list of runs, and what decides between them. */
async function bundle({ build }) {
  await rm("dist", { recursive: true, force: true });
  const program = { program: "src/cli/program.ts", lab: "src/packs/appliance/lab/main.ts" };
  const { metafile } = await build({ ...options(), entryPoints: program, splitting: true, metafile: true });
  const list = { ...options(), entryPoints: { list: "src/cli/list.ts" } };
  await build({ ...list, plugins: [...list.plugins, fromChunks(metafile)] });
  await joinChunks(build, { outputs: metafile.outputs, folder: resolve("dist") }, TOGETHER);
  await build({
    ...options(),
    banner: {},
    entryPoints: { handrail: "src/cli/start.ts" },
    define: { ...options().define, HANDRAIL_PROGRAM: '"./program.mjs"', HANDRAIL_LIST: '"./list.mjs"' },
    external: ["./program.mjs", "./list.mjs"],
  });
  return metafile;
}

function options() {
  return {
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    define: {
      "process.env.NODE_ENV": '"production"',
      HANDRAIL_BUILD: JSON.stringify(sourcesDigest(root)),
      HANDRAIL_COMMIT: JSON.stringify(commit),
    },
    plugins: [noDevtools, yogaWithoutFetch, sqliteInside, lateTables, lightBuiltins, lateCel],
    // Making one costs every file that is loaded, and hardly any of them calls it.
    banner: {
      js: 'let __r;const __m=()=>__r??=process.getBuiltinModule("node:module").createRequire(import.meta.url),require=(name)=>__m()(name);require.resolve=(name)=>__m().resolve(name);const __dirname=import.meta.dirname;',
    },
    sourcemap: false,
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: true,
    keepNames: false,
    legalComments: "none",
    logLevel: "warning",
  };
}

/** What the launcher prints without a start of Node. */
async function writeTexts() {
  const { helpTexts } = await import("./package/help-texts.ts");
  await mkdir("dist/help", { recursive: true });
  for (const [name, text] of helpTexts(commit)) await writeFile(`dist/help/${name}.sh`, text);
}

/** What else has to lie beside the bundle: the lab's tables, the notices of others, and what the bundle is made of. */
async function besides(metafile) {
  const [{ partsOf }, { noticesText }, { sbomText }] = await Promise.all([
    import("./package/parts.ts"),
    import("./package/notices.ts"),
    import("./package/sbom.ts"),
  ]);
  await writeTexts();
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const parts = partsOf(
    root,
    bundled.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file),
  );
  await copyFile("src/packs/appliance/lab/schema.sql", "dist/schema.sql");
  await writeFile("dist/THIRD-PARTY-NOTICES.txt", noticesText(parts));
  await writeFile("dist/sbom.cdx.json", sbomText(version, parts));
}

const root = process.cwd();
const commit = commitText();
if (process.argv.includes("--stale") && isBuilt(root)) process.exit();
const esbuild = await bundler();
if (esbuild !== null) await besides(await bundle(esbuild));
else if (process.argv.includes("--must")) throw new Error("esbuild is missing; run: npm ci");
else if (!existsSync("dist/handrail.mjs"))
  console.error(
    "handrail: nothing is built, since esbuild is not there (development dependencies were left out). A clone needs them: npm ci",
  );
