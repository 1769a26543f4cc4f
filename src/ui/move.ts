/** Moves of the cursor or the window that a screen has. */
import type { Console } from "./console.ts";
import { scrollAsk } from "./ask/keys.ts";
import { rowsOf } from "./board/rows.ts";
import { hasList } from "./can.ts";
import { modeOf, shownRun, top, type Model } from "./model.ts";
import { shownRuns } from "./runs/rows.ts";
import { bodyRoom, scrolled } from "./screen.ts";

const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), Math.max(least, most));

function scrollTo(model: Model, at: number): Model {
  switch (top(model)) {
    case "detail":
      return model.detail === null ? model : { ...model, detail: { ...model.detail, scroll: at } };
    case "plan":
      return { ...model, plan: { ...model.plan, scroll: at } };
    case "doubt":
      return model.left === null ? model : { ...model, left: { ...model.left, scroll: at } };
    case "rows":
      return model.rows === null ? model : { ...model, rows: { ...model.rows, scroll: at } };
    case "page":
      return model.page === null ? model : { ...model, page: { ...model.page, scroll: at } };
    case "help":
      return { ...model, help: at };
    case "which":
      return model.which === null ? model : { ...model, which: { ...model.which, scroll: at } };
    default:
      return model;
  }
}

/** Moves whatever the screen has a cursor or a window in. */
export function move(console: Console, by: number): void {
  const { model } = console;
  const mode = modeOf(model);
  if (mode === "approval" || mode === "typed" || mode === "decision") return scrollAsk(console, by);
  const found = scrolled(model, console.look());
  if (found !== null) {
    const last = found.lines.length - bodyRoom(model, console.look());
    return console.store.set((now) => scrollTo(now, clamp(found.at + by, 0, last)));
  }
  switch (top(model)) {
    case "board":
      return console.board({
        type: "move",
        by,
        keys: rowsOf(model.board, model.journal.items).map(({ vm }) => vm.key),
      });
    case "journal":
      return console.store.set((now) => ({
        ...now,
        journal: { ...now.journal, at: clamp(now.journal.at + by, 0, shownRuns(now.journal).length - 1) },
      }));
    case "replay":
      if (mode === "watching" || hasList(shownRun(model)) === true) return console.run({ type: "row", by });
      return console.run({ type: "cursor", to: (model.replay?.cursor ?? 1) + by });
    case "run":
      return console.run({ type: "row", by });
    default:
      return undefined;
  }
}

/** To the end; in a run it follows what happens from there on. */
export function last(console: Console): void {
  const mode = modeOf(console.model);
  if (["run", "ended", "starting", "watching"].includes(mode)) console.run({ type: "follow" });
  else move(console, 1_000_000);
}
