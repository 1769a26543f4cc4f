/**
 * An approval document as parts of a page with keys: what is the same of several steps is said once, and what need not be
 * seen to approve is folded. What is approved is never folded: the requests and rows, each with its values, what cannot be
 * undone, what has no preview, shell texts. Folded is what only explains.
 */
import { findKind } from "../phases/kinds/index.ts";
import type { Act, ApprovalDocument, DocumentStep, DocumentTarget } from "./approval-document.ts";
import { lostLines } from "./document-context.ts";
import { groupParts, shown, type DocumentPart } from "./document-blocks.ts";
import { flow } from "./document-members.ts";
import { groupsOf } from "./document-groups.ts";
import {
  effectText,
  identityLines,
  inputsOnPage,
  line,
  nameOf,
  summaryLines,
  type DocumentLine,
} from "./document-lines.ts";
import { isSeen } from "./document-step.ts";
import { START } from "./state.ts";
import { clean, countText } from "./words.ts";
import type { WayBack } from "../phases/change-kind.ts";
import { countTargets } from "../phases/target-noun.ts";

/** Lines behind a head. A single one takes no more room than its head would. */
const foldable = (head: DocumentLine, lines: readonly DocumentLine[]): DocumentPart[] =>
  lines.length === 0 ? [] : [{ lines, head: lines.length === 1 ? null : head }];

/** Whether what tells a target apart from others of its name stands on the page: it begins a run for it alone, or has another such. */
const isTold = ({ targets, phase }: ApprovalDocument, { label }: DocumentTarget): boolean =>
  (phase === START && targets.length === 1) || targets.filter((other) => other.label === label).length > 1;

/** Whether the names of the targets alone say who they are, with their steps in the first line. */
const isCounted = (document: ApprovalDocument): boolean =>
  document.targets.length > 1 &&
  document.phase !== START &&
  document.targets.every((target) => !isTold(document, target));

/** Whether a request of a target's own steps says its key, as a word of its own. */
const isKeySaid = ({ key, steps }: DocumentTarget): boolean =>
  steps.some(({ request_lines: lines }) => lines.some((text) => text.split(/[\s=,;:/()'"]+/u).includes(key)));

/** Who it is about, with the steps of each where the first line has not; short ones share a line. No key is left out. */
function targetLines(document: ApprovalDocument, width: number): DocumentLine[] {
  const isEach = isCounted(document);
  const targets = document.targets.filter((target) => !isEach || !isKeySaid(target));
  const texts = targets.map((target) => {
    const { label, key, steps } = target;
    const count =
      !isEach && document.targets.length > 1 && steps.length > 0 ? `  ${countText(steps.length, "step")}` : "";
    return `${isTold(document, target) ? nameOf(target) : `${clean(label)}  ${clean(key)}`}${count}`;
  });
  const pieces = texts.map((text, index) => (index < texts.length - 1 ? `${text};` : text));
  return flow(pieces, width, { first: "", next: "", gap: " " }).map((text) => line("accent", text, 2));
}

const limitText = ({ kind, counterpart, limit }: DocumentStep): string =>
  findKind(kind)?.instructions === undefined
    ? `Each request to ${counterpart} is given at most ${limit} s`
    : "What you do yourself has no limit of time; you are asked how it went";

const limitLines = (targets: ApprovalDocument["targets"]): DocumentLine[] =>
  [...new Set(targets.flatMap(({ steps }) => steps.map(limitText)))].map((text) => line("muted", text, 2));

/** What explains the page and asks nothing: what led to it, what follows it, whose it is. */
function contextParts(document: ApprovalDocument): DocumentPart[] {
  const { led_here, next, unanswered: questions, targets } = document;
  const isNamed = targets.length > 1 && document.phase !== START;
  const names = targets.filter((target) => !isTold(document, target) && (isNamed || target.shown.length > 0));
  const lines = [
    ...names.map((target) => line("plain", nameOf(target), 2)),
    ...led_here.map((text) => line("plain", `Led here: ${clean(text)}`, 2)),
    ...next.map((text) => line("plain", text, 2)),
    ...questions.map((text) => line("plain", text, 2)),
    ...limitLines(targets),
    ...lostLines(targets).map((text) => line("muted", text, 2)),
    ...identityLines(document),
  ];
  return foldable(
    line("muted", "+ What led here, what comes then, what no and a lost answer do, whose page it is", 2),
    lines,
  );
}

/** What the sign behind a title means. */
function blindText(steps: readonly DocumentStep[]): string {
  // A page for all that is left comes before the steps are looked at: nothing of it was tried, whatever could be.
  if (steps.some(({ preview }) => preview === null))
    return " [*]: not tried out yet, since other steps come before it; you approve the request.";
  const sides = [...new Set(steps.flatMap(({ preview, counterpart }) => (isSeen(preview) ? [] : [counterpart])))];
  if (sides.length === 0) return "";
  return ` [*]: ${sides.join(" and ")} ${sides.length === 1 ? "has" : "have"} no preview; you approve the request.`;
}

/** How much it is about, and whom. */
function countLines(document: ApprovalDocument): DocumentLine[] {
  const { identity, targets, phase } = document;
  const whom = countTargets(identity.runbook, targets.length);
  if (phase === START) return [line("plain", `This page begins the run for ${whom}. Nothing has been changed.`)];
  const steps = targets.flatMap((target) => target.steps);
  const names = targets.map(({ label, steps: own }) => `${clean(label)} ${own.length}`).join(", ");
  const rest = isCounted(document) ? ` (${names}).` : "; nothing is done yet.";
  return [line("plain", `${countText(steps.length, "step")} for ${whom}${rest}${blindText(steps)}`, 2)];
}

/** What the run does without a page of its own: a shell text line by line. */
function actLines({ title, lines, as, shell }: Act): DocumentLine[] {
  const head = `${clean(title)}, as ${clean(as)}`;
  if (!shell) return [line("plain", `${head}: ${lines.map(clean).join("; ")}`, 2)];
  return [
    line("waiting", `${head}; a shell text, whatever it does; what it prints goes into the journal`, 2),
    ...lines.map((text, index) => line("plain", `${String(index + 1).padStart(2)}| ${text}`, 4)),
  ];
}

/** What is said of the way back of all effects together, where it is the same of all. */
const WAYS: Readonly<Partial<Record<WayBack["kind"], (count: string) => string>>> = {
  none: (count) => `${count} CANNOT BE UNDONE; each says why.`,
  other: (count) => `not undone by Handrail, ${count}; each says what undoes it.`,
  complete: () => "every step can be undone by Handrail.",
};

/** What the page comes to; why nobody can take something back stands with the steps themselves. */
function shortSummary(document: ApprovalDocument): DocumentLine[] {
  const { summary, targets } = document;
  const steps = targets.flatMap((target) => target.steps);
  const kinds = [
    ...new Set([...summary.effects, ...steps.map(({ undo }) => ({ undo: undo.kind }))].map(({ undo }) => undo)),
  ];
  const [first, way, ...ages] = summaryLines(document);
  const [kind] = kinds;
  const words = kind === undefined || kinds.length > 1 ? undefined : WAYS[kind];
  if (words !== undefined && first !== undefined && summary.effects.length > 0) {
    const text = `In short: ${summary.effects.map(effectText).join(", ")}: ${words(`${steps.length} of ${countText(steps.length, "step")}`)}`;
    return [{ ...first, tone: kind === "none" ? "danger" : first.tone, text }, ...ages];
  }
  return [first, way, ...ages].flatMap((each) =>
    each === undefined
      ? []
      : [{ ...each, text: each.text.replace(/^(\d+ of .* cannot be undone): .*$/su, "$1: each says why.") }],
  );
}

/** The page as parts, in their order. `width`: columns of the window. */
export function documentParts(document: ApprovalDocument, width: number): DocumentPart[] {
  const { warnings, targets, acts, phase, risk } = document;
  const isWarned = phase === START || risk === "destroy";
  const many = targets.length > 1;
  return [
    shown(...countLines(document), ...shortSummary(document)),
    shown(...inputsOnPage(document)),
    shown(...(isWarned ? warnings.map((text) => line("waiting", `! ${clean(text)}`, 2)) : [])),
    shown(...targetLines(document, width)),
    ...groupsOf(targets).flatMap((group, index) => groupParts({ group, many, width }, index + 1)),
    shown(...(acts.length === 0 ? [] : [line("strong", "Beside the pages that are asked about, this run does:")])),
    shown(...acts.flatMap(actLines)),
    ...contextParts(document),
  ];
}
