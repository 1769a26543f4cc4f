/** What happens to the board: pure and total. */
import type { BoardModel, Sort } from "../model.ts";
import type { BoardVm } from "../sources.ts";

export type BoardEvent =
  | { readonly type: "loaded"; readonly vms: readonly BoardVm[] }
  | { readonly type: "silent"; readonly parts: readonly string[] }
  /** `at`: milliseconds since 1970. */
  | { readonly type: "not loaded"; readonly why: string; readonly at: number }
  | { readonly type: "move"; readonly by: number; readonly keys: readonly string[] }
  | { readonly type: "select"; readonly key: string }
  | { readonly type: "mark"; readonly key: string }
  | { readonly type: "mark all"; readonly keys: readonly string[] }
  | { readonly type: "filter"; readonly text: string; readonly filtering: boolean }
  | { readonly type: "sort" };

const SORTS: readonly Sort[] = ["needs me", "longest", "name"];
const same = (a: readonly BoardVm[], b: readonly BoardVm[]): boolean => JSON.stringify(a) === JSON.stringify(b);

export function reduceBoard(board: BoardModel, event: BoardEvent): BoardModel {
  switch (event.type) {
    case "loaded": {
      if (board.trouble === "" && same(board.vms, event.vms)) return board;
      const known = new Set(event.vms.map(({ key }) => key));
      return {
        ...board,
        vms: event.vms,
        trouble: "",
        troubled: null,
        marked: board.marked.filter((key) => known.has(key)),
      };
    }
    case "silent":
      return JSON.stringify(board.silent) === JSON.stringify(event.parts) ? board : { ...board, silent: event.parts };
    case "not loaded":
      return board.trouble === event.why
        ? board
        : { ...board, trouble: event.why, troubled: board.troubled ?? event.at };
    case "move": {
      const { keys } = event;
      const at = Math.max(0, keys.indexOf(board.selected ?? keys[0] ?? ""));
      return { ...board, selected: keys[Math.min(keys.length - 1, Math.max(0, at + event.by))] ?? null };
    }
    case "select":
      return { ...board, selected: event.key };
    case "mark": {
      const marked = board.marked.includes(event.key)
        ? board.marked.filter((key) => key !== event.key)
        : [...board.marked, event.key];
      return { ...board, marked };
    }
    case "mark all": {
      // Marks that are not among them stay: they may be hidden, and nobody has said anything about those.
      const others = board.marked.filter((key) => !event.keys.includes(key));
      const all = event.keys.every((key) => board.marked.includes(key));
      return { ...board, marked: all ? others : [...others, ...event.keys] };
    }
    case "filter":
      return { ...board, filter: event.text, filtering: event.filtering };
    case "sort":
      return { ...board, sort: SORTS[(SORTS.indexOf(board.sort) + 1) % SORTS.length] ?? "needs me" };
    default:
      return event satisfies never;
  }
}
