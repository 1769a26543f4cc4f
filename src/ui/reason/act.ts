/** `w`: why what the cursor is on is there, in the runbook's own words, on a page of its own. */
import type { Model } from "../model.ts";
import { show, update, type Handler } from "../update.ts";
import { reasonsOf } from "./reasons.ts";

/** Whether the runbook gives a reason for what the cursor is on. */
export const canSeeReasons = (model: Model): true | string =>
  reasonsOf(model).length > 0 ? true : "the runbook gives no reason for what the cursor is on";

/** Shows the reasons; nothing is answered by that, and what a question below shows has to be seen again. */
export const openReasons: Handler = (model) =>
  update({ ...show(model, "reason"), reason: { reasons: reasonsOf(model), scroll: 0 } });
