/** What a package puts where shells and man look for it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parse } from "yaml";
import { COMMANDS } from "../../src/cli/commands.ts";
import { VERSION } from "../../src/cli/version.ts";
import { bashCompletion } from "./bash.ts";
import { commitOf } from "./commit.ts";
import { fishCompletion } from "./fish.ts";
import { manPage } from "./man.ts";
import { words } from "./words.ts";
import { zshCompletion } from "./zsh.ts";

const shipped = z.object({ runbooks: z.array(z.object({ id: z.string() })) });

/** The texts by their paths below `share/`, for the clone at `root`. */
export function shareFiles(root: string): Readonly<Record<string, string>> {
  const { runbooks } = shipped.parse(parse(readFileSync(join(root, "runbooks.yaml"), "utf8")));
  const table = words(
    COMMANDS,
    runbooks.map(({ id }) => id),
  );
  return {
    "man/man1/handrail.1": manPage(COMMANDS, { version: VERSION, date: commitOf(root)?.date ?? "" }),
    "bash-completion/completions/handrail": bashCompletion(table),
    "zsh/site-functions/_handrail": zshCompletion(table),
    "fish/vendor_completions.d/handrail.fish": fishCompletion(table),
  };
}
