/**
 * An approval document as lines, for every printer: the screen gives each its colour and its width, plain text and the
 * report print them as they stand. What is not here is on no page, and nothing else is on any.
 */
import { countTargets } from "../phases/target-noun.ts";
import { findKind } from "../phases/kinds/index.ts";
import { WAY_BACK_WORDS } from "../phases/way-back.ts";
import type { WayBack } from "../phases/change-kind.ts";
import type { Act, ApprovalDocument, DocumentStep, DocumentSummary, DocumentTarget } from "./approval-document.ts";
import { lostLines } from "./document-context.ts";
import { isSeen } from "./document-step.ts";
import { START } from "./state.ts";
import { clean, countText } from "./words.ts";

export type DocumentTone = "plain" | "strong" | "muted" | "accent" | "danger" | "waiting";

/** One logical line: a printer breaks it, and lets what follows hang by `hang` columns. */
export interface DocumentLine {
  readonly tone: DocumentTone;
  readonly text: string;
  readonly hang: number;
}

/** At most so many lines of rows for each step; the rest is counted, by column. */
export const MOST_ROWS = 400;

/** A line of a document. */
export const line = (tone: DocumentTone, text: string, hang = 0): DocumentLine => ({ tone, text, hang });

/** What happens beside the rows, and what has no way back, stands out. */
export const previewTone = (text: string): DocumentTone =>
  text.startsWith("NO PREVIEW") ? "danger" : text.startsWith("!") ? "waiting" : "accent";

/** A way back in words, for a step of a page or of the report. */
export function wayBackText({ kind, why: parts }: WayBack): string {
  const reasons = parts.map(clean).join("; ");
  return `${WAY_BACK_WORDS[kind]}${reasons === "" ? "" : `: ${reasons}`}`;
}

/** The request of a step and what it does, in their order: what Handrail worded itself stands behind its rows. */
export function inOrder(
  { kind, request }: DocumentStep,
  requestPart: readonly DocumentLine[],
  rows: readonly DocumentLine[],
  indent: string,
): DocumentLine[] {
  const isOwn = rows.length > 0 && findKind(kind)?.isOwn?.(request) === true;
  return isOwn ? [...rows, line("muted", `${indent}by this request:`, 7), ...requestPart] : [...requestPart, ...rows];
}

function stepLines(step: DocumentStep, number: number, width: number): DocumentLine[] {
  const isObservation = isSeen(step.preview);
  const title = `  ${number}. ${clean(step.title)}${isObservation ? "" : " [*]"}`;
  const kind = findKind(step.kind);
  const rows =
    step.preview === null ? [] : (kind?.previewLines(step.preview, { width: width - 5, most: MOST_ROWS }) ?? []);
  const way = wayBackText(step.undo);
  const by = `     by ${step.counterpart}${kind?.instructions === undefined ? `, at most ${step.limit} s` : ", who is asked how it went"}`;
  const loud = step.undo.kind === "none" || step.undo.kind === "partial";
  return [
    line(step.risk === "destroy" ? "danger" : "strong", title, 5),
    ...inOrder(
      step,
      [
        ...step.request_lines.map((text) => line("plain", `     ${text}`, 7)),
        // Its rows stand nowhere yet: how far it may reach is all that binds it.
        ...(step.undo.kind === "unseen" ? [line("plain", `     ${clean(step.message)}`, 7)] : []),
      ],
      rows.map((text) => line(previewTone(text), `     ${text}`, 7)),
      "     ",
    ),
    ...step.raises.map((reason) => line("danger", `     NEEDS THE TYPED NAME: ${clean(reason)}`, 7)),
    ...(loud
      ? [line("muted", by, 7), line(step.undo.kind === "none" ? "danger" : "waiting", `     ${way}`, 7)]
      : [line("muted", `${by}; ${way}`, 7)]),
  ];
}

/** What is shown of a target was read when it was chosen: a run that is taken up later looks anew, but at other things. */
export const nameOf = ({ label, key, shown: pairs }: DocumentTarget): string => {
  const columns = pairs.map(([column, value]) => `${clean(column)} ${clean(value)}`).join(", ");
  return `${clean(label)}  ${clean(key)}${columns === "" ? "" : `  (when chosen: ${columns})`}`;
};

function actLines({ title, lines, as, shell }: Act): DocumentLine[] {
  const request = shell
    ? "a shell text, whatever it does; what it prints goes into the journal"
    : "no page of its own is asked for it";
  return [
    line("strong", `  ${clean(title)}`, 4),
    line(shell ? "waiting" : "muted", `     as ${clean(as)}: ${request}`, 7),
    ...lines.map((text, index) =>
      line("plain", shell ? `     ${String(index + 1).padStart(2)} | ${text}` : `     ${clean(text)}`, 10),
    ),
  ];
}

/** Words for a span of time: `5 h 12 min`. */
function spanText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** What a page does to one thing, counted. */
export function effectText({ what: object, verb, count }: DocumentSummary["effects"][number]): string {
  if (verb === "") return `${count} x ${clean(object)}`;
  return `${verb} ${countText(count, "row")} of ${clean(object)}`;
}

const SHORT_UNDO: Readonly<Record<DocumentStep["undo"]["kind"], string>> = {
  complete: "undo complete",
  partial: "undo PARTIAL",
  other: "undone by other means only",
  none: "CANNOT BE UNDONE",
  unseen: "undo not known yet",
};

/** What can be taken back of a page, in one line: only what is seen to be complete is said to be. */
export function wayBackLine({ summary, targets }: ApprovalDocument): DocumentLine {
  const steps = targets.flatMap((target) => target.steps);
  const total = countText(steps.length, "step");
  const count = (kind: WayBack["kind"]): number => steps.filter(({ undo }) => undo.kind === kind).length;
  const lost = summary.lost.map(
    ({ message, steps: times }) => `${clean(message)}${times > 1 ? ` (${times} steps)` : ""}`,
  );
  if (count("none") > 0) return line("danger", `${count("none")} of ${total} cannot be undone: ${lost.join("; ")}`, 2);
  if (count("unseen") > 0)
    return line("waiting", `Whether ${count("unseen")} of ${total} can be undone is known after the preview.`, 2);
  if (count("partial") > 0) return line("waiting", `${count("partial")} of ${total} can be undone only in part.`, 2);
  if (count("other") > 0)
    return line("plain", `Not undone by Handrail: ${count("other")} of ${total}; each says what undoes it.`, 2);
  return line("plain", "Every step can be undone by Handrail.", 2);
}

function ageLines({ summary: { oldest, ageless }, at: time }: ApprovalDocument): DocumentLine[] {
  const unseen =
    ageless === 0
      ? []
      : [line("danger", `When the snapshot was made is not known of ${countText(ageless, "step")}`, 2)];
  if (oldest === null) return unseen;
  const age = spanText((Date.parse(time) - Date.parse(oldest)) / 1000);
  return [line("danger", `Oldest snapshot gone back to: ${oldest}, ${age} before this page`, 2), ...unseen];
}

/** What a page comes to, in a few lines. */
export function summaryLines(document: ApprovalDocument): DocumentLine[] {
  if (document.phase === START) return [];
  const effects = document.summary.effects.map((effect) => `${effectText(effect)} (${SHORT_UNDO[effect.undo]})`);
  return [line("strong", `In short: ${effects.join(", ")}`, 2), wayBackLine(document), ...ageLines(document)];
}

/** What the sign behind a title means; `isEarly`: steps come before them, so that nothing was tried out yet. */
function blindText(blind: number, count: number, isEarly: boolean): string {
  const [one, more] = isEarly ? ["was", "were"] : ["has", "have"];
  const verb = blind === 1 ? one : more;
  const subject = blind === count ? `${count === 1 ? "It" : "They"} ${verb}` : `${blind} of them ${verb}`;
  const fact = isEarly ? "not tried out yet [*], since other steps come before" : "no preview [*]";
  return `${subject} ${fact}: approved by the request, looked at before and after.`;
}

function countLines({ identity, targets, phase }: ApprovalDocument): DocumentLine[] {
  const steps = targets.flatMap((target) => target.steps);
  const blind = steps.filter(({ preview }) => !isSeen(preview)).length;
  const isEarly = steps.some(({ preview }) => preview === null);
  const whom = countTargets(identity.runbook, targets.length);
  const count =
    phase === START
      ? `This page begins the run for ${whom}. Nothing has been changed.`
      : `${countText(steps.length, "step")} for ${whom}. Nothing of this page has been done yet.`;
  return [line("plain", count), ...(blind === 0 ? [] : [line("muted", blindText(blind, steps.length, isEarly), 2)])];
}

/** What the run was told: a default says that it is one. */
export const inputsOnPage = ({ inputs = [] }: ApprovalDocument): DocumentLine[] =>
  inputs.map(([name, value, source]) =>
    line("plain", `Input ${clean(name)} = ${clean(value)}${source === "default" ? " (by default)" : ""}`, 2),
  );

/** Whose page it is. */
export function identityLines({ identity, digest }: ApprovalDocument): DocumentLine[] {
  const { runbook, site, lab, server, operator, mode } = identity;
  const question = {
    person: "asked of a person",
    grant: "a grant answers what it covers",
    none: "nobody is there to be asked",
  }[mode];
  return [
    line(
      "muted",
      `Runbook ${clean(runbook.id)} (digest ${runbook.digest.slice(0, 16)}), site ${clean(site)}${lab === null ? "" : `, LAB ${clean(lab)}`}, ${clean(server)}`,
      2,
    ),
    line("muted", `Begun or taken up by ${clean(operator)}; ${question}`, 2),
    line("muted", `Page ${digest.slice(0, 16)}: an answer counts for this page alone`, 2),
  ];
}

/** The whole document. `width`: columns of the printer, which rows of a preview are laid out for. */
export function documentLines(document: ApprovalDocument, width: number): DocumentLine[] {
  const { led_here, warnings, targets, acts, next, unanswered: questions, phase, risk } = document;
  const lost = lostLines(targets);
  return [
    ...countLines(document),
    ...summaryLines(document),
    ...inputsOnPage(document),
    ...led_here.map((text) => line("plain", `Led here: ${clean(text)}`, 2)),
    ...(phase === START || risk === "destroy" ? warnings.map((text) => line("waiting", `! ${clean(text)}`, 2)) : []),
    ...targets.flatMap((target) => [
      line("accent", nameOf(target), 2),
      ...target.steps.flatMap((step, index) => stepLines(step, index + 1, width)),
    ]),
    ...(acts.length === 0 ? [] : [line("strong", "Beside the pages that are asked about, this run does:")]),
    ...acts.flatMap(actLines),
    ...next.map((text) => line("plain", text, 2)),
    ...questions.map((text) => line("plain", text, 2)),
    ...lost.map((text) => line("muted", text, 2)),
    ...identityLines(document),
  ];
}
