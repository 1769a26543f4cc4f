/** Writes the pages that are made from code: `docs/commands.md`, `docs/keys.md`, `docs/runbook.schema.json`, pictures. `--check` only compares. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { COMMANDS } from "../src/cli/commands.ts";
import { EXIT_TEXT } from "../src/cli/exit.ts";
import { keysPage } from "../src/ui/footer.ts";
import { pictures } from "./pictures.ts";
import { receiptSchema } from "../src/engine/receipt-schema.ts";
import { fileSchema } from "../src/runbooks/schema.ts";

function commandsPage(): string {
  const lines = ["# Commands", "", "Made from the command table; `npm run docs` writes it again.", ""];
  for (const { usage, says, options } of COMMANDS) {
    lines.push(
      `## handrail ${usage.split(" ")[0] ?? ""}`,
      "",
      `    handrail ${usage}`,
      "",
      `${says[0]?.toUpperCase() ?? ""}${says.slice(1)}.`,
      "",
    );
    for (const [name, spec] of Object.entries(options)) {
      const dashed = name.length === 1 ? `-${name}` : `--${name}`;
      lines.push(`- \`${spec.takes === undefined ? dashed : `${dashed} ${spec.takes}`}\`: ${spec.says}`);
    }
    if (Object.keys(options).length > 0) lines.push("");
  }
  lines.push("## Exit codes", "", ...EXIT_TEXT.map(([code, text]) => `- **${code}** ${text}`), "");
  return lines.join("\n");
}

const pages: Record<string, string> = {
  "docs/commands.md": commandsPage(),
  "docs/keys.md": keysPage(),
  "docs/receipt.schema.json": `${JSON.stringify(z.toJSONSchema(receiptSchema), null, 2)}\n`,
  "docs/runbook.schema.json": `${JSON.stringify(z.toJSONSchema(fileSchema, { io: "input", unrepresentable: "any" }), null, 2)}\n`,
};

Object.assign(pages, pictures(new URL("../", import.meta.url)));
const check = process.argv.includes("--check");
for (const [file, text] of Object.entries(pages)) {
  const path = new URL(`../${file}`, import.meta.url);
  if (!check) {
    mkdirSync(new URL(".", path), { recursive: true });
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${file} is not what the code says; run: npm run docs`);
    process.exitCode = 1;
  }
}
