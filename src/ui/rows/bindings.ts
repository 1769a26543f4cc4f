/** The rows of the key table that are about the rows of a preview. */
import type { Binding } from "../key-binding.ts";
import { canReadRows, canSeeRows } from "./keys.ts";

export const ROWS_KEYS: readonly Binding[] = [
  {
    id: "rows",
    keys: ["/"],
    modes: ["approval"],
    label: "rows",
    help: "the rows of this page one by one, filtered by key or column; nothing is approved there",
    enabled: canSeeRows,
  },
  {
    id: "rows",
    keys: ["/"],
    modes: ["run", "ended", "watching", "replay"],
    label: "",
    help: "the rows of this step's preview one by one, filtered by key or column",
    enabled: canSeeRows,
  },
  {
    id: "rows",
    keys: ["tab"],
    modes: ["typed"],
    label: "rows",
    help: "the rows of this page one by one, filtered by key or column; nothing is approved there",
    enabled: canSeeRows,
  },
  {
    id: "filter",
    keys: ["/"],
    modes: ["rows"],
    label: "filter",
    help: "show only rows whose key or columns hold this",
  },
  {
    id: "unchanged",
    keys: ["u"],
    modes: ["rows"],
    label: "unchanged",
    help: "read what else stands in these rows now, or hide it; reads only, and no part of what is approved",
    enabled: canReadRows,
  },
  {
    id: "copy-keys",
    keys: ["y"],
    modes: ["rows"],
    label: "copy keys",
    help: "send the keys of the shown rows to the terminal's clipboard (OSC 52)",
  },
];
