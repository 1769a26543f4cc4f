/** The receipt as lines: the same words end `run`, `resume` and `undo`, and begin the report. */
import { basisText } from "./claims/claim.ts";
import type { EffectLine, Undoable } from "./effects.ts";
import type { Receipt } from "./receipt.ts";
import { clean, countText, timeOf } from "./words.ts";

/** One part of the receipt: what it is about, and its lines. */
export interface ReceiptPart {
  readonly title: string;
  readonly lines: readonly string[];
}

/** How a command of Handrail is written here: the name it was started by, and the words that name the site. */
export type CommandText = (words: string) => string;

const VERBS: Readonly<Record<string, string>> = { update: "changed", delete: "deleted", insert: "added" };

const UNDOABLE: Readonly<Record<Undoable, string>> = {
  yes: "can be undone",
  "in-part": "can be undone in part",
  "by-other-means": "no undo of Handrail's",
  no: "CANNOT be undone",
  "taken-back": "taken back since",
  "taken-back-in-part": "taken back in part since",
};

function effectText({ what: object, verb, count, undoable, reason, steps }: EffectLine): string {
  const amount = verb === "" ? countText(count, "request") : `${countText(count, "row")} ${VERBS[verb] ?? verb}`;
  const detail = reason === "" ? "" : `: ${clean(reason)}`;
  return `${clean(object)}: ${amount} (${steps.map(clean).join(", ")}); ${UNDOABLE[undoable]}${detail}`;
}

const resultLines = ({ targets }: Receipt): string[] =>
  targets.map(({ label, end }) => `${clean(label)}: ${clean(end.message)}  ${basisText(end)}`);

function effectPart(receipt: Receipt, command: CommandText): string[] {
  const undo = receipt.undo ? [`take back what can be, rows shown first: ${command(`undo ${receipt.run_id}`)}`] : [];
  return [
    `${clean(receipt.effect.message)}  ${basisText(receipt.effect)}`,
    ...receipt.effects.map(effectText),
    ...undo,
  ];
}

function approvalLines({ approvals }: Receipt, group: "approved" | "other"): string[] {
  const hits = approvals.filter(({ result }) => (result === "approved") === (group === "approved"));
  return hits.map(({ title, steps, result, by, method, message, risk, at: time, page_digest }) => {
    const person = by === "" ? "nobody answered" : `${clean(by)}${method === "" ? "" : ` (${clean(method)})`}`;
    const word = group === "approved" || result === "open" ? "" : ` ${result} by`;
    const detail = message === "" ? "" : `: ${clean(message)}`;
    return `${clean(title)}, ${countText(steps, "step")}, risk ${risk}:${word} ${person} ${timeOf(time)}, page ${page_digest.slice(0, 12)}${detail}`;
  });
}

const decisionLines = ({ decisions, targets }: Receipt): string[] =>
  decisions.map(({ gate, choice, by, method, note, target, at: time }) => {
    const label = targets.find(({ key }) => key === target)?.label ?? "all";
    const person = by === "" ? method : `${clean(by)} ${method}`;
    return `${clean(gate)} of ${clean(label)}: ${clean(choice)}, ${person} ${timeOf(time)}${note === "" ? "" : `: ${clean(note)}`}`;
  });

const settledLines = ({ settled: entries }: Receipt): string[] =>
  entries.map(({ message, basis, at: time }) => `${clean(message)}  ${basisText({ basis, at: time })}`);

const brokenLines = ({ broken, targets }: Receipt): string[] =>
  broken.map(({ hold, target, message, at: time, over }) => {
    const label = targets.find(({ key }) => key === target)?.label ?? "";
    const end = over === null ? "" : `; so again when looked at ${timeOf(over)}`;
    return `${clean(hold)} of ${clean(label)}: ${clean(message)}  ${basisText({ basis: "observation", at: time })}${end}`;
  });

/** Rows of Handrail's own in the product's own log: what was counted, never what was merely to be written. */
function logLines({ joblog: log, logged: hasLog }: Receipt): string[] {
  if (!hasLog) return [];
  if (log === null) return ["not known: no count of them was written down"];
  const rows = Object.entries(log.rows).map(([table, count]) => `${clean(table)} ${countText(count, "row")}`);
  const backlog =
    log.behind === 0 ? [] : [`${countText(log.behind, "entry", "entries")} not written: ${clean(log.reason)}`];
  return [rows.length === 0 ? "none was written" : rows.join(", "), ...backlog];
}

const openLines = ({ open }: Receipt): string[] =>
  open.length === 0 ? ["nothing that this journal knows of"] : open.map(clean);

/** The parts of a receipt in their order; empty ones are left out, but for what is open. */
export function receiptParts(receipt: Receipt, command: CommandText): readonly ReceiptPart[] {
  const parts: ReceiptPart[] = [
    { title: "Result", lines: resultLines(receipt) },
    { title: "Effects", lines: effectPart(receipt, command) },
    { title: "Was in doubt", lines: settledLines(receipt) },
    { title: "No longer so", lines: brokenLines(receipt) },
    { title: "Approved", lines: approvalLines(receipt, "approved") },
    { title: "Not approved", lines: approvalLines(receipt, "other") },
    { title: "Decided", lines: decisionLines(receipt) },
    { title: "Product log", lines: logLines(receipt) },
    { title: "Open", lines: openLines(receipt) },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

/** Columns that the titles of a receipt stand in. */
export const TITLE_COLUMNS = 13;

/** The receipt for a terminal: titles in a column, lines beside them. */
export function receiptLines(receipt: Receipt, command: CommandText): string[] {
  return receiptParts(receipt, command).flatMap(({ title, lines }) =>
    lines.map((line, index) => `${(index === 0 ? title : "").padEnd(TITLE_COLUMNS)}${line}`),
  );
}
