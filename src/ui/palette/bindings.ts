/** The rows of the key table that are about the palette. */
import { closeScreen } from "../back.ts";
import { clearFirst, clearLabel } from "../field.ts";
import type { Binding } from "../key-binding.ts";
import type { Mode } from "../model.ts";
import { PLAIN } from "../move-bindings.ts";
import { openPalette, pressChosen } from "./act.ts";

/** The pages that have it: none that asks something. */
const PAGES: readonly Mode[] = [...PLAIN, "run", "ended", "starting"];

export const PALETTE_KEYS: readonly Binding[] = [
  {
    id: "palette",
    keys: [":", "ctrl-p"],
    modes: PAGES,
    label: "find",
    help: "every action of this page with its key, found by typing; none of them approves anything",
    stays: true,
    act: openPalette,
  },
  {
    keys: ["enter"],
    modes: ["palette"],
    label: "do it",
    help: "press the key of the action under the cursor on the page below",
    act: pressChosen,
  },
  {
    id: "back",
    keys: ["escape"],
    modes: ["palette"],
    label: clearLabel("back"),
    help: "clear what was typed; where nothing was: back",
    stays: true,
    act: clearFirst(closeScreen),
  },
];
