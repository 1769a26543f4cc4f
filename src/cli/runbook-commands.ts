/** The commands about files of runbooks, which ask no world. */
import type { CommandSpec } from "./command.ts";
import { file, json, site } from "./command-options.ts";
import { EXAMPLES } from "./examples.ts";

export const RUNBOOK_COMMANDS: readonly CommandSpec[] = [
  {
    name: "explain",
    usage: "explain RUNBOOK [--json]",
    says: "say in plain sentences what a runbook would do, without asking the world",
    options: { ...json, ...file },
    rest: { least: 1, most: 1 },
    examples: EXAMPLES.explain,
    load: () => import("./commands/explain.ts"),
  },
  {
    name: "runbooks",
    usage: "runbooks [--file FILE] [--json]",
    says: "list every runbook that there is, with the file that it comes from; files that are broken, too",
    options: { ...json, ...site, ...file },
    rest: { least: 0, most: 0 },
    examples: EXAMPLES.runbooks,
    load: () => import("./commands/runbooks.ts"),
  },
  {
    name: "lint",
    usage: "lint [FILE... | --file FILE]",
    says: "check files of runbooks, or all of a folder, the shipped one without a name; every problem with its place",
    options: { ...json, file: { takes: "FILE", multiple: true, says: "the same as FILE alone" } },
    rest: { least: 0, most: 100 },
    examples: EXAMPLES.lint,
    load: () => import("./commands/lint.ts"),
  },
  {
    name: "diff",
    usage: "diff OLD NEW [--json]",
    says: "say in plain sentences what a change of a file of runbooks changes: effects first, then checks, then words",
    options: json,
    rest: { least: 2, most: 2 },
    examples: EXAMPLES.diff,
    load: () => import("./commands/diff.ts"),
  },
];
