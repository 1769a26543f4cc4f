/** What keys and modes are called for people: in the footer, in the help and in docs/keys.md. */
import type { Mode } from "./model.ts";

const KEY_NAMES: Readonly<Record<string, string>> = {
  enter: "Enter",
  escape: "Esc",
  space: "Space",
  tab: "Tab",
  up: "Up",
  down: "Down",
  left: "Left",
  right: "Right",
  pageup: "PgUp",
  pagedown: "PgDn",
  home: "Home",
  end: "End",
  "ctrl-c": "Ctrl-C",
  "ctrl-z": "Ctrl-Z",
  "ctrl-l": "Ctrl-L",
  "ctrl-\\": "Ctrl-\\",
  "ctrl-u": "Ctrl-U",
  "ctrl-d": "Ctrl-D",
  "ctrl-w": "Ctrl-W",
  "ctrl-p": "Ctrl-P",
  backspace: "Backspace",
};

/** How a key is written for people; `signs`: those that a terminal can draw in place of words. */
export const keyName = (key: string, signs: Readonly<Record<string, string>> = {}): string =>
  signs[key] ?? KEY_NAMES[key] ?? (key === "" ? "that key" : key);

/** Titles of the modes, with places for the site's words. */
export const MODE_TITLES: Readonly<Record<Mode, string>> = {
  board: "Board",
  filter: "Filter",
  search: "Search",
  detail: "{target}",
  plan: "Plan",
  starting: "Run, being prepared",
  run: "Run",
  approval: "Approval",
  typed: "Approval of what cannot be undone",
  decision: "Decision",
  leave: "Leaving a run",
  ended: "Run, ended or paused",
  doubt: "A run that was left in the middle",
  journal: "Journal",
  replay: "Replay",
  rows: "Rows of a preview",
  page: "Page that was asked about",
  changes: "What a run changed",
  reason: "Why",
  watch: "What a run watches",
  which: "For which {targets}",
  watching: "A run that somebody else drives",
  writing: "Words of your own",
  palette: "Actions of a page",
  help: "Help",
};
