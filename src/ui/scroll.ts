/** Where the window of a screen stands that scrolls as a whole. */
import { shownRun, top, type Model, type Screen, type WindowScreen } from "./model.ts";
import { changeRun } from "./run/change.ts";
import { showsReceipt } from "./run/over.ts";

const PARTS = {
  detail: "detail",
  plan: "plan",
  doubt: "left",
  rows: "rows",
  page: "page",
  changes: "changes",
  reason: "reason",
  watch: "watch",
  which: "which",
  help: "help",
} as const satisfies Readonly<Record<WindowScreen, keyof Model>>;

/** Whether a screen scrolls as a whole. */
export const isWindow = (screen: Screen): screen is WindowScreen => Object.hasOwn(PARTS, screen);

const nameOf = (model: Model): (typeof PARTS)[WindowScreen] | null => {
  const screen = top(model);
  return isWindow(screen) ? PARTS[screen] : null;
};

/** The first line that is shown; 0 where nothing scrolls. */
export function scrollOf(model: Model): number {
  const run = shownRun(model);
  if (run !== null && showsReceipt(run)) return run.scroll;
  const name = nameOf(model);
  return name === null ? 0 : (model[name]?.scroll ?? 0);
}

/** The model with the window of its screen at another line. */
export function scrollTo(model: Model, scroll: number): Model {
  const run = shownRun(model);
  if (run !== null && showsReceipt(run)) return changeRun(model, (current) => ({ ...current, scroll }));
  const name = nameOf(model);
  const part = name === null ? null : model[name];
  return name === null || part === null ? model : { ...model, [name]: { ...part, scroll } };
}
