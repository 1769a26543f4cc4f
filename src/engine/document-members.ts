/** What each of several steps that are alike has of its own, on as few lines as it takes: values share one where they fit. */
import { line, type DocumentLine } from "./document-lines.ts";

/** How far a row stands behind the title of its block, and how far what goes on below it. */
const ROW = "    ";
export const BELOW = "      ";

/** One step of several: words that share lines, rows of a table, and lines that are its own. */
export interface Member {
  /** Whose it is, as the journal knows it. */
  readonly key: string;
  /** Whose it is, for people; '' where the block is of one target. */
  readonly label: string;
  readonly words: readonly string[];
  readonly rows: readonly string[];
  readonly own: readonly DocumentLine[];
}

/** How pieces share lines: what stands before the first line and before each other one, and between two pieces. */
export interface FlowForm {
  readonly first: string;
  readonly next: string;
  readonly gap: string;
}

const BY_ROW: FlowForm = { first: ROW, next: BELOW, gap: "  " };

/** Pieces on lines of so many columns: none is broken that a line has room for. */
export function flow(pieces: readonly string[], width: number, { first, next, gap }: FlowForm): string[] {
  const lines: string[] = [];
  let text = "";
  for (const piece of pieces.filter((each) => each !== "")) {
    const longer = text === "" ? `${lines.length === 0 ? first : next}${piece}` : `${text}${gap}${piece}`;
    const isLong = next.length + piece.length > width;
    if (text !== "" && longer.length > width && !isLong) {
      lines.push(text);
      text = `${next}${piece}`;
    } else text = longer;
  }
  return text === "" ? lines : [...lines, text];
}

/** A line that is wrapped takes more than one. */
const linesOf = (lines: readonly DocumentLine[], width: number): number =>
  lines.reduce((sum, { text }) => sum + Math.ceil(text.length / width), 0);

const hanging = (texts: readonly string[], tone: DocumentLine["tone"] = "plain"): DocumentLine[] =>
  texts.map((text) => line(tone, text, BELOW.length));

function memberLines({ label, words, rows, own }: Member, width: number): DocumentLine[] {
  // A row alone follows what it is found by; several have a line each.
  const [texts, below] = rows.length === 1 ? [[label, ...words, ...rows], []] : [[label, ...words], rows];
  const lines = hanging(flow(texts, width, BY_ROW));
  const [last] = lines;
  const [first, ...rest] = own;
  const whole = `${last?.text ?? ""}  ${first?.text.trim() ?? ""}`;
  const isJoined = lines.length === 1 && below.length === 0 && first !== undefined && whole.length <= width;
  return isJoined
    ? [line(first.tone, whole, BELOW.length), ...rest]
    : [
        ...lines,
        ...hanging(
          below.map((text) => `${BELOW}${text}`),
          "accent",
        ),
        ...own,
      ];
}

/** Steps of one target: its name and what they share once, where that takes fewer lines. */
function ownerLines(members: readonly Member[], width: number): DocumentLine[] {
  const each = members.flatMap((member) => memberLines(member, width));
  const [first] = members;
  const isPlain = members.every(({ rows, own }) => rows.length === 0 && own.length === 0);
  if (first === undefined || first.label === "" || members.length < 2 || !isPlain) return each;
  const shared = first.words.filter((word) => members.every(({ words }) => words.includes(word)));
  const together = hanging([
    ...flow([first.label, ...shared], width, BY_ROW),
    ...members.flatMap(({ words }) =>
      flow(
        words.filter((word) => !shared.includes(word)),
        width,
        { ...BY_ROW, first: BELOW, next: `${BELOW}  ` },
      ),
    ),
  ]);
  return linesOf(together, width) < linesOf(each, width) ? together : each;
}

/** All members of a block, those of one target that follow each other together. */
export function membersLines(members: readonly Member[], width: number): DocumentLine[] {
  const owners: Member[][] = [];
  for (const member of members) {
    const last = owners.at(-1);
    if (last?.[0]?.key === member.key) last.push(member);
    else owners.push([member]);
  }
  return owners.flatMap((owner) => ownerLines(owner, width));
}
