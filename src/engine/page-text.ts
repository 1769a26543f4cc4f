/** An approval page as text: what will happen to what, what it would hit, what cannot be undone. */
import type { ApprovalPage, PageEntry } from "./page.ts";
import type { Question } from "./operator-port.ts";
import type { JsonObject } from "../phases/json.ts";
import type { ChangePreview } from "../phases/sql-port.ts";
import { previewLines, wrap } from "./diff-lines.ts";
import { clean, counted } from "./words.ts";

/** The rows that an undo carries are shown as rows, not as one text of any length. */
const short = (text: string): string =>
  text.length <= 1000 ? text : `${text.slice(0, 200)}… (${text.length} characters)`;

/** The exact request of an entry: the statement with its values, or the call. */
export function requestLines(request: JsonObject): string[] {
  if (typeof request["sql"] === "string") {
    const values = Object.entries((request["values"] ?? {}) as Record<string, unknown>);
    const shown = values.map(
      ([name, value]) =>
        `:${name} = ${clean(value === null ? "NULL" : Array.isArray(value) ? value.join(", ") : short(String(value)))}`,
    );
    return [clean(request["sql"]).replace(/\s+/gu, " "), ...shown];
  }
  if (typeof request["command"] === "string") {
    const params = Object.entries((request["params"] ?? {}) as Record<string, string>);
    return [
      `CloudStack ${clean(request["command"])} ${params.map(([name, value]) => `${name}=${clean(value)}`).join(" ")}`,
    ];
  }
  if (typeof request["script"] === "string") {
    const lines = request["script"].trimEnd().split("\n").length;
    return [`a shell text of ${lines} lines, as it stands; \`handrail explain\` shows it whole`];
  }
  if (typeof request["op"] === "string") {
    const vm = request["vm"] === "" ? "" : ` to VM ${clean(String(request["vm"]))}`;
    return [`Volume Daemon ${clean(request["op"])} ${clean(String(request["volume"]))}${vm}`];
  }
  return [];
}

function entryLines(entry: PageEntry, number: number): string[] {
  const lines = [`  ${number}. ${clean(entry.title)}`];
  for (const line of requestLines(entry.request)) lines.push(`       ${line}`);
  if (entry.preview !== null) {
    const preview = entry.preview as unknown as ChangePreview;
    for (const line of previewLines(preview, { width: 75 })) lines.push(`     ${line}`);
    for (const why of preview.raises ?? [])
      lines.push(...wrap(`     NEEDS THE TYPED NAME: ${clean(why)}`, 80, "       "));
  } else if (entry.request["joblog"] === true) lines.push(`       ${clean(entry.says)}`);
  if (entry.cannot_undo !== null) lines.push(`     CANNOT BE UNDONE: ${clean(entry.cannot_undo)}`);
  return lines;
}

/** The page, without the prompt below it. */
export function pageLines(page: ApprovalPage): string[] {
  const count = page.sections.reduce((sum, section) => sum + section.entries.length, 0);
  const lines = [
    `=== Approval needed: ${clean(page.title)} ===`,
    `    ${counted(count, "step")} for ${counted(page.sections.length, "VM")}; nothing of it has been done yet`,
  ];
  for (const section of page.sections) {
    lines.push(`${clean(section.label)}  (${clean(section.target)})`);
    for (const [at, entry] of section.entries.entries()) lines.push(...entryLines(entry, at + 1));
  }
  if (page.risk === "destroy") lines.push("This page holds steps that cannot be undone.");
  return lines;
}

/** A question with its choices, each under the key that picks it. */
export function questionLines(question: Question): string[] {
  const lines = [`=== Decision needed for ${clean(question.label)} ===`, ...question.question.split("\n").map(clean)];
  for (const [at, choice] of question.choices.entries())
    lines.push(`  ${at + 1}  ${choice.id === String(at + 1) ? "" : `${choice.id}: `}${clean(choice.title)}`);
  return lines;
}
