/** `docs/step-kinds.md`: the step kinds, as each declares itself. */
import { broken, PAGE_WIDTH } from "../src/cli/terminal/paragraphs.ts";
import { VERIFY_LOOKS } from "../src/engine/attempt.ts";
import type { ChangeKind } from "../src/phases/change-kind.ts";
import type { Fields } from "../src/phases/field.ts";
import { allKinds } from "../src/phases/kinds/index.ts";
import type { ChangeSpec } from "../src/phases/spec.ts";
import type { StepKind } from "../src/phases/step-kind.ts";
import { typeText } from "../src/runbooks/descriptions/describe.ts";

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
  const { forms, counterpart, looks, limit, every, instructions } = change;
  const proof = `\`verify\` is asked ${VERIFY_LOOKS} times at most, ${every} s apart`;
  return [
    ...formGroups(forms).flatMap(([ops, fields]) => formLines(`**changes**${opsText(ops, lists)}`, fields)),
    ...item(`asks ${counterpart}, and waits ${limit} s where the step names no \`limit\``),
    ...(instructions === undefined ? item(proof) : []),
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
