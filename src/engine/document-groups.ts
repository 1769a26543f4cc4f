/**
 * Steps of an approval document that differ in values only, together: five requests of one form are one block with
 * five rows. Nothing is left out by it: what is the same of all stands once, what differs stands with each.
 */
import { isSeen } from "./document-step.ts";
import type { DocumentStep, DocumentTarget } from "./approval-document.ts";

/** One step of a group, and whose it is. */
export interface GroupMember {
  readonly target: DocumentTarget;
  readonly step: DocumentStep;
}

export type StepGroup = readonly [GroupMember, ...GroupMember[]];

/** Everything that a block says once: steps that differ in any of it are told apart. */
const commonOf = ({ phase, step, kind, risk, raises, counterpart, limit, preview, undo }: DocumentStep): string =>
  JSON.stringify([phase, step, kind, risk, raises, counterpart, limit, isSeen(preview), undo]);

interface Entry {
  readonly name: string;
  readonly members: [GroupMember, ...GroupMember[]];
}

/** The steps of one target in their order, those that follow each other and are alike under one name. */
function namesOf({ steps }: DocumentTarget): string[] {
  const turns = new Map<string, number>();
  let previous = "";
  return steps.map((step) => {
    const common = commonOf(step);
    if (common !== previous) turns.set(common, (turns.get(common) ?? 0) + 1);
    previous = common;
    return `${turns.get(common) ?? 0} ${common}`;
  });
}

/** The steps of all targets as groups, in the order in which each target comes to them. */
export function groupsOf(targets: readonly DocumentTarget[]): StepGroup[] {
  const entries: Entry[] = [];
  for (const target of targets) {
    const names = namesOf(target);
    let place = 0;
    for (const [index, step] of target.steps.entries()) {
      const name = names[index] ?? "";
      const found = entries.findIndex((entry) => entry.name === name);
      const entry = entries[found];
      if (entry === undefined) entries.splice(place, 0, { name, members: [{ target, step }] });
      else entry.members.push({ target, step });
      place = (entry === undefined ? place : found) + 1;
    }
  }
  return entries.map(({ members }) => members);
}

/** Lines that differ in some words: what they have in common, and the words of each. */
export interface Template {
  /** `…` stands where they differ; without one they are all the same. */
  readonly text: string;
  /** What stands there, for each line; [] where they are the same. */
  readonly values: readonly (readonly string[])[];
}

const HOLE = "…";

/** What two words may have in common around their values: `id=` before, brackets around. */
const edgeOf = (word: string): { readonly before: string; readonly after: string } => ({
  before: /^(?:[^=]*=)?[('"]?/u.exec(word)?.[0] ?? "",
  after: /[)'",:;]*$/u.exec(word)?.[0] ?? "",
});

function wordsAt(words: readonly string[]): { readonly text: string; readonly values: readonly string[] } {
  const [first = ""] = words;
  const { before, after } = edgeOf(first);
  const isEdged = words.every(
    (word) => word.length > before.length + after.length && word.startsWith(before) && word.endsWith(after),
  );
  if (!isEdged) return { text: HOLE, values: words };
  const values = words.map((word) => word.slice(before.length, word.length - after.length));
  return { text: `${before}${HOLE}${after}`, values };
}

/** What lines have in common, word by word; null where they are not built alike. */
export function templateOf(lines: readonly string[]): Template | null {
  const split = lines.map((text) => text.split(" "));
  const [first = []] = split;
  if (split.some((words) => words.length !== first.length)) return null;
  const columns = first.map((word, index) => {
    const words = split.map((each) => each[index] ?? "");
    return words.every((each) => each === word) ? { text: word, values: [] } : wordsAt(words);
  });
  const open = columns.filter(({ values }) => values.length > 0);
  return {
    text: columns.map(({ text }) => text).join(" "),
    values: open.length === 0 ? [] : lines.map((_unused, row) => open.map(({ values }) => values[row] ?? "")),
  };
}
