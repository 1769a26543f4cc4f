/** Steps of a page as blocks: what is the same of several is said once, and each has what is its own. */
import type { DocumentStep } from "./approval-document.ts";
import { templateOf, type GroupMember, type StepGroup } from "./document-groups.ts";
import { inOrder, line, previewTone, wayBackText, type DocumentLine } from "./document-lines.ts";
import { BELOW, flow, membersLines, type Member } from "./document-members.ts";
import { cellsOnce, INDENT, rowsOf } from "./document-rows.ts";
import { isSeen } from "./document-step.ts";
import { stepTable } from "./document-table.ts";
import { clean } from "./words.ts";

/** Lines of a page that stand or fold together. */
export interface DocumentPart {
  readonly lines: readonly DocumentLine[];
  /** What stands there while they are folded; null for lines that always stand. */
  readonly head: DocumentLine | null;
}

/** Lines that always stand. */
export const shown = (...lines: readonly DocumentLine[]): DocumentPart => ({ lines, head: null });

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
    return { common: [], own: all.map((texts) => texts.map((text) => draw(text, BELOW))), values };
  const common = first.flatMap((_unused, index): DocumentLine[] => {
    const texts = all.map((each) => each[index] ?? "");
    const template = templateOf(texts);
    const isSame = template?.values.length === 0;
    if (template !== null && (isSame || hasHoles)) {
      for (const [row, words] of template.values.entries()) values[row]?.push(...words);
      return [draw(template.text)];
    }
    for (const [row, text] of texts.entries()) own[row]?.push(draw(text, BELOW));
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
  const table = stepTable(group.map(({ step }) => step));
  const { previews, alike } = cellsOnce(group.map(({ step }) => rowsOf(step, width)));
  const rows = compare(
    table === null ? previews.map((each) => each.rows) : [],
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
  return { requests, rows, notes, messages, table, alike: table === null ? alike : [] };
}

/** One step alone: all that is to be said of it. */
function stepParts({ group: [{ step }], width }: Block, title: DocumentLine): DocumentPart[] {
  const message = step.undo.kind === "unseen" ? [line("plain", `${INDENT}${clean(step.message)}`, 5)] : [];
  const { rows, notes } = rowsOf(step, width);
  return [
    shown(
      title,
      ...inOrder(
        step,
        [...step.request_lines.map((text) => line("plain", `${INDENT}${text}`, 5)), ...message],
        [...rows, ...notes].map((text) => line(previewTone(text), `${INDENT}${text}`, 5)),
        INDENT,
      ),
      ...demandLines(step),
    ),
  ];
}

/** What is said once for a block of steps says so. */
const forAll = (lines: readonly DocumentLine[], count: number): DocumentLine[] =>
  lines.map((each, index) =>
    index === lines.length - 1 ? { ...each, text: `${each.text} (for all ${count})` } : each,
  );

/** A value of a statement: it has a name, and may share a line. */
const isValue = ({ text }: DocumentLine): boolean => /^ *:\w+ = /u.test(text);

interface Comparisons {
  readonly block: Block;
  readonly comparisons: ReturnType<typeof compareSteps>;
  /** What the title of each adds. */
  readonly words: readonly string[];
}

/** What one step has of its own. */
function memberOf({ target }: GroupMember, index: number, { block, comparisons, words }: Comparisons): Member {
  const { requests, messages, rows, notes, table } = comparisons;
  const request = requests.own[index] ?? [];
  const isValues = request.every(isValue);
  const parts = [...(requests.values[index] ?? []), ...(rows.values[index] ?? []), words[index] ?? ""];
  return {
    key: target.key,
    label: block.many ? clean(target.label) : "",
    words: [...parts.filter((part) => part !== ""), ...(isValues ? request.map((each) => each.text.trim()) : [])],
    rows: table?.rows[index] ?? [],
    own: [
      ...(isValues ? [] : request),
      ...[messages, rows, notes].flatMap((comparison) => comparison.own[index] ?? []),
    ],
  };
}

/** A block of a page: what its steps have in common, then each of them. */
export function groupParts(block: Block, ordinal: number): DocumentPart[] {
  const { group, many } = block;
  const [{ step: first, target }] = group;
  const tone = first.risk === "destroy" ? "danger" : "strong";
  const title = (text: string): DocumentLine => line(tone, `${ordinal}. ${text}${titleEnd(first, group.length)}`, 3);
  const owner = many ? `${clean(target.label)}: ` : "";
  if (group.length === 1) return stepParts(block, title(`${owner}${clean(first.title)}`));
  const comparisons = compareSteps(block);
  const { requests, rows, notes, messages, table, alike } = comparisons;
  const { text, words } = titleWords(group, requests.values);
  const tableTexts = flow(table?.common ?? [], block.width, { first: INDENT, next: `${INDENT}  `, gap: " " });
  const common = [
    ...requests.common,
    ...messages.common,
    ...rows.common,
    ...[...alike.map((each) => `${INDENT}in each row: ${each}`), ...tableTexts].map((each) => line("accent", each, 5)),
    ...forAll(notes.common, group.length),
  ];
  const members = group.map((member, index) => memberOf(member, index, { block, comparisons, words }));
  return [shown(title(text), ...demandLines(first), ...common), shown(...membersLines(members, block.width))];
}
