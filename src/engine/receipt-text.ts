/** The receipt as lines: the same words end `run`, `resume` and `undo`, and begin the report. */
import { BASIS_SIGNS, basisText } from "./claims/claim.ts";
import type { EffectLine, Undoable } from "./effects.ts";
import { CRITERION_WORDS } from "./claims/criterion.ts";
import type { Receipt, TargetReceipt } from "./receipt.ts";
import { clean, countText, timeOf } from "./words.ts";

/** One part of the receipt: what it is about, and its lines. */
export interface ReceiptPart {
  readonly title: string;
  readonly lines: readonly string[];
}

/** How a command of Handrail is written here: the name it was started by, and the words that name the site. */
export type CommandText = (words: string) => string;

const VERBS: Readonly<Record<string, string>> = { update: "changed", delete: "deleted", insert: "added" };

/** How something is taken back, as every reader says it. */
export const UNDOABLE: Readonly<Record<Undoable, string>> = {
  yes: "can be undone",
  "in-part": "can be undone in part",
  "by-other-means": "no undo of Handrail's",
  no: "CANNOT be undone",
  "taken-back": "taken back since",
  "taken-back-in-part": "taken back in part since",
};

/** One kind of effect in a line: what, how much of it, by which steps, and what takes it back. */
export function effectText({ what: object, verb, count, undoable, reason, steps }: EffectLine): string {
  const amount = verb === "" ? countText(count, "request") : `${countText(count, "row")} ${VERBS[verb] ?? verb}`;
  const detail = reason === "" ? "" : `: ${clean(reason)}`;
  return `${clean(object)}: ${amount} (${steps.map(clean).join(", ")}); ${UNDOABLE[undoable]}${detail}`;
}

const resultLines = ({ targets }: Receipt): string[] =>
  targets.map(({ label, end }) => `${clean(label)}: ${clean(end.message)}  ${basisText(end)}`);

/** So many lines that differ in their target alone stand each for itself; more of them stand together. */
const MOST_APART = 3;

/** Lines of one kind as one, where they are too many. */
function folded<T>(
  entries: readonly T[],
  nameOf: (entry: T) => string,
  lineOf: (group: readonly T[]) => string,
): string[] {
  const groups = Map.groupBy(entries, nameOf);
  return [...groups.values()].flatMap((group) =>
    group.length > MOST_APART ? [lineOf(group)] : group.map((entry) => lineOf([entry])),
  );
}

/** Names of targets: all of them where they are few, else the first and how many more. */
function namesText(labels: readonly string[]): string {
  const names = labels.slice(0, MOST_APART).map(clean).join(", ");
  return labels.length > MOST_APART ? `${names} and ${labels.length - MOST_APART} more` : names;
}

/** When it came to be known of several: from the first to the last of them. */
function basisOfAll(ends: readonly TargetReceipt["end"][]): string {
  const times = ends.map(({ at: time }) => timeOf(time)).toSorted();
  const [first = "", last = ""] = [times[0], times.at(-1)];
  const { sign, word } = BASIS_SIGNS[ends[0]?.basis ?? "inference"];
  return `[${sign} ${word} ${first === last ? first : `${first} to ${last}`}]`;
}

/** How the targets ended, those of one end together; what is no recovery stands first. */
function foldedResult({ targets }: Receipt): string[] {
  const isWell = ({ end }: TargetReceipt): boolean => end.kind === "recovered";
  const entries = [...targets.filter((target) => !isWell(target)), ...targets.filter(isWell)];
  return folded(
    entries,
    ({ end }) => [end.kind, end.basis, end.message].join("\n"),
    (group) => {
      const names = namesText(group.map(({ label }) => label));
      return `${names}: ${clean(group[0]?.end.message ?? "")}  ${basisOfAll(group.map(({ end }) => end))}`;
    },
  );
}

/** What was seen of the success criteria; of more targets than stand apart what is not met alone. */
function criterionLines({ targets }: Receipt): string[] {
  const isSeveral = targets.length > 1;
  return targets.flatMap(({ label, criteria }) =>
    criteria
      .filter(({ kind }) => targets.length <= MOST_APART || (kind !== "met" && kind !== "not-asked"))
      .map((claim) => {
        const subject = isSeveral ? `${clean(label)}: ` : "";
        return `${subject}${CRITERION_WORDS[claim.kind]}: ${clean(claim.message)}  ${basisText(claim)}`;
      }),
  );
}

/** What is open besides the ends that are no recovery, the same of several targets together. */
function foldedOpen({ open, targets }: Receipt): string[] {
  const ends = new Set(targets.map(({ label, end }) => `${label}: ${end.message}`));
  const entries = open.flatMap((text) => {
    if (ends.has(text)) return [];
    const label = targets.find((target) => text.startsWith(`${target.label}: `))?.label ?? "";
    return [{ label, rest: label === "" ? text : text.slice(label.length + 2) }];
  });
  return folded(
    entries,
    ({ rest }) => rest,
    (group) => {
      const names = namesText(group.map(({ label }) => label).filter(Boolean));
      return `${names}${names === "" ? "" : ": "}${clean(group[0]?.rest ?? "")}`;
    },
  );
}

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

const inputLines = ({ inputs }: Receipt): string[] =>
  inputs.map(({ name, value, by, at: time }) => {
    const person = by === "" ? "by default of the runbook" : `given by ${clean(by)} at ${timeOf(time)}`;
    return `${clean(name)} = ${clean(value)}, ${person}`;
  });

const settledLines = ({ settled: entries }: Receipt): string[] =>
  entries.map(({ message, basis, at: time }) => `${clean(message)}  ${basisText({ basis, at: time })}`);

const brokenLines = ({ broken, targets }: Receipt): string[] =>
  broken.map(({ hold, target, message, at: time, over }) => {
    const label = targets.find(({ key }) => key === target)?.label ?? "";
    const end = over === null ? "" : `; so again when looked at ${timeOf(over)}`;
    return `${clean(hold)} of ${clean(label)}: ${clean(message)}  ${basisText({ basis: "observation", at: time })}${end}`;
  });

const UNCOUNTED =
  "how many rows about itself this run wrote there is not known: its journal has no count, which is made when a run ends or pauses in order";

/** Rows of Handrail's own in the product's own log: what was counted, never what was merely to be written. */
export function logLines({ joblog: log, logged: hasLog }: Pick<Receipt, "joblog" | "logged">): string[] {
  if (!hasLog) return [];
  if (log === null) return [UNCOUNTED];
  const rows = Object.entries(log.rows).map(([table, count]) => `${clean(table)} ${countText(count, "row")}`);
  const backlog =
    log.behind === 0 ? [] : [`${countText(log.behind, "entry", "entries")} not written: ${clean(log.reason)}`];
  return [rows.length === 0 ? "none was written" : rows.join(", "), ...backlog];
}

const openLines = ({ open }: Receipt): string[] =>
  open.length === 0 ? ["nothing that this journal knows of"] : open.map(clean);

/** What people did and said in the run, and what the product's log has of it. */
const courseParts = (receipt: Receipt): ReceiptPart[] => [
  { title: "Was in doubt", lines: settledLines(receipt) },
  { title: "No longer so", lines: brokenLines(receipt) },
  { title: "Approved", lines: approvalLines(receipt, "approved") },
  { title: "Not approved", lines: approvalLines(receipt, "other") },
  { title: "Decided", lines: decisionLines(receipt) },
  { title: "Product log", lines: logLines(receipt) },
];

const present = (parts: readonly ReceiptPart[]): readonly ReceiptPart[] =>
  parts.filter(({ lines }) => lines.length > 0);

/** The parts of a receipt in their order; empty ones are left out, but for what is open. */
export const receiptParts = (receipt: Receipt, command: CommandText): readonly ReceiptPart[] =>
  present([
    { title: "Result", lines: resultLines(receipt) },
    { title: "Inputs", lines: inputLines(receipt) },
    { title: "Effects", lines: effectPart(receipt, command) },
    ...courseParts(receipt),
    { title: "Open", lines: openLines(receipt) },
  ]);

/**
 * The same for a page that is read from its top: what is open and what was done stand before the criteria, and what is said of
 * more than three targets alike stands together.
 */
export const receiptPage = (receipt: Receipt, command: CommandText): readonly ReceiptPart[] =>
  present([
    { title: "Result", lines: foldedResult(receipt) },
    { title: "Open", lines: receipt.open.length === 0 ? openLines(receipt) : foldedOpen(receipt) },
    { title: "Inputs", lines: inputLines(receipt) },
    { title: "Effects", lines: effectPart(receipt, command) },
    { title: "Criteria", lines: criterionLines(receipt) },
    ...courseParts(receipt),
  ]);

/** Columns that the titles of a receipt stand in. */
export const TITLE_COLUMNS = 13;

/** The receipt for a terminal: titles in a column, lines beside them. */
export function receiptLines(receipt: Receipt, command: CommandText): string[] {
  return receiptParts(receipt, command).flatMap(({ title, lines }) =>
    lines.map((line, index) => `${(index === 0 ? title : "").padEnd(TITLE_COLUMNS)}${line}`),
  );
}
