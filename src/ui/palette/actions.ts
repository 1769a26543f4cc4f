/** What the palette lists: the rows of the key table for the screen below it, but for moves and for every answer to a question. */
import type { Binding } from "../key-binding.ts";
import { keyName } from "../key-names.ts";
import { bindingFor, keyTable } from "../keys.ts";
import { modeOf } from "../mode.ts";
import type { Mode, Model } from "../model.ts";
import type { Look } from "../theme.ts";
import { inWords } from "../words.ts";
import type { Action } from "./action.ts";
import { screenBelow } from "./act.ts";

/** Answers are given on the page that asks, with its own key; to move is no action. */
const ABSENT: ReadonlySet<Binding["id"]> = new Set(["approve", "no", "choose", "abandon", "move", "palette"]);

interface Candidate extends Action {
  /** All that words are looked for in. */
  readonly text: string;
}

function candidate(binding: Binding, key: string, below: Model, look: Look): Candidate {
  const help = inWords(binding.help, look.words);
  const label = typeof binding.label === "string" ? inWords(binding.label, look.words) : "";
  const can = binding.enabled?.(below) ?? true;
  return { key, help, can, text: `${keyName(key)} ${label} ${help}`.toLowerCase() };
}

function candidates(below: Model, mode: Mode, look: Look): Candidate[] {
  const table = keyTable(below.runbooks);
  return table.flatMap((binding): Candidate[] => {
    if (!binding.modes.includes(mode) || ABSENT.has(binding.id)) return [];
    const key = binding.keys.find((name) => bindingFor(table, mode, name) === binding);
    return key === undefined ? [] : [candidate(binding, key, below, look)];
  });
}

/** The actions that hold every word that was typed: first the one with just that key, then what can be done now. */
export function actionsOf(model: Model, look: Look): readonly Action[] {
  const text = model.palette.text.trim();
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  const below = screenBelow(model);
  const rank = ({ key, can }: Action): number => (key === text ? 0 : can === true ? 1 : 2);
  return candidates(below, modeOf(below), look)
    .filter((each) => words.every((word) => each.text.includes(word)))
    .sort((a, b) => rank(a) - rank(b));
}
