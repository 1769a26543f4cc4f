/** From what the site says of its targets to the rows of the board: how each stands, what to do, in the right order. */
import { clean } from "../../engine/words.ts";
import type { BoardModel, Model } from "../model.ts";
import { compareNames, type Sort } from "../order.ts";
import { isEmpty, runsByTarget } from "../run-of-target.ts";
import { wordsOf, type Advice, type BoardTarget, type Reading, type RunSummary } from "../sources.ts";
import type { SiteWords } from "../words.ts";
import { standingOf } from "./standing.ts";

export interface TargetRow
  extends Pick<Reading, "status" | "glyph" | "tone" | "operation" | "sources" | "columns">, Advice {
  readonly target: BoardTarget;
  /** Its name, with its place where another target has the same. */
  readonly name: string;
  /** The lowest stands first. */
  readonly rank: number;
  /** Whether it matters how long it has been so. */
  readonly ages: boolean;
  readonly failing: string;
}

function nameOf({ key, label, place }: BoardTarget, isShared: boolean): string {
  return isShared ? `${clean(label)} @ ${place === "" ? clean(key) : clean(place)}` : clean(label);
}

/** How a target stands with the run that speaks for it; `isShared`: another has the same name. */
export function rowOf(target: BoardTarget, run?: RunSummary, isShared = false): TargetRow {
  const { reading, step } = target;
  const { advice, ...standing } = standingOf(target, run);
  const reason = target.gone === true ? `${advice.why}; the database does not list it any more` : advice.why;
  return {
    ...standing,
    ...advice,
    why: reason,
    target,
    name: nameOf(target, isShared),
    operation: reading.operation,
    sources: reading.sources,
    ...(reading.columns === undefined ? {} : { columns: reading.columns }),
    failing: step === null ? "" : clean(step.name),
  };
}

type Asked = readonly [BoardModel["targets"], string, Sort, readonly RunSummary[] | null, SiteWords];
let last: { readonly asked: Asked; readonly rows: readonly TargetRow[] } | null = null;

/** The rows that are shown, in order: what needs somebody first. Sorted again only when something of it has changed. */
export function rowsOf(board: BoardModel, runs: readonly RunSummary[] | null, words: SiteWords): readonly TargetRow[] {
  const inputs: Asked = [board.targets, board.filter, board.sort, runs, words];
  if (last !== null && last.asked.every((part, index) => part === inputs[index])) return last.rows;
  last = { asked: inputs, rows: sortedRows(board, runs ?? [], words) };
  return last.rows;
}

/** What a typed statement is about, when it names no target. */
const TYPED = "sql";

/** What is known of a target that no source lists. */
const goneReading = ({ record }: SiteWords): Reading => ({
  status: "stuck",
  glyph: "bad",
  tone: "danger",
  rank: 0,
  idle: false,
  state: "not stuck",
  operation: "",
  sources: [{ name: record, says: "not listed", odd: true }],
  advice: { suggestion: "", why: "", key: null },
  begins: [],
  aside: null,
});

function goneTarget(key: string, run: RunSummary, words: SiteWords): BoardTarget {
  const label = run.targets.find((target) => target.key === key)?.label ?? key;
  const stuck = run.status === "paused";
  return { key, label, place: "", stuck, seconds: null, step: null, reading: goneReading(words), gone: true };
}

/** Targets of runs that still need somebody, which the database does not have any more: nothing else would show them. */
function goneOf(
  { targets, trouble }: BoardModel,
  speaking: ReadonlyMap<string, RunSummary>,
  words: SiteWords,
): BoardTarget[] {
  if (trouble !== "") return [];
  const keys = new Set([TYPED, ...targets.map(({ key }) => key)]);
  return [...speaking].flatMap(([key, run]) => {
    const isOpen = (run.status !== "closed" && !isEmpty(run)) || run.doubts.some(({ target }) => target === key);
    return keys.has(key) || !isOpen ? [] : [goneTarget(key, run, words)];
  });
}

/** Names that several targets have. */
function sharedNames(targets: readonly BoardTarget[]): ReadonlySet<string> {
  const labels = new Set<string>();
  return new Set(targets.flatMap(({ label }) => (labels.has(label) ? [label] : (labels.add(label), []))));
}

const byName = ({ target: a }: TargetRow, { target: b }: TargetRow): number =>
  compareNames(a.label, b.label) || (a.key < b.key ? -1 : 1);
/** How long it has been so, seconds, where that matters. */
const ageOf = ({ ages, target }: TargetRow): number => (ages ? (target.seconds ?? -1) : -1);
const ORDERS: Readonly<Record<Sort, (a: TargetRow, b: TargetRow) => number>> = {
  name: byName,
  longest: (a, b) => (b.target.seconds ?? -1) - (a.target.seconds ?? -1) || byName(a, b),
  // Of what needs somebody alike the oldest first.
  "needs me": (a, b) => a.rank - b.rank || ageOf(b) - ageOf(a) || byName(a, b),
};

function sortedRows(board: BoardModel, runs: readonly RunSummary[], words: SiteWords): readonly TargetRow[] {
  const speaking = runsByTarget(runs);
  const names = sharedNames(board.targets);
  const filter = board.filter.toLowerCase();
  const fits = ({ target, status }: TargetRow): boolean =>
    filter === "" || `${target.label} ${target.key} ${status}`.toLowerCase().includes(filter);
  return [...board.targets, ...goneOf(board, speaking, words)]
    .map((target) => rowOf(target, speaking.get(target.key), names.has(target.label)))
    .filter(fits)
    .sort(ORDERS[board.sort]);
}

/** The rows of the board as it stands. */
export const shownRows = ({ board, journal, site }: Model): readonly TargetRow[] =>
  rowsOf(board, journal.items, wordsOf(site));

/** How many targets have a change in doubt, listed by the database or not. */
export const doubtfulCount = (runs: readonly RunSummary[]): number =>
  new Set(runs.flatMap(({ doubts }) => doubts.map(({ target }) => target))).size;

/** How many targets are in the middle of a run that nobody goes on with, and in no doubt: as their rows say. */
export function leftCount(runs: readonly RunSummary[]): number {
  const speaking = [...runsByTarget(runs)];
  const isLeft = ([key, { status, doubts }]: (typeof speaking)[number]): boolean =>
    status === "left" && doubts.every(({ target }) => target !== key);
  return speaking.filter(isLeft).length;
}

/** What is counted beside those that are stuck: `2 in repair`. */
export function asides(targets: readonly BoardTarget[]): string[] {
  const texts = targets.flatMap(({ reading: { aside } }) => (aside === null ? [] : [aside]));
  return [...new Set(texts)].map((aside) => `${texts.filter((text) => text === aside).length} ${clean(aside)}`);
}
