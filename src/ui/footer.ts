/** The last two lines of every screen: what was said last, and the keys that work now. */
import type { Explained } from "../runbooks/explain.ts";
import { advisedBinding } from "./advice.ts";
import { awayLine } from "./away.ts";
import { cells } from "./cells.ts";
import { keyName, MODE_TITLES } from "./key-names.ts";
import type { Binding } from "./key-binding.ts";
import { bindingFor, keyTable } from "./keys.ts";
import { line, span, type Line, type TextSpan } from "./line.ts";
import { modeOf } from "./mode.ts";
import type { Mode, Model } from "./model.ts";
import type { Look } from "./theme.ts";
import { messageOn } from "./update.ts";
import { inWords, titleIn, type SiteWords } from "./words.ts";

function keyText({ keys: [first = ""], shown: name }: Binding, model: Model, look: Look): string {
  if (name === undefined) return keyName(first, look.glyphs.keys);
  return typeof name === "string" ? name : name(model);
}

interface Offer {
  readonly binding: Binding;
  readonly key: string;
  readonly label: string;
}

const labelOf = ({ label }: Binding, model: Model): string => (typeof label === "string" ? label : label(model));

/** Where what a run or its page has no use for is not offered; elsewhere it stays in its place, dimmed. */
const RUNS: ReadonlySet<Mode> = new Set([
  "run",
  "ended",
  "watching",
  "replay",
  "doubt",
  "approval",
  "typed",
  "decision",
]);

/** The rows of the mode that the footer may show, in the table's order; what is advised stands first. */
function offers(mode: Mode, model: Model, look: Look, advised: Binding | undefined): Offer[] {
  const isOffered = (binding: Binding): boolean =>
    (binding.offered?.(model, look) ?? true) && (!RUNS.has(mode) || (binding.enabled?.(model) ?? true) === true);
  const rows = keyTable(model.runbooks).filter((binding) => binding.modes.includes(mode) && isOffered(binding));
  const rest = rows.filter((binding) => binding !== advised && labelOf(binding, model) !== "");
  return [...(advised === undefined ? [] : [advised]), ...rest].map((binding) => ({
    binding,
    key: keyText(binding, model, look),
    label: inWords((binding === advised && binding.advice) || labelOf(binding, model), look.words),
  }));
}

/** What stands between two of them. */
const GAP = "  ";

const widthOf = ({ key, label }: Offer): number => cells(key) + 1 + cells(label) + GAP.length;

/** Those that find room, the first ones first; help and back always. */
function fitting(all: readonly Offer[], columns: number): Offer[] {
  const last = all.filter(({ binding }) => binding.stays === true);
  // Nothing stands behind the last one.
  let room = columns + GAP.length - last.reduce((sum, offer) => sum + widthOf(offer), 0);
  const fits = all.filter((offer) => {
    if (offer.binding.stays === true || widthOf(offer) > room) return false;
    room -= widthOf(offer);
    return true;
  });
  return [...fits, ...last];
}

/** Labels of the mode; what is advised is lit. */
export function footerLine(mode: Mode, model: Model, look: Look): Line {
  const advised = advisedBinding(model);
  const spans = fitting(offers(mode, model, look, advised), look.columns).flatMap(
    ({ binding, key, label }): TextSpan[] => {
      if (binding === advised) return [span("focus", `${key} ${label}`), span("plain", GAP)];
      const can = binding.enabled === undefined || binding.enabled(model) === true;
      return [span(can ? "accent" : "muted", key), span(can ? "plain" : "muted", ` ${label}`), span("plain", GAP)];
    },
  );
  return line(...spans.slice(0, -1));
}

export function foot(model: Model, look: Look): Line[] {
  const message = messageOn(model, look);
  const said = message === null ? (awayLine(model, look) ?? line("")) : line(message);
  return [said, footerLine(modeOf(model), model, look)];
}

/** A row of the help: keys, what they do, and why they do not now; '' where nothing is against it, or nobody asks. */
export interface KeyHelp {
  readonly keys: string;
  readonly help: string;
  readonly refusal: string;
}

/** All keys of a mode, for the help screen and the page of the docs; `model`: in which they would be pressed. */
export function keysOf(
  runbooks: Model["runbooks"],
  mode: Mode,
  words: SiteWords,
  model: Model | null = null,
): KeyHelp[] {
  const table = keyTable(runbooks);
  const rows = table.filter((binding) => binding.modes.includes(mode));
  // A key that a runbook took for itself is not a key of the row behind it.
  const keysIn = (binding: Binding): readonly string[] =>
    binding.keys.filter((key) => bindingFor(table, mode, key) === binding);
  return rows.flatMap((binding) => {
    const keys = keysIn(binding).map((key) => keyName(key));
    const can = (model === null ? true : binding.enabled?.(model)) ?? true;
    const refusal = can === true ? "" : can;
    return keys.length === 0 ? [] : [{ keys: keys.join(" "), help: inWords(binding.help, words), refusal }];
  });
}

/** docs/keys.md, with the keys of the runbooks that are shipped. */
export function keysPage(runbooks: readonly Explained[], words: SiteWords): string {
  const modes = Object.keys(MODE_TITLES) as Mode[];
  const lines = ["# Keys", "", "Made from the key table; `npm run docs` writes it again.", ""];
  for (const mode of modes) {
    lines.push(`## ${titleIn(MODE_TITLES[mode], words)}`, "", "| keys | |", "|---|---|");
    for (const { keys, help } of keysOf(runbooks, mode, words))
      lines.push(`| ${keys.replaceAll("|", "\\|")} | ${help} |`);
    if (mode === "typed") lines.push("| any letter | part of the name; pasted text is refused |");
    lines.push("");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}
