/**
 * Writes the pages that are made from code: `docs/commands.md`, `docs/topics.md`, `docs/keys.md`, `docs/step-kinds.md`,
 * `docs/runbook-rules.md`, schemas, pictures; and fills
 * those made by hand again where a line is wider than 120 columns. `--check` only compares.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import type { CommandSpec, OptionSpec } from "../src/cli/command.ts";
import { COMMANDS } from "../src/cli/commands.ts";
import { loadKinds, pack } from "../src/cli/packs.ts";
import { EXIT_TEXT } from "../src/engine/exit.ts";
import { broken, PAGE_WIDTH, pageLines } from "../src/cli/terminal/paragraphs.ts";
import { TOPICS } from "../src/cli/topics/index.ts";
import { keysPage } from "../src/ui/footer.ts";
import { loadFile } from "../src/cli/runbook/file.ts";
import { shippedFile } from "../src/cli/runbook/source.ts";
import { explain } from "../src/runbooks/explain.ts";
import { filled, wideLines } from "./fill.ts";
import { kindsPage } from "./kinds-page.ts";
import { pictures } from "./pictures.ts";
import { rulesPage } from "./rules-page.ts";
import { receiptSchema } from "../src/engine/receipt-schema.ts";
import { editorSchema } from "../src/runbooks/editor-schema.ts";

await loadKinds();

const optionLines = ([name, { takes, says }]: [string, OptionSpec]): string[] => {
  const dashed = name.length === 1 ? `-${name}` : `--${name}`;
  return broken(`\`${takes === undefined ? dashed : `${dashed} ${takes}`}\`: ${says}`, PAGE_WIDTH, "- ", "  ");
};

function commandLines({ name, usage, says, options, examples }: CommandSpec): string[] {
  const listed = Object.entries(options).flatMap(optionLines);
  return [
    `## handrail ${name}`,
    "",
    ...broken(`handrail ${usage}`, PAGE_WIDTH, "    ", "        "),
    "",
    ...broken(`${says[0]?.toUpperCase() ?? ""}${says.slice(1)}.`, PAGE_WIDTH),
    "",
    ...(listed.length > 0 ? [...listed, ""] : []),
    "Examples:",
    "",
    ...examples.flatMap(({ words, does }) => [`    handrail ${words}`, "", ...broken(does, PAGE_WIDTH), ""]),
  ];
}

const page = (title: string, from: string, lines: readonly string[]): string =>
  `${[`# ${title}`, "", `Made from ${from}; \`npm run docs\` writes it again.`, "", ...lines].join("\n").trimEnd()}\n`;

const exitLines = EXIT_TEXT.flatMap(([code, text]) => broken(`**${code}** ${text}`, PAGE_WIDTH, "- ", "  "));
const commandsPage = page("Commands", "the command table", [
  ...COMMANDS.flatMap(commandLines),
  "## Exit codes",
  "",
  ...exitLines,
]);

const topicsPage = page(
  "Topics",
  "what `handrail help TOPIC` says",
  TOPICS.flatMap(({ name, says, text }) => [
    `## ${name}`,
    "",
    ...broken(`${says[0]?.toUpperCase() ?? ""}${says.slice(1)}.`, PAGE_WIDTH),
    "",
    ...pageLines(text),
  ]),
);

const pages: Record<string, string> = {
  "docs/commands.md": commandsPage,
  "docs/topics.md": topicsPage,
  "docs/keys.md": keysPage(
    loadFile(shippedFile()).runbooks.map(({ runbook }) => explain(runbook)),
    pack.words,
  ),
  "docs/step-kinds.md": page("Step kinds", "what each kind declares", kindsPage()),
  "docs/runbook-rules.md": page("Rules of runbooks", "the rules of lint", rulesPage()),
  "docs/receipt.schema.json": `${JSON.stringify(z.toJSONSchema(receiptSchema), null, 2)}\n`,
  "docs/runbook.schema.json": `${JSON.stringify(editorSchema(), null, 2)}\n`,
};

const top = new URL("../", import.meta.url);
Object.assign(pages, pictures(top));
const byHand = ["README.md", ...readdirSync(new URL("docs", top)).map((name) => `docs/${name}`)]
  .filter((file) => file.endsWith(".md") && pages[file] === undefined)
  .map((file) => [file, filled(readFileSync(new URL(file, top), "utf8"))]);

const check = process.argv.includes("--check");
for (const [file, text] of [...Object.entries(pages), ...(byHand as [string, string][])]) {
  const path = new URL(file, top);
  const wide = file.endsWith(".md") ? wideLines(text) : [];
  if (wide.length > 0) {
    console.error(`${file} has lines wider than ${PAGE_WIDTH} columns; break them:\n  ${wide.join("\n  ")}`);
    process.exitCode = 1;
  }
  if (!check) {
    mkdirSync(new URL(".", path), { recursive: true });
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${file} is not what the code says, or has lines that are too wide; run: npm run docs`);
    process.exitCode = 1;
  }
}
