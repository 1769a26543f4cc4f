/** The rows of the key table that look for words in a text. */
import { clearFirst, clearLabel } from "../field.ts";
import type { Binding } from "../key-binding.ts";
import { canSearchOn, closeSearch, keepSearch, openSearch, searchBy } from "./act.ts";

const isFound: Binding["offered"] = (model) => canSearchOn(model) === true;

export const SEARCH_KEYS: readonly Binding[] = [
  {
    keys: ["/"],
    modes: ["detail", "plan", "doubt", "page", "changes", "reason", "watch"],
    label: "",
    help: "look for words in this page",
    act: openSearch,
  },
  { keys: ["/"], modes: ["help"], label: "search", help: "look for a key or for words", act: openSearch },
  {
    keys: ["n"],
    modes: ["doubt", "page", "changes", "reason", "watch", "help"],
    label: "next",
    help: "the next line that has the words",
    offered: isFound,
    enabled: canSearchOn,
    act: searchBy(1),
  },
  {
    keys: ["N"],
    modes: ["doubt", "page", "changes", "reason", "watch", "help"],
    label: "",
    help: "the line before that has the words",
    enabled: canSearchOn,
    act: searchBy(-1),
  },
  { keys: ["down"], modes: ["search"], label: "next", help: "the next line that has the words", act: searchBy(1) },
  { keys: ["up"], modes: ["search"], label: "before", help: "the line before that has the words", act: searchBy(-1) },
  { keys: ["enter"], modes: ["search"], label: "done", help: "stay at the line that was found", act: keepSearch },
  {
    id: "back",
    keys: ["escape"],
    modes: ["search"],
    label: clearLabel("no search"),
    help: "clear what was typed; where nothing was: no search",
    stays: true,
    act: clearFirst(closeSearch),
  },
];
