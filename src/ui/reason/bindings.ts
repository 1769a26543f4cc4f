/** The row of the key table that tells why. */
import type { Binding } from "../key-binding.ts";
import { canSeeReasons, openReasons } from "./act.ts";

export const REASON_KEYS: readonly Binding[] = [
  {
    keys: ["w"],
    modes: ["run", "ended", "watching", "replay", "approval", "decision", "plan", "doubt"],
    label: "why",
    help: "why what the cursor is on is there, or ended so: the reason that the runbook gives, and its warnings",
    offered: (model) => canSeeReasons(model) === true,
    enabled: canSeeReasons,
    act: openReasons,
  },
];
