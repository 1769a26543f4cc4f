/** The rows of the key table that are about the rows of a preview. */
import type { Binding } from "../key-binding.ts";
import { copyHere } from "../copy/act.ts";
import { setFilter } from "../filter.ts";
import { changing } from "../update.ts";
import { canReadRows, canSeeRows, copyKeys, openRows, toggleUnchanged } from "./act.ts";

export const ROWS_KEYS: readonly Binding[] = [
  {
    keys: ["/"],
    modes: ["approval"],
    label: "rows",
    help: "the rows of this page one by one, filtered by key or column; nothing is approved there",
    enabled: canSeeRows,
    act: openRows,
  },
  {
    keys: ["/"],
    modes: ["run", "ended", "watching", "replay"],
    label: "",
    help: "the rows of this step's preview one by one, filtered by key or column",
    enabled: canSeeRows,
    act: openRows,
  },
  {
    keys: ["tab"],
    modes: ["typed"],
    label: "rows",
    help: "the rows of this page one by one, filtered by key or column; nothing is approved there",
    enabled: canSeeRows,
    act: openRows,
  },
  {
    keys: ["/"],
    modes: ["rows"],
    label: "filter",
    help: "show only rows whose key or columns hold this",
    act: changing((model) => setFilter(model, "", true)),
  },
  {
    keys: ["u"],
    modes: ["rows"],
    label: "unchanged",
    help: "read what else stands in these rows now, or hide it; reads only, and no part of what is approved",
    enabled: canReadRows,
    act: toggleUnchanged,
  },
  {
    keys: ["y"],
    modes: ["rows"],
    label: "copy keys",
    help: "send the keys of the shown rows to the terminal's clipboard (OSC 52)",
    act: copyKeys,
  },
  {
    keys: ["y"],
    modes: [
      "board",
      "detail",
      "plan",
      "journal",
      "run",
      "ended",
      "watching",
      "replay",
      "doubt",
      "page",
      "changes",
      "reason",
      "watch",
    ],
    label: "",
    help: "send what the cursor is on to the terminal's clipboard (OSC 52): name and key, run, step with its request, or page",
    act: copyHere,
  },
];
