/**
 * Node's own modules without what importing one as an ES module costs: its whole list of exports is made then, and with it some
 * sixty modules that nobody asked for. What only a few commands use (hashing, other programs) is loaded at its first call.
 */
import { builtinModules, createRequire } from "node:module";
import type { Plugin } from "esbuild";

/** Modules that are used through their functions alone, and by nothing as it is loaded. */
const LATE: ReadonlySet<string> = new Set(["crypto", "child_process", "tty"]);

const require = createRequire(import.meta.url);

/** What a module exports under a name that can be imported. */
const namesOf = (name: string): string[] =>
  Object.getOwnPropertyNames(require(`node:${name}`)).filter((key) => /^[a-z_]\w*$/iu.test(key) && key !== "default");

/** How a late function finds its module as it is called; a class can be made as before. */
const LATE_TEXT = `(key) => function (...args) {
  const found = $module()[key];
  return new.target ? Reflect.construct(found, args) : Reflect.apply(found, this, args);
}`;

/** A module of Node's as a module that a bundler takes apart: of its exports only what is imported stays. */
function textOf(name: string): string {
  const read = LATE.has(name) ? LATE_TEXT : "(key) => $module()[key]";
  return [
    `const $module = () => process.getBuiltinModule("node:${name}");`,
    `const $read = ${read};`,
    ...namesOf(name).map((key) => `export const ${key} = /* @__PURE__ */ $read("${key}");`),
    LATE.has(name)
      ? "export default /* @__PURE__ */ new Proxy({}, { get: (_none, key) => $module()[key] });"
      : "export default /* @__PURE__ */ $module();",
  ].join("\n");
}

/** Imports of Node's modules as this file says. */
export const lightBuiltins: Plugin = {
  name: "light-builtins",
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules);
    onResolve({ filter: /^(?:node:)?[a-z_]+(?:\/[a-z]+)?$/ }, ({ path, kind }) => {
      const name = path.replace("node:", "");
      return kind === "import-statement" && names.has(name) ? { path: name, namespace: "builtin" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: textOf(path) }));
  },
};
