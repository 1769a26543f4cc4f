/** The board: which targets need somebody, and what to do about the one under the cursor. */
import { adviceText } from "../advice.ts";
import { cells, fit, middle } from "../cells.ts";
import { clean, timeOf } from "../../engine/words.ts";
import { cut, duration, fill, joinColumns, paragraph, restLine, rule, WIDE, windowOf } from "../layout.ts";
import { cellsOf, inTone, line, span, type Line, type Tone } from "../line.ts";
import { keptFor } from "../kept.ts";
import type { BoardModel, Model } from "../model.ts";
import type { Sort } from "../order.ts";
import type { BoardTarget } from "../sources.ts";
import { cursorRow, strayText } from "../subject.ts";
import type { Look } from "../theme.ts";
import { lastLookLines } from "./last-look.ts";
import { marksSaid } from "./marks.ts";
import { asides, doubtfulCount, leftCount, shownRows, type TargetRow } from "./rows.ts";
import { traceText } from "./trace.ts";

/** The longest status (`? left in the middle`) and a blank behind it. */
const STATUS = 21;

/** What stands above a line, and how wide it may be. */
interface Shown {
  readonly advice: string;
  readonly width: number;
}

/** A column behind status and name: what stands in it, and how wide it is. */
interface Column {
  readonly title: string;
  readonly width: number;
  readonly tone: Tone;
  text(row: TargetRow): string;
  /** The text of a row that stands below the list where it is cut here. */
  whole(row: TargetRow): string;
}

interface Columns {
  readonly name: number;
  readonly others: readonly Column[];
}

/** How narrow the last column may be, in cells, before it is left out. */
const LAST_LEAST = 10;
const AGE = 11;
const OPERATION = 14;

const ageText = ({ target, ages: isShown }: TargetRow): string =>
  target.seconds === null || !isShown ? "" : duration(target.seconds);

/** What is known of any target, in so many cells. */
function knownColumns(room: number): Column[] {
  const last = room - OPERATION - AGE - 2;
  const operation = ({ operation: text }: TargetRow): string => text;
  return [
    { title: "OPERATION", width: OPERATION, tone: "plain", text: operation, whole: operation },
    { title: "STUCK FOR", width: AGE, tone: "plain", text: ageText, whole: () => "" },
    {
      title: "STEP",
      // A column of two letters says nothing; what it would say stands below the list.
      width: last < LAST_LEAST ? 0 : last,
      tone: "muted",
      text: ({ failing }) => failing,
      whole: ({ failing }) => (failing === "" ? "" : `at ${failing}`),
    },
  ];
}

/** A column that runbooks show of their targets, and how wide what stands in it is. */
interface OwnColumn extends Pick<Column, "text"> {
  readonly name: string;
  readonly longest: number;
}

function ownColumn(name: string, rows: readonly TargetRow[]): OwnColumn {
  const text = ({ columns = [] }: TargetRow): string => columns.find((column) => column.name === name)?.says ?? "";
  return { name, text, longest: Math.max(cells(name), ...rows.map((row) => cells(text(row)))) };
}

/** How wide the longest name of all rows is, and the columns of their runbooks. */
const measure = keptFor((rows: readonly TargetRow[]) => {
  const names = [...new Set(rows.flatMap(({ columns: own = [] }) => own.map((column) => column.name)))];
  return {
    name: Math.max(8, ...rows.map(({ name }) => cells(name))),
    others: names.map((name) => ownColumn(name, rows)),
  };
});

/** The columns of the runbooks, as wide as what stands in them; those without room are left out. */
function shownColumns(own: readonly OwnColumn[], room: number): Column[] {
  let rest = room;
  return own.map(({ name, text, longest }): Column => {
    const width = rest < Math.min(longest, LAST_LEAST) ? 0 : Math.min(longest, rest);
    rest = Math.max(0, rest - width - 1);
    const whole = (row: TargetRow): string => (text(row) === "" ? "" : `${name} ${text(row)}`);
    return { title: name.toUpperCase(), width, tone: "plain", text, whole };
  });
}

function columns(width: number, rows: readonly TargetRow[]): Columns {
  const { name: longest, others: own } = measure(rows);
  const name = Math.min(longest, Math.floor(width / 3), 32);
  const room = width - 3 - STATUS - name - 1;
  return { name, others: own.length === 0 ? knownColumns(room) : shownColumns(own, room) };
}

/** The columns that have room. */
const drawn = ({ others }: Columns): readonly Column[] => others.filter(({ width }) => width > 0);

function rowLine(row: TargetRow, model: Model, look: Look, wide: Columns): Line {
  const { glyphs } = look;
  const { target, status, tone } = row;
  const isMarked = model.board.marked.includes(target.key);
  // What was true when it was last seen is not what is true now: no word of it keeps its colour.
  const standing = isStale(model.board)
    ? span("muted", fit(`${glyphs.doubt} was ${status}`, STATUS, glyphs.more))
    : span(tone, fit(`${glyphs[row.glyph]} ${status}`, STATUS, glyphs.more));
  return line(
    " ",
    span(isMarked ? "accent" : "plain", isMarked ? glyphs.marked : " "),
    " ",
    standing,
    span("strong", fit(middle(row.name, wide.name, glyphs.more), wide.name)),
    ...drawn(wide).flatMap(({ width, tone: look, text }) => [" ", span(look, fit(text(row), width, glyphs.more))]),
  );
}

function listLines(model: Model, wide: Columns, look: Look, height: number): Line[] {
  const rows = shownRows(model);
  const current = cursorRow(model);
  const index = current === undefined ? 0 : rows.indexOf(current);
  const isCut = rows.length > height - 1;
  const { from, to } = windowOf(rows.length, Math.max(1, height - (isCut ? 2 : 1)), index);
  const head = line(
    span(
      "muted",
      `   ${[`${fit("STATUS", STATUS)}${fit(look.words.target.toUpperCase(), wide.name)}`, ...drawn(wide).map(({ title, width }) => fit(title, width))].join(" ").trimEnd()}`,
    ),
  );
  const entries = rows.slice(from, to).map((row) => {
    const drawing = rowLine(row, model, look, wide);
    return row === current ? [span("focus", look.glyphs.cursor), ...inTone(drawing.slice(1), "focus")] : drawing;
  });
  return fill([head, ...entries, ...(isCut ? [restLine(from, rows.length - to, look)] : [])], height);
}

/** Parts of a line side by side, or below each other where they do not fit. */
function stacked(parts: readonly Line[], width: number): Line[] {
  const whole = parts.flatMap((part, index) => (index === 0 ? part : [span("plain", "   "), ...part]));
  return cellsOf(whole) <= width ? [whole] : [...parts];
}

/** The key of a target, and where it is. */
export function keyLines({ key, place }: BoardTarget, { words }: Look, width: number): Line[] {
  const keyPart = line(span("muted", "key "), clean(key));
  return stacked(
    words.place === "" ? [keyPart] : [keyPart, line(span("muted", `${words.place} `), clean(place))],
    width,
  );
}

/** What each source says. */
export const sourceLines = (row: TargetRow, width: number): Line[] =>
  stacked(
    row.sources.map(({ name, says, odd }) =>
      line(span(odd ? "unknown" : "plain", `${name}: ${says}${odd ? " (ODD)" : ""}`)),
    ),
    width,
  );

/** What the list has cut of the row under the cursor, in full; not what the suggestion says anyway. */
function cutTexts(row: TargetRow, model: Model, list: Columns, advice: string): string[] {
  const status = isStale(model.board) ? `was ${row.status}` : row.status;
  const own = [
    { text: status, whole: status, width: STATUS - 2 },
    { text: row.name, whole: row.name, width: list.name },
  ];
  const others = list.others.map(({ text, whole, width }) => ({ text: text(row), whole: whole(row), width }));
  const cutOnes = [...own, ...others].filter(({ text, width }) => cells(text) > width).map(({ whole }) => whole);
  return cutOnes.filter((text) => text !== "" && !advice.includes(text));
}

/** How many lines a passage may have that is cut: a panel beside the list is half as wide as a window without one. */
const lineLimit = ({ columns: width }: Look): number => (width >= WIDE ? 4 : 2);

/** What the last run left of a target that it did not recover, unless the suggestion is about that run anyway. */
export function traceLines(model: Model, key: string, { advice, width }: Shown, look: Look): Line[] {
  const text = traceText(model.journal.items, key);
  const isSaid = model.journal.items?.some(({ run_id }) => text.includes(run_id) && advice.includes(run_id)) === true;
  return text === "" || isSaid ? [] : cut(paragraph(text, width, "waiting"), lineLimit(look), look);
}

/** What is to be known of the row under the cursor; `list`: how wide the columns are that it stands in. */
function chosenLines(model: Model, list: Columns, look: Look, width: number): Line[] {
  const row = cursorRow(model);
  if (row === undefined) return paragraph(clean(strayText(model)), width, "waiting");
  const { step } = row.target;
  const error = step === null || step.error === "" ? [] : paragraph(`Error: ${clean(step.error)}`, width, "muted");
  const advice = adviceText(model, row);
  const whole = cutTexts(row, model, list, advice);
  return [
    ...(whole.length === 0 ? [] : paragraph(whole.join(", "), width, "strong")),
    ...keyLines(row.target, look, width),
    ...sourceLines(row, width),
    ...traceLines(model, row.target.key, { advice, width }, look),
    ...cut(error, lineLimit(look), look),
    ...paragraph(advice, width, row.tone),
  ];
}

/** Why nothing is listed, and what stood there last where nobody knows yet what is there now. */
function emptyLines(model: Model, look: Look, height: number): Line[] {
  const lines = reasonLines(model, look);
  const { lastLook } = model.board;
  return lastLook === null ? lines : [...lines, ...lastLookLines(lastLook, look, height - lines.length)];
}

function reasonLines(model: Model, look: Look): Line[] {
  const { words } = look;
  const { board } = model;
  if (board.trouble === null)
    return [line(""), line(`  Asking ${words.list} which ${words.targets} there are${look.glyphs.more}`)];
  if (board.trouble !== "")
    return paragraph(`  The ${words.targets} cannot be read: ${clean(board.trouble)}`, look.columns, "danger", 2);
  return [line(""), line(`  No ${words.target} fits the filter "${clean(board.filter)}". Esc clears it.`)];
}

/** Whether the rows are of before: the database was asked since and did not answer. */
const isStale = ({ trouble }: BoardModel): boolean => trouble !== null && trouble !== "";

const countOf = keptFor((targets: BoardModel["targets"]) => ({
  stuck: targets.filter((target) => target.stuck).length,
  others: asides(targets),
}));

/** How many targets need somebody: what is in doubt first, whatever the database says of it. */
export function boardHead(model: Model, { words }: Look): string {
  const { targets, trouble } = model.board;
  const { stuck, others } = countOf(targets);
  if (trouble === null) return "";
  const counts = [
    [doubtfulCount(model.journal.items ?? []), "in doubt"],
    [leftCount(model.journal.items ?? []), "left in the middle"],
  ] as const;
  const openText = counts.map(([count, standing]) => (count === 0 ? "" : `${count} ${standing}, `)).join("");
  if (isStale(model.board)) return `${openText}which ${words.targets} need you is not known now`;
  const asideText = others.map((text) => `, ${text}`).join("");
  return stuck === 0
    ? `${openText}no ${words.target} of ${targets.length} is stuck${asideText}`
    : `${openText}${stuck} of ${targets.length} ${words.targets} need you${asideText}`;
}

/** What is said of an order that is not the usual one: it may be of another day. */
const ORDERS: Readonly<Record<Sort, string>> = { "needs me": "", longest: "longest first", name: "by name" };

/** What the list is narrowed to, what is marked in it, and its order. */
function searchLines(model: Model, look: Look): Line[] {
  const { filter, filtering, sort } = model.board;
  const marks = marksSaid(model);
  return [
    ...(filter === "" && !filtering
      ? []
      : [line(span("accent", "filter: "), clean(filter), filtering ? look.glyphs.cursor : "")]),
    ...(marks === "" ? [] : [line(span("accent", "marks:  "), marks)]),
    ...(ORDERS[sort] === "" ? [] : [line(span("accent", "order:  "), ORDERS[sort])]),
  ];
}

/** What did not answer: the list itself, else what a recovery needs besides. */
function silentLines({ trouble, troubled: startMs, silent }: BoardModel, columns: number): Line[] {
  const two = (text: string, indent: number): Line[] => paragraph(text, columns, "danger", indent).slice(0, 2);
  if (trouble === null || trouble === "") return silent.flatMap((text) => two(`! ${clean(text)}`, 2));
  const period = startMs === null ? "" : ` since ${timeOf(new Date(startMs).toISOString())}`;
  return two(`No answer${period}; this is what was seen before: ${clean(trouble)}`, 0);
}

/** The list, and beside or below it what is to be known of the one under the cursor. */
function listParts(model: Model, look: Look, room: number): Line[] {
  const current = cursorRow(model);
  const title = current === undefined ? "" : clean(current.target.label);
  const width = look.columns >= WIDE ? Math.floor(look.columns * 0.64) : look.columns;
  const list = columns(width, shownRows(model));
  if (look.columns >= WIDE) {
    const rest = look.columns - width - 2;
    const side = [rule(look, title, rest), ...cut(chosenLines(model, list, look, rest), room - 1, look)];
    return joinColumns(listLines(model, list, look, room), side, width, look);
  }
  const lines = chosenLines(model, list, look, look.columns);
  // A small window keeps three lines of the list: its head, the row under the cursor, and what is not shown.
  const lower = cut(lines, Math.min(Math.max(6, Math.floor(room / 2)), Math.max(0, room - 4)), look);
  return [...listLines(model, list, look, room - lower.length - 1), rule(look, title), ...lower];
}

/** The board in a window of `height` lines. */
export function boardBody(model: Model, look: Look, height: number): Line[] {
  const search = searchLines(model, look);
  if (shownRows(model).length === 0) return [...search, ...emptyLines(model, look, height - search.length)];
  const head = [...search, ...silentLines(model.board, look.columns)];
  return [...head, ...listParts(model, look, height - head.length)];
}
