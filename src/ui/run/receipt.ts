/** The receipt of a run that is over, as a page: the words that end a run at a plain terminal, and begin its report. */
import { receiptPage, TITLE_COLUMNS } from "../../engine/receipt-text.ts";
import type { Receipt } from "../../engine/receipt.ts";
import { clean } from "../../engine/words.ts";
import { fit, wrap } from "../cells.ts";
import { fill, footRows, inWindow, rule } from "../layout.ts";
import { line, span, type Line, type Tone } from "../line.ts";
import type { Model, RunModel } from "../model.ts";
import { commandOf } from "../sources.ts";
import type { Look } from "../theme.ts";
import { receiptIn } from "./receipt-in.ts";
import { ribbon } from "./ribbon.ts";
import { runTitle } from "./view.ts";

/** What the end of each target is worth, and what is left, at first sight. */
const TONES: Readonly<Partial<Record<string, (receipt: Receipt) => Tone>>> = {
  Result: ({ targets, status }) =>
    targets.every(({ end }) => end.kind === "recovered") ? "ok" : status === "paused" ? "waiting" : "danger",
  "No longer so": () => "danger",
  "Not approved": () => "refused",
  Open: ({ open }) => (open.length === 0 ? "muted" : "waiting"),
};

/** A blank where a line is not to be broken: in a command, and in how something is known. What is shown of the world has none. */
const WHOLE_BLANK = "\u00a0";
const whole = (text: string): string => text.replaceAll(" ", WHOLE_BLANK);

/** How something is known, as it stands behind a claim. */
const BASIS = /\[[="~] [a-z]+ [\d:Zto ]+\]$/u;

/** One part of a receipt: its title in a column, its lines beside it. */
export function partLines(title: string, lines: readonly string[], tone: Tone, width: number): Line[] {
  const rows = lines.flatMap((text) => wrap(text.replace(BASIS, whole), width - TITLE_COLUMNS, 2));
  return rows.map((text, index) =>
    line(span("muted", fit(index === 0 ? title : "", TITLE_COLUMNS)), span(tone, text.replaceAll(WHOLE_BLANK, " "))),
  );
}

/** All lines of the receipt; what is said of more than three targets alike stands together. */
export function receiptLines(model: Model, run: RunModel, look: Look): Line[] {
  const receipt = receiptIn(run);
  if (receipt === null) return [];
  const command = (words: string): string => whole(commandOf(model.site, words));
  const file = model.session.reports[receipt.run_id];
  const parts = receiptPage(receipt, command).flatMap(({ title, lines }) => {
    const [first = "", ...rest] = lines;
    const shown = title === "Effects" && receipt.effects.length > 0 ? [first, CHANGES, ...rest] : lines;
    return partLines(title, shown, TONES[title]?.(receipt) ?? "plain", look.columns);
  });
  return [
    ...(file === undefined ? [] : partLines("Report", [clean(file)], "strong", look.columns)),
    ...(run.notice === "" ? [] : partLines("Notice", [clean(run.notice)], "waiting", look.columns)),
    ...parts,
  ];
}

/** Where the question of an auditor is answered. */
const CHANGES = "d: rows by table, from what to what, and which can be undone";

/** A lower screen has its lines for the receipt alone. */
const LOW = 20;

/** Lines for the receipt: above it stand whose it is, the phases and its title, below it the answers and keys. */
export const receiptRoom = (run: RunModel, look: Look): number =>
  look.rows - footRows(look) - (look.rows > 22 ? 1 : 0) - runTitle(run, look).length - (look.rows < LOW ? 2 : 3);

/** The part of the receipt that has room below the phases. */
export function receiptBody(model: Model, run: RunModel, look: Look): Line[] {
  const { state } = run;
  if (state === null) return [];
  const room = receiptRoom(run, look);
  const phases = look.rows < LOW ? [] : [ribbon(run, state, null, look)];
  const lines = inWindow(receiptLines(model, run, look), run.scroll, look, room);
  return [...phases, rule(look, "receipt"), ...fill(lines, room), rule(look)];
}

/** The last line with which the window on the receipt may begin. */
export const lastReceiptLine = (model: Model, run: RunModel, look: Look): number =>
  receiptLines(model, run, look).length - receiptRoom(run, look);
