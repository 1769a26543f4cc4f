/**
 * The rows of a page or step as a screen of its own. It lies over an open question and never answers it: while it is
 * open no key reaches the question, and a page has to be seen to its end again afterwards.
 */
import { uncoverQuestion } from "../ask/act.ts";
import { clean, countText } from "../../engine/words.ts";
import { isTooLong, sendText } from "../copy/send.ts";
import { shownRun, type Model, type RowsModel } from "../model.ts";
import { selectedStep } from "../run/steps.ts";
import { changing, refuse, show, update, type Handler, type Update } from "../update.ts";
import { partsOfPage, partsOfSlot, pickRows, type RowsPart } from "./parts.ts";

/** The rows that could be shown now: of the open page, else of the step under the cursor. */
function partsNow(model: Model): RowsPart[] {
  const run = shownRun(model);
  if (run === null) return [];
  if (run.question?.kind === "page") return partsOfPage(run.question.page);
  const step = selectedStep(run);
  return step === null ? [] : partsOfSlot(step.slot);
}

export const canSeeRows = (model: Model): true | string =>
  partsNow(model).length > 0 ? true : "nothing here changes rows that were previewed";

/** A replay or somebody else's run is looked at as it was; its rows of now belong to no preview on the screen. */
export const canReadRows = ({ rows }: Model): true | string =>
  rows?.live === true ? true : "rows are read only while the run is driven here";

/** Opens the rows of the open page, or of the step under the cursor. */
export const openRows: Handler = changing((model) => {
  const rows: RowsModel = {
    parts: partsNow(model),
    live: shownRun(model)?.how === "driving",
    filter: "",
    filtering: true,
    unchanged: "off",
    now: {},
    trouble: "",
    scroll: 0,
  };
  return { ...show(model, "rows"), rows };
});

/** Back to what it lay over. Whatever was seen here, the page itself was not. */
export const closeRows: Handler = changing((model, view) => ({ ...uncoverQuestion(model, view), rows: null }));

/** Changes a part of what is shown of the rows. */
export const setRows = (model: Model, part: Partial<RowsModel>): Model =>
  model.rows === null ? model : { ...model, rows: { ...model.rows, ...part } };

/** Reads the picked rows over the reading connection; the screen stays usable meanwhile. */
function askRows(model: Model): Update {
  if (model.rows === null) return update(model);
  const { parts, filter } = model.rows;
  return update(setRows(model, { unchanged: "asked", trouble: "" }), { type: "read rows", parts, filter });
}

/** Ends the typing of a filter. With other rows on the screen, other ones are read beside them. */
export function endRowsFilter(model: Model, filter: string): Update {
  const nextModel = setRows(model, { filter, filtering: false, scroll: 0 });
  return nextModel.rows?.unchanged === "off" ? update(nextModel) : askRows(nextModel);
}

/** Shows or hides what else stands in the rows. */
export const toggleUnchanged: Handler = (model) =>
  model.rows?.unchanged === "off" ? askRows(model) : update(setRows(model, { unchanged: "off", now: {}, trouble: "" }));

/** The rows that were read: of what stands on the screen, else of nothing. */
export function showRows(
  model: Model,
  request: Pick<RowsModel, "parts" | "filter">,
  read: Pick<RowsModel, "now" | "trouble">,
): Model {
  const { rows } = model;
  const isAsked =
    rows !== null && rows.unchanged === "asked" && rows.parts === request.parts && rows.filter === request.filter;
  return isAsked ? setRows(model, { unchanged: "on", ...read }) : model;
}

const shownKeys = ({ parts, filter }: RowsModel): (readonly string[])[] =>
  parts.flatMap(({ tables }) => tables.flatMap((table) => pickRows(table, filter).map(({ key }) => key)));

/** Hands the keys of the shown rows to the terminal's clipboard: one row a line, the parts of a key behind tabs. */
export const copyKeys: Handler = (model) => {
  const { rows } = model;
  if (rows === null) return update(model);
  const keys = shownKeys(rows);
  if (keys.length === 0) return refuse(model, "no row is shown, so there is no key to copy");
  // As shown: a line break or a control character in a key must not act where it is pasted.
  const text = keys.map((key) => key.map(clean).join("\t")).join("\n");
  if (isTooLong(text))
    return refuse(model, `${keys.length} keys are too many for a terminal's clipboard: filter first (/)`);
  return sendText(model, text, countText(keys.length, "key"));
};
