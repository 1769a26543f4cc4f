/** What happens to the board: pure and total. */
import type { BoardModel, Model } from "../model.ts";
import { nextOf, SORTS } from "../order.ts";
import type { BoardTarget, LastLook } from "../sources.ts";

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The database's answer; marks of targets that it does not list are gone. */
export function loadTargets(board: BoardModel, targets: readonly BoardTarget[]): BoardModel {
  if (board.trouble === "" && isSame(board.targets, targets)) return board;
  const keys = new Set(targets.map(({ key }) => key));
  return {
    ...board,
    targets,
    trouble: "",
    troubled: null,
    lastLook: null,
    marked: board.marked.filter((key) => keys.has(key)),
  };
}

const withoutAges = ({ targets, ...rest }: BoardModel): unknown => ({
  ...rest,
  targets: targets.map((target) => ({ ...target, seconds: null })),
});

/** Whether a board says something else than before, besides how long it has been so already: that grows by itself. */
export function isNews(previous: BoardModel, next: BoardModel): boolean {
  if (previous === next) return false;
  // Keys change the rest of it, again and again.
  return previous.targets === next.targets || !isSame(withoutAges(previous), withoutAges(next));
}

/** The database did not answer; `nowMs`: since 1970. */
export const loseTargets = (board: BoardModel, trouble: string, nowMs: number): BoardModel =>
  board.trouble === trouble ? board : { ...board, trouble, troubled: board.troubled ?? nowMs };

/** What it said last time, as long as it never answered. */
export const recall = (board: BoardModel, lastLook: LastLook): BoardModel =>
  board.trouble === "" || board.targets.length > 0 ? board : { ...board, lastLook };

/** What a recovery needs and does not answer. */
export const setSilent = (board: BoardModel, silent: readonly string[]): BoardModel =>
  isSame(board.silent, silent) ? board : { ...board, silent };

/** Moves the cursor among the rows that are shown. */
export function moveCursor(board: BoardModel, keys: readonly string[], by: number): BoardModel {
  const index = keys.indexOf(board.selected ?? keys[0] ?? "");
  // From nowhere the first move comes to the first row, and goes past none.
  const next = index === -1 ? 0 : Math.min(keys.length - 1, Math.max(0, index + by));
  return { ...board, selected: keys[next] ?? board.selected };
}

/** Puts the cursor on a target. */
export const moveTo = (board: BoardModel, key: string): BoardModel =>
  board.selected === key ? board : { ...board, selected: key };

/** Marks a target, or takes its mark away. */
export const toggleMark = (board: BoardModel, key: string): BoardModel => ({
  ...board,
  marked: board.marked.includes(key) ? board.marked.filter((mark) => mark !== key) : [...board.marked, key],
});

/** Marks all of these, or takes their marks away. Other marks stay: they may be hidden, and nobody has said anything about those. */
export function toggleMarks(board: BoardModel, keys: readonly string[]): BoardModel {
  const rest = board.marked.filter((key) => !keys.includes(key));
  const hasAll = keys.every((key) => board.marked.includes(key));
  return { ...board, marked: hasAll ? rest : [...rest, ...keys] };
}

/** The next order of the rows. */
export const sortNext = (board: BoardModel): BoardModel => ({
  ...board,
  sort: nextOf(SORTS, board.sort),
});

/** The model with another board. */
export function changeBoard(model: Model, change: (board: BoardModel) => BoardModel): Model {
  const board = change(model.board);
  return board === model.board ? model : { ...model, board };
}
