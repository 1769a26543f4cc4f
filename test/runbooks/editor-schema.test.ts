/** The schema for editors: every key is described, values are taken as YAML has them, and an editor's server says what is wrong. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { getLanguageService } from "yaml-language-server";
import { allKinds } from "../../src/phases/kinds/index.ts";
import { editorSchema } from "../../src/runbooks/editor-schema.ts";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { compared, errorsOf } from "../support/differential.ts";

type Json = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const book = readFileSync(join(import.meta.dirname, "../incidents/connector.yaml"), "utf8");

/** The keys without a description, each with where it is; what only says which keys exclude others describes none. */
function undescribed(schema: unknown, path = ""): string[] {
  if (Array.isArray(schema)) return schema.flatMap((part, index) => undescribed(part, `${path}/${index}`));
  if (!isMap(schema)) return [];
  const keys = ["properties", "patternProperties"].flatMap((word) => Object.entries(schema[word] ?? {}));
  const missing = keys.filter(([, value]) => !isMap(value) || typeof value["description"] !== "string");
  const parts = Object.entries(schema).filter(([word]) => word !== "not");
  return [
    ...missing.map(([key]) => `${path}/${key}`),
    ...parts.flatMap(([word, part]) => undescribed(part, `${path}/${word}`)),
  ];
}

it("describes every key, whichever kind has it", () => {
  const { anyOf: _selected, ...schema } = editorSchema();
  expect(undescribed(schema)).toEqual([]);
  expect(allKinds().size).toBeGreaterThan(9);
});

it("is the one that the docs have", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/runbook.schema.json"), "utf8");
  expect(JSON.parse(page)).toEqual(editorSchema());
});

it.each([
  ["a number where whole seconds are", "limit: 60", "limit: 61", true],
  ["a number that is none of seconds", "limit: 60", "limit: 0", false],
  ["a broken number", "limit: 60", "limit: 1.5", false],
  ["a number for a text", "severity:", "version: 2\n    severity:", true],
  ["true for an id", "- id: restart-connector", "- id: true", true],
  ["a number for an id", "- id: restart-connector", "- id: 7", false],
  ["a word for a text", "summary: ", "summary: true #", true],
])("takes %s as lint does", (_what, from, to, isTaken) => {
  const text = book.replace(from, to);
  expect(text).not.toBe(book);
  expect(compared(text)).toEqual({ difference: null, isTaken });
});

it.each([
  ["limit: 60", "limit: 0x3c", "spelling", "write 60"],
  ["limit: 60", "limit: 060", "spelling", "write 60"],
  ["- id: restart-connector", "- id: True", "spelling", "write true"],
  ["- id: restart-connector", "- id:", "empty", "Its name"],
])("what only its spelling makes wrong is against a rule: %s as %s", (from, to, rule, hint) => {
  const text = book.replace(from, to);
  const loaded = loadRunbooks(text, "f.yaml");
  expect(loaded.ok ? [] : loaded.error).toContainEqual(
    expect.objectContaining({ rule, hint: expect.stringContaining(hint) as string }),
  );
  expect(errorsOf(text)).toEqual([]);
});

/** What the server behind most editors says of a text, each thing with its line. */
async function serverSays(text: string, name: string): Promise<string[]> {
  const schema = editorSchema();
  const server = getLanguageService({
    schemaRequestService: () => Promise.resolve(JSON.stringify(schema)),
    workspaceContext: { resolveRelativePath: (path) => path },
  });
  server.configure({
    validate: true,
    yamlVersion: "1.2",
    schemas: [{ uri: "file:///s.json", fileMatch: ["*.yaml"], schema }],
  });
  const problems = await server.doValidation(TextDocument.create(`file:///${name}.yaml`, "yaml", 1, text), false);
  return problems.map(
    ({ range, message }) => `${range.start.line + 1}: ${typeof message === "string" ? message : message.value}`,
  );
}

it("is understood by the YAML server of editors: a good file, and one with two slips", async () => {
  expect(await serverSays(book, "good")).toEqual([]);
  const bad = book.replace("severity:", "severty:").replace("limit: 60", "limit: soon");
  const lineOf = (text: string): number => bad.slice(0, bad.indexOf(text)).split("\n").length;
  const said = await serverSays(bad, "bad");
  expect(said).toContainEqual(`${lineOf("severty:")}: Property severty is not allowed.`);
  expect(said).toContainEqual(expect.stringMatching(new RegExp(`^${lineOf("limit: soon")}: `, "u")));
});
