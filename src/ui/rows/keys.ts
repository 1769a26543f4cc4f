/**
 * The rows of a page or step as a screen of its own. It lies over an open question and never answers it: while it is
 * open no key reaches the question, and a page has to be seen to its end again afterwards.
 */
import { pageBelow } from "../ask/view.ts";
import { clean, counted } from "../../engine/words.ts";
import type { Console } from "../console.ts";
import { shownRun, type Model, type RowsModel } from "../model.ts";
import { selectedStep } from "../run/steps.ts";
import { nameOf, partsOfPage, partsOfSlot, pickRows, type RowsPart } from "./parts.ts";

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

export function openRows(console: Console): void {
  const parts = partsNow(console.model);
  const live = shownRun(console.model)?.how === "driving";
  const rows: RowsModel = {
    parts,
    live,
    filter: "",
    filtering: true,
    unchanged: "off",
    now: {},
    trouble: "",
    scroll: 0,
  };
  console.show("rows");
  console.store.set((model) => ({ ...model, rows }));
}

/** Back to what it lay over. Whatever was seen here, the page itself was not. */
export function closeRows(console: Console): void {
  console.back();
  console.store.set((model) => ({ ...model, rows: null }));
  const question = console.model.run?.question;
  if (question?.kind !== "page") return;
  const fits = pageBelow(question, console.look()).last === 0;
  console.ask({ type: "looked away", at: console.wish.timers.now(), fits });
}

export function setRows(console: Console, change: (rows: RowsModel) => Partial<RowsModel>): void {
  console.store.set((model) =>
    model.rows === null ? model : { ...model, rows: { ...model.rows, ...change(model.rows) } },
  );
}

/** Ends the typing of a filter. With other rows on the screen, other ones are read beside them. */
export function endFilter(console: Console, filter: string): void {
  setRows(console, () => ({ filter, filtering: false, scroll: 0 }));
  if (console.model.rows?.unchanged !== "off") readRows(console);
}

/** Shows or hides what else stands in the rows. */
export function toggleUnchanged(console: Console): void {
  if (console.model.rows?.unchanged === "off") readRows(console);
  else setRows(console, () => ({ unchanged: "off", now: {}, trouble: "" }));
}

/** At most so many rows are read for one look. */
const MOST_READ = 200;

/** Reads the picked rows over the reading connection; the screen stays usable meanwhile. */
export function readRows(console: Console): void {
  const asked = console.model.rows;
  if (asked === null) return;
  setRows(console, () => ({ unchanged: "asked", trouble: "" }));
  void read(console, asked).then((found) => {
    const { rows } = console.model;
    // Closed, or another filter meanwhile: what was read belongs to nothing on the screen.
    if (rows === null || rows.parts !== asked.parts || rows.unchanged !== "asked" || rows.filter !== asked.filter)
      return;
    setRows(console, () => ({ unchanged: "on", ...found }));
  });
}

async function read(console: Console, { parts, filter }: RowsModel): Promise<Pick<RowsModel, "now" | "trouble">> {
  const now: Record<string, RowsModel["now"][string]> = {};
  for (const table of parts.flatMap(({ tables }) => tables)) {
    const keys = pickRows(table, filter)
      .slice(0, MOST_READ)
      .map(({ key }) => key);
    if (keys.length === 0) continue;
    const found = await console.wish.sources.rows(table.table, keys);
    if (!found.ok) return { now: {}, trouble: found.error };
    const rows = new Map(now[table.table]?.rows);
    for (const [at, key] of keys.entries()) rows.set(nameOf(key), found.value.rows[at] ?? null);
    now[table.table] = { columns: found.value.columns, rows };
  }
  return { now, trouble: "" };
}

/** Terminals take about 100 000 characters of base64 in one piece. */
const MOST_COPIED = 70_000;

/** Hands the keys of the shown rows to the terminal's clipboard: one row a line, the parts of a key behind tabs. */
export function copyKeys(console: Console): void {
  const { rows } = console.model;
  const { copy } = console.wish;
  if (rows === null) return;
  if (copy === undefined) return console.say("this terminal cannot be handed anything to copy", "waiting");
  const keys = rows.parts.flatMap(({ tables }) => tables.flatMap((table) => pickRows(table, rows.filter)));
  if (keys.length === 0) return console.say("no row is shown, so there is no key to copy", "waiting");
  // As shown: a line break or a control character in a key must not act where it is pasted.
  const text = keys.map(({ key }) => key.map(clean).join("\t")).join("\n");
  if (Buffer.byteLength(text) > MOST_COPIED)
    return console.say(`${keys.length} keys are too many for a terminal's clipboard: filter first (/)`, "waiting");
  copy(text);
  console.say(`sent ${counted(keys.length, "key")} to the terminal's clipboard by OSC 52, if it takes that`, "ok");
}
