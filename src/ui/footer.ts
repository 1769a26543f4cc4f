/** The last two lines of every screen: what was said last, and the keys that work now. */
import type { Explained } from "../runbooks/explain.ts";
import { cells } from "./cells.ts";
import { keyName, MODE_TITLES } from "./key-names.ts";
import type { Binding } from "./key-binding.ts";
import { bindingFor, keyTable } from "./keys.ts";
import { line, span, type Line, type Span } from "./line.ts";
import { modeOf } from "./mode.ts";
import type { Mode, Model } from "./model.ts";
import type { Look } from "./theme.ts";
import { inWords, titleIn, type SiteWords } from "./words.ts";

const keyText = ({ keys: [first = ""], shown: name }: Binding, look: Look): string =>
  name ?? keyName(first, look.glyphs.enter);

/** Labels of the mode in the table's order, the first ones first when there is no room; help and back always. */
export function footerLine(mode: Mode, model: Model, look: Look): Line {
  // What a run has no use for is not offered; elsewhere it stays in its place, dimmed.
  const running = mode === "run" || mode === "ended" || mode === "watching" || mode === "replay";
  const isOffered = (binding: Binding): boolean => !running || (binding.enabled?.(model) ?? true) === true;
  const bindings = keyTable(model.runbooks).filter(
    (binding) => binding.modes.includes(mode) && binding.label !== "" && isOffered(binding),
  );
  const last = bindings.filter(({ stays }) => stays === true);
  const rest = bindings.filter((binding) => !last.includes(binding));
  const width = (binding: Binding): number =>
    cells(keyText(binding, look)) + 1 + cells(inWords(binding.label, look.words)) + 2;
  let room = look.columns - last.reduce((sum, binding) => sum + width(binding), 0);
  const fits = rest.filter((binding) => {
    if (width(binding) > room) return false;
    room -= width(binding);
    return true;
  });
  return line(
    ...[...fits, ...last].flatMap((binding): Span[] => {
      const can = binding.enabled === undefined || binding.enabled(model) === true;
      return [
        span(can ? "accent" : "muted", keyText(binding, look)),
        span(can ? "plain" : "muted", ` ${inWords(binding.label, look.words)}  `),
      ];
    }),
  );
}

export function foot(model: Model, look: Look): Line[] {
  return [line(span(model.message.tone, model.message.text)), footerLine(modeOf(model), model, look)];
}

/** All keys of a mode, for the help screen and the page of the docs. */
export function keysOf(
  runbooks: Model["runbooks"],
  mode: Mode,
  words: SiteWords,
): { readonly keys: string; readonly help: string }[] {
  const table = keyTable(runbooks);
  const rows = table.filter((binding) => binding.modes.includes(mode));
  return rows.map((binding) => ({
    keys: binding.keys
      .filter((key) => bindingFor(table, mode, key) === binding)
      .map((key) => keyName(key, "Enter"))
      .join(" "),
    help: inWords(binding.help, words),
  }));
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
