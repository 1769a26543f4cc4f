/** `docs/step-kinds.md`: the step kinds, as each declares itself. */
import { broken, PAGE_WIDTH } from "../src/cli/terminal/paragraphs.ts";
import type { ChangeKind } from "../src/phases/change-kind.ts";
import type { Fields, FieldType, NamedField } from "../src/phases/field.ts";
import { allKinds } from "../src/phases/kinds/index.ts";
import type { ChangeSpec } from "../src/phases/spec.ts";
import type { StepKind } from "../src/phases/step-kind.ts";

const FIELD_TEXT: Readonly<Record<NamedField, string>> = {
  text: "an expression, a text",
  "optional-text": "an expression, a text; may be left out",
  int: "an expression, a whole number",
  texts: "an expression, a list of texts",
  params: "expressions by name; may be left out",
  sql: "a statement; `:name` stands for a value of `params`",
  touches: "what it may reach: `{table, rows: {exactly|at_most}, within: {column, in}}`",
  columns: "the columns of its rows by name: `text`, `int` or `bool`",
  each: "one question for each value: `{param, in}`; may be left out",
  seconds: "whole seconds",
  "optional-seconds": "whole seconds; may be left out",
  args: "a program by its whole path, then its arguments, each a text with `${…}`",
  exits: "exit codes that are an answer, 0 where none are named; may be left out",
  connection: "a connection of the site; may be left out where the only one is meant, or the first database",
  path: "the path of the request behind the connection's URL; each `${…}` is a value, encoded",
  query: "expressions by the names of its parameters, encoded; a list is the same parameter again; may be left out",
  body: "maps and lists whose leaves are expressions, sent as JSON; may be left out",
  member: "names of fields from the answer inwards, with dots, `*` for each; may be left out",
  members: "such names by column; may be left out",
  names: "names of columns; may be left out",
  codes: "status codes, 200 to 299 where it is left out",
  job: "`{id, poll, query, done, failed, message}`; may be left out",
  lines: "sentences, which may hold `${…}`: a list, or a text with a line for each",
  probe: "a probe; may be left out",
};

const typeText = (type: FieldType): string => {
  if (typeof type === "string") return FIELD_TEXT[type];
  return type instanceof RegExp
    ? `a text like \`${type.source}\``
    : `${type.map((word) => `\`${word}\``).join(" or ")}; may be left out`;
};

const item = (text: string): string[] => broken(text, PAGE_WIDTH, "- ", "  ");

function formLines(head: string, fields: Fields): string[] {
  const parts = Object.entries(fields).map(([field, type]) => `\`${field}\` (${typeText(type)})`);
  return item(`${head}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`);
}

const opText = (op: string, lists: StepKind["lists"]): string =>
  op === "" || op === lists?.op ? "" : ` \`op: ${op}\``;

/** Operations with the same fields are told once. */
function formGroups(forms: Readonly<Record<string, Fields>>): [string[], Fields][] {
  const groups = new Map<Fields, string[]>();
  for (const [op, fields] of Object.entries(forms)) groups.set(fields, [...(groups.get(fields) ?? []), op]);
  return [...groups].map(([fields, ops]) => [ops, fields]);
}

const opsText = (ops: readonly string[], lists: StepKind["lists"]): string =>
  ops.map((op) => opText(op, lists)).join(",");

function changeLines(change: ChangeKind<ChangeSpec> | null, lists: StepKind["lists"]): string[] {
  if (change === null) return [];
  const { forms, counterpart, looks, limit } = change;
  return [
    ...formGroups(forms).flatMap(([ops, fields]) => formLines(`**changes**${opsText(ops, lists)}`, fields)),
    ...item(`asks ${counterpart}, and waits ${limit} s where the step names no \`limit\``),
    ...item(`after a lost answer it looks at ${looks}`),
  ];
}

const rowLines = ({ rows = {} }: StepKind): string[] =>
  Object.entries(rows).flatMap(([name, fields]) =>
    item(
      `a row ${name}: ${Object.entries(fields)
        .map(([field, type]) => `\`${field}\` (${type})`)
        .join(", ")}`,
    ),
  );

function kindLines([id, kind]: [string, StepKind]): string[] {
  const { summary, reads, change, lists } = kind;
  const questions = Object.entries(reads).flatMap(([op, { fields, answer, counterpart }]) => [
    ...formLines(`**looks**${opText(op, lists)}`, fields),
    ...item(
      `\`result\` is ${answer === "rows" ? "a list of rows with these columns" : `\`${answer}\``}; ${counterpart === null ? "nobody is asked" : `${counterpart} is asked`}`,
    ),
  ]);
  return [
    `## ${id}`,
    "",
    ...broken(summary, PAGE_WIDTH),
    "",
    ...questions,
    ...changeLines(change, lists),
    ...rowLines(kind),
    "",
  ];
}

/** The lines of the page below its title. */
export const kindsPage = (): readonly string[] => [...allKinds()].flatMap(kindLines);
