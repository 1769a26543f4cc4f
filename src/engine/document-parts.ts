/**
 * An approval document as parts of a page with keys: what is the same of several steps is said once, and what need not be
 * seen to approve is folded. What is approved is never folded: the requests and rows, each with its values, what cannot be
 * undone, what has no preview, shell texts. Folded is what only explains.
 */
import { findKind } from "../phases/kinds/index.ts";
import type { Act, ApprovalDocument, DocumentStep, DocumentTarget } from "./approval-document.ts";
import { lostLines } from "./document-context.ts";
import { groupsOf, templateOf, type StepGroup } from "./document-groups.ts";
import {
  identityLines,
  inputsOnPage,
  line,
  nameOf,
  previewTone,
  summaryLines,
  wayBackText,
  type DocumentLine,
} from "./document-lines.ts";
import { cellsOnce, INDENT, rowsOf } from "./document-rows.ts";
import { isSeen } from "./document-step.ts";
import { START } from "./state.ts";
import { clean, countText } from "./words.ts";
import { countTargets } from "../phases/target-noun.ts";

/** Lines of a page that stand or fold together. */
export interface DocumentPart {
  readonly lines: readonly DocumentLine[];
  /** What stands there while they are folded; null for lines that always stand. */
  readonly head: DocumentLine | null;
}

const shown = (...lines: readonly DocumentLine[]): DocumentPart => ({ lines, head: null });

/** Lines behind a head. A single one takes no more room than its head would. */
const foldable = (head: DocumentLine, lines: readonly DocumentLine[]): DocumentPart[] =>
  lines.length === 0 ? [] : [{ lines, head: lines.length === 1 ? null : head }];

/** What a step needs, and how it is taken back where its title does not say it. */
function demandLines({ raises, undo }: DocumentStep): DocumentLine[] {
  const tone = undo.kind === "none" ? "danger" : undo.kind === "partial" ? "waiting" : "muted";
  const way = undo.kind === "complete" ? [] : [line(tone, `${INDENT}${wayBackText(undo)}`, 5)];
  return [...raises.map((reason) => line("danger", `${INDENT}NEEDS THE TYPED NAME: ${clean(reason)}`, 5)), ...way];
}

/** Lines of every member, what differs of them in holes: `common` says which of them are the same. */
interface Comparison {
  readonly common: readonly DocumentLine[];
  readonly own: readonly (readonly DocumentLine[])[];
  /** The words of each member that stand for the holes of the common lines. */
  readonly values: readonly (readonly string[])[];
}

type ToneOf = (text: string) => DocumentLine["tone"];

/** Compares lines of the members one by one; where they have not as many, each keeps all of its own. */
function compare(all: readonly (readonly string[])[], toneOf: ToneOf, hasHoles: boolean): Comparison {
  const [first = []] = all;
  const draw = (text: string, indent = INDENT): DocumentLine => line(toneOf(text), `${indent}${text}`, 5);
  const own = all.map((): DocumentLine[] => []);
  const values = all.map((): string[] => []);
  if (all.some((texts) => texts.length !== first.length))
    return { common: [], own: all.map((texts) => texts.map((text) => draw(text, `${INDENT}  `))), values };
  const common = first.flatMap((_unused, index): DocumentLine[] => {
    const texts = all.map((each) => each[index] ?? "");
    const template = templateOf(texts);
    const isSame = template?.values.length === 0;
    if (template !== null && (isSame || hasHoles)) {
      for (const [row, words] of template.values.entries()) values[row]?.push(...words);
      return [draw(template.text)];
    }
    for (const [row, text] of texts.entries()) own[row]?.push(draw(text, `${INDENT}  `));
    return [];
  });
  return { common, own, values };
}

const PLAIN_TONE: ToneOf = () => "plain";

/** A block of steps that are alike. */
interface Block {
  readonly group: StepGroup;
  /** Whether it belongs to several targets: then each row says whose it is. */
  readonly many: boolean;
  readonly width: number;
}

/** What is said behind a title: how many are alike, that there is no preview, that it can be taken back whole. */
const titleEnd = ({ preview, undo }: DocumentStep, count: number): string =>
  [
    isSeen(preview) ? "" : " [*]",
    count > 1 ? ` (${count} times)` : "",
    undo.kind === "complete" ? " (undo complete)" : "",
  ].join("");

/** The words of titles that tell them apart, without those that a request has. */
function titleWords(members: StepGroup, values: Comparison["values"]): { text: string; words: readonly string[] } {
  const titles = members.map(({ step }) => clean(step.title));
  const template = templateOf(titles);
  if (template === null) return { text: titles[0] ?? "", words: titles };
  const words = members.map((_unused, row) =>
    (template.values[row] ?? []).filter((word) => !(values[row] ?? []).includes(word)).join("  "),
  );
  return { text: template.text, words };
}

/** The lines that every step of the block has, and what each has of its own. */
function compareSteps({ group, width }: Block) {
  const [{ step: first }] = group;
  // Values of a request without a preview are all that is known of it: they stand in rows. Those of statements have names.
  const requests = compare(
    group.map(({ step }) => step.request_lines),
    PLAIN_TONE,
    !isSeen(first.preview),
  );
  const { previews, alike } = cellsOnce(group.map(({ step }) => rowsOf(step, width)));
  const rows = compare(
    previews.map((each) => each.rows),
    previewTone,
    // What was looked at beside a request without a preview stands in its row, as the values of the request do.
    !isSeen(first.preview),
  );
  const notes = compare(
    previews.map((each) => each.notes),
    previewTone,
    false,
  );
  const messages = compare(
    group.map(({ step }) => (first.undo.kind === "unseen" ? [clean(step.message)] : [])),
    PLAIN_TONE,
    false,
  );
  return { requests, rows, notes, messages, alike };
}

/** One step alone: all that is to be said of it. */
function stepParts({ group: [{ step }], width }: Block, title: DocumentLine): DocumentPart[] {
  const message = step.undo.kind === "unseen" ? [line("plain", `${INDENT}${clean(step.message)}`, 5)] : [];
  const { rows, notes } = rowsOf(step, width);
  return [
    shown(
      title,
      ...step.request_lines.map((text) => line("plain", `${INDENT}${text}`, 5)),
      ...message,
      ...[...rows, ...notes].map((text) => line(previewTone(text), `${INDENT}${text}`, 5)),
      ...demandLines(step),
    ),
  ];
}

/** What one step of several has of its own: a row with its values, and the lines that differ; the first of these in its row. */
function memberPart(row: string, own: readonly DocumentLine[], width: number): DocumentPart {
  const [first, ...rest] = own;
  const whole = `${INDENT}  ${row}  ${first?.text.trim() ?? ""}`;
  if (row !== "" && first !== undefined && whole.length <= width) return shown(line(first.tone, whole, 7), ...rest);
  return shown(...(row === "" ? [] : [line("plain", `${INDENT}  ${row}`, 7)]), ...own);
}

/** What is said once for a block of steps says so. */
const forAll = (lines: readonly DocumentLine[], count: number): DocumentLine[] =>
  lines.map((each, index) =>
    index === lines.length - 1 ? { ...each, text: `${each.text} (for all ${count})` } : each,
  );

function groupParts(block: Block, ordinal: number): DocumentPart[] {
  const { group, many } = block;
  const [{ step: first, target }] = group;
  const tone = first.risk === "destroy" ? "danger" : "strong";
  const title = (text: string): DocumentLine => line(tone, `${ordinal}. ${text}${titleEnd(first, group.length)}`, 3);
  const owner = many ? `${clean(target.label)}: ` : "";
  if (group.length === 1) return stepParts(block, title(`${owner}${clean(first.title)}`));
  const { requests, rows, notes, messages, alike } = compareSteps(block);
  const { text, words } = titleWords(group, requests.values);
  const once = alike.map((text) => line("accent", `${INDENT}in each row: ${text}`, 5));
  const common = [
    ...requests.common,
    ...messages.common,
    ...rows.common,
    ...once,
    ...forAll(notes.common, group.length),
  ];
  return [
    shown(title(text), ...demandLines(first), ...common),
    ...group.map((member, index) => {
      const values = [...(requests.values[index] ?? []), ...(rows.values[index] ?? [])];
      const row = [many ? clean(member.target.label) : "", ...values, words[index] ?? ""];
      const own = [requests, messages, rows, notes].flatMap((comparison) => comparison.own[index] ?? []);
      return memberPart(row.filter((part) => part !== "").join("  "), own, block.width);
    }),
  ];
}

/** Whether what tells a target apart from others of its name stands on the page: it begins a run for it alone, or has another such. */
const isTold = ({ targets, phase }: ApprovalDocument, { label }: DocumentTarget): boolean =>
  (phase === START && targets.length === 1) || targets.filter((other) => other.label === label).length > 1;

/** Who it is about, with the steps of each where there are several. */
function targetLines(document: ApprovalDocument): DocumentLine[] {
  const { targets, phase } = document;
  const isNamed = targets.every((target) => !isTold(document, target));
  if (targets.length > 1 && phase !== START && isNamed) {
    const names = targets.map(({ label, steps }) => `${clean(label)} (${countText(steps.length, "step")})`);
    return [line("accent", `For ${names.join(", ")}`, 2)];
  }
  return targets.map((target) => {
    const { label, key, steps } = target;
    const count = targets.length > 1 && steps.length > 0 ? `  ${countText(steps.length, "step")}` : "";
    return line("accent", `${isTold(document, target) ? nameOf(target) : `${clean(label)}  ${clean(key)}`}${count}`, 2);
  });
}

const limitText = ({ kind, counterpart, limit }: DocumentStep): string =>
  findKind(kind)?.instructions === undefined
    ? `Each request to ${counterpart} is given at most ${limit} s`
    : "What you do yourself has no limit of time; you are asked how it went";

const limitLines = (targets: ApprovalDocument["targets"]): DocumentLine[] =>
  [...new Set(targets.flatMap(({ steps }) => steps.map(limitText)))].map((text) => line("muted", text, 2));

/** What explains the page and asks nothing: what led to it, what follows it, whose it is. */
function contextParts(document: ApprovalDocument): DocumentPart[] {
  const { led_here, next, unanswered: questions, targets } = document;
  const isNamed = targets.length > 1 && document.phase !== START;
  const names = targets.filter((target) => !isTold(document, target) && (isNamed || target.shown.length > 0));
  const lines = [
    ...names.map((target) => line("plain", nameOf(target), 2)),
    ...led_here.map((text) => line("plain", `Led here: ${clean(text)}`, 2)),
    ...next.map((text) => line("plain", text, 2)),
    ...questions.map((text) => line("plain", text, 2)),
    ...limitLines(targets),
    ...lostLines(targets).map((text) => line("muted", text, 2)),
    ...identityLines(document),
  ];
  return foldable(
    line("muted", "+ What led here, what comes then, what no and a lost answer do, whose page it is", 2),
    lines,
  );
}

/** What the sign behind a title means. */
function blindText(steps: readonly DocumentStep[]): string {
  const sides = [...new Set(steps.flatMap(({ preview, counterpart }) => (isSeen(preview) ? [] : [counterpart])))];
  if (sides.length === 0) return "";
  return ` [*]: ${sides.join(" and ")} ${sides.length === 1 ? "has" : "have"} no preview; what is approved is the request.`;
}

/** How much it is about. */
function countLines({ identity, targets, phase }: ApprovalDocument): DocumentLine[] {
  const whom = countTargets(identity.runbook, targets.length);
  if (phase === START) return [line("plain", `This page begins the run for ${whom}. Nothing has been changed.`)];
  const steps = targets.flatMap((target) => target.steps);
  return [line("plain", `${countText(steps.length, "step")} for ${whom}; nothing is done yet.${blindText(steps)}`, 2)];
}

/** What the run does without a page of its own: a shell text line by line. */
function actLines({ title, lines, as, shell }: Act): DocumentLine[] {
  const head = `${clean(title)}, as ${clean(as)}`;
  if (!shell) return [line("strong", head, 2), line("plain", `   ${lines.map(clean).join("; ")}`, 3)];
  return [
    line("waiting", `${head}; a shell text, whatever it does; what it prints goes into the journal`, 2),
    ...lines.map((text, index) => line("plain", `   ${String(index + 1).padStart(2)} | ${text}`, 8)),
  ];
}

/** What the page comes to; why nobody can take something back stands with the steps themselves. */
const shortSummary = (document: ApprovalDocument): DocumentLine[] =>
  summaryLines(document).map((each) => ({
    ...each,
    text: each.text.replace(/^(\d+ of .* cannot be undone): .*$/su, "$1: each says why."),
  }));

/** The page as parts, in their order. `width`: columns of the window. */
export function documentParts(document: ApprovalDocument, width: number): DocumentPart[] {
  const { warnings, targets, acts, phase, risk } = document;
  const isWarned = phase === START || risk === "destroy";
  const many = targets.length > 1;
  return [
    shown(...countLines(document), ...shortSummary(document)),
    shown(...inputsOnPage(document)),
    shown(...(isWarned ? warnings.map((text) => line("waiting", `! ${clean(text)}`, 2)) : [])),
    shown(...targetLines(document)),
    ...groupsOf(targets).flatMap((group, index) => groupParts({ group, many, width }, index + 1)),
    shown(...(acts.length === 0 ? [] : [line("strong", "Beside the pages that are asked about, this run does:")])),
    shown(...acts.flatMap(actLines)),
    ...contextParts(document),
  ];
}
