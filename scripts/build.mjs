// Builds the one bundle that bin/handrail runs. Lazy chunks keep `--help` and `journal list` near Node's own start.
import { existsSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { build } from "esbuild";

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

if (existsSync("src/cli/main.ts")) {
  await rm("dist", { recursive: true, force: true });
  await build({
    entryPoints: { handrail: "src/cli/main.ts", ...(existsSync("src/lab/main.ts") ? { lab: "src/lab/main.ts" } : {}) },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    external: ["better-sqlite3"],
    define: { "process.env.NODE_ENV": '"production"', HANDRAIL_BUILD: JSON.stringify(randomUUID()) },
    plugins: [noDevtools, yogaWithoutFetch],
    banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
    sourcemap: false,
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
  });
}
