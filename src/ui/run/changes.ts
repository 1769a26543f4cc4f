/** What a run did to the world: first in short by table, then change by change what was sent, its rows, what was seen of it. */
import { madeSlots, undoOf } from "../../engine/effects.ts";
import { slotsOf } from "../../engine/end.ts";
import { effectText, logLines, UNDOABLE } from "../../engine/receipt-text.ts";
import type { Account } from "../../engine/account.ts";
import { EMPTY_LEDGER } from "../../engine/ledger.ts";
import type { Receipt } from "../../engine/receipt.ts";
import { isSent, type Slot } from "../../engine/state.ts";
import { tableChanges } from "../../engine/table-changes.ts";
import { clean } from "../../engine/words.ts";
import { fit } from "../cells.ts";
import { paragraph, rule } from "../layout.ts";
import { line, span, type Line } from "../line.ts";
import type { ChangesModel } from "../model.ts";
import type { Look } from "../theme.ts";
import { statusOf, stepDetail } from "./steps.ts";
import { tableSummary } from "./table-summary.ts";

const INDENT = 4;

/** Whether Handrail can take this very change back, where it was made. */
function undoLines(account: Account, slot: Slot, width: number): Line[] {
  if (!madeSlots(account.state).includes(slot)) return [];
  const { undoable, reason } = undoOf(account, slot);
  const text = `${UNDOABLE[undoable]}${reason === "" ? "" : `: ${clean(reason)}`}`;
  return paragraph(text, width, undoable === "no" ? "danger" : "muted", 2);
}

function slotLines(account: Account, slot: Slot, look: Look): Line[] {
  const { glyph, word, tone } = statusOf(slot);
  const [first = [], ...rest] = paragraph(clean(slot.title), look.columns - 14, "strong");
  const pad = span("plain", " ".repeat(14));
  const width = look.columns - INDENT;
  const detail = [...stepDetail(account.state.runbook, slot, width), ...undoLines(account, slot, width)];
  return [
    line("  ", span(tone, fit(`${look.glyphs[glyph]} ${word}`, 12)), ...first),
    ...rest.map((row) => [pad, ...row]),
    ...detail.map((row) => [span("plain", " ".repeat(INDENT)), ...row]),
  ];
}

/** What was asked of others than the database, and the rows of the run itself in the product's own log. */
function besideLines({ effects, joblog: log, logged: hasLog }: Receipt, width: number): Line[] {
  const requests = effects.filter(({ verb }) => verb === "");
  const logTexts = logLines({ joblog: log, logged: hasLog });
  return [
    ...(requests.length === 0 ? [] : [line(span("strong", "Beside the database:"))]),
    ...requests.flatMap((effect) =>
      paragraph(`  ${effectText(effect)}`, width, effect.undoable === "no" ? "danger" : "plain", 4),
    ),
    ...logTexts.flatMap((text) => paragraph(`Product log: ${text}. ${UNLISTED}`, width, "muted", 2)),
  ];
}

const UNLISTED = "These rows about the run itself are not listed here, and no undo takes them back.";

/** The whole page. */
export function changesLines({ state, undos, receipt }: ChangesModel, look: Look): Line[] {
  const account = { state, ledger: { ...EMPTY_LEDGER, undos } };
  const parts = state.targets.flatMap((target) => {
    const slots = slotsOf(target).filter(isSent);
    if (slots.length === 0) return [];
    const head = line(span("accent", clean(target.label)), span("muted", `  ${clean(target.key)}`));
    return [head, ...slots.flatMap((slot) => slotLines(account, slot, look))];
  });
  return [
    ...tableSummary(tableChanges(account), look.columns),
    ...(receipt === null ? [] : besideLines(receipt, look.columns)),
    rule(look, "change by change"),
    ...parts,
  ];
}
