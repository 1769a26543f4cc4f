/**
 * Evaluates the language of expressions when the first one is compiled, and not as the program is loaded: it fills its tables of
 * operators and functions then, which a first frame and most commands do without.
 */
import type { Plugin } from "esbuild";

const NAME = "@marcbachmann/cel-js";

/** The one class that is used of it: making the first one evaluates the module. */
const TEXT = `let made;
export const Environment = new Proxy(class {}, {
  construct: (_none, args) => Reflect.construct((made ??= require("${NAME}")).Environment, args),
});`;

export const lateCel: Plugin = {
  name: "late-cel",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^${NAME}$`) }, ({ kind, path }) =>
      kind === "import-statement" ? { path, namespace: "late" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "late" }, () => ({ contents: TEXT, resolveDir: import.meta.dirname }));
  },
};
