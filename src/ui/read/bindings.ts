/** The row of the key table that opens texts in a program of the person's own. */
import type { Binding } from "../key-binding.ts";
import { canRead, openText } from "./act.ts";

export const READ_KEYS: readonly Binding[] = [
  {
    keys: ["e"],
    modes: [
      "detail",
      "plan",
      "run",
      "ended",
      "watching",
      "replay",
      "approval",
      "decision",
      "doubt",
      "rows",
      "page",
      "changes",
      "reason",
      "help",
    ],
    label: "",
    help: "open the report of the run, or the text of this page, in $PAGER, $VISUAL or $EDITOR, and come back; nothing is answered",
    enabled: canRead,
    act: openText,
  },
];
