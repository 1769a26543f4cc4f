/**
 * What an approval document says, derived from it without the printers, and looked for on every page that shows it: the
 * screen after scrolling, plain text, JSON lines, and the report.
 */
import { expect } from "vitest";
import { documentText } from "../../src/cli/terminal/operator.ts";
import type { ApprovalDocument, DocumentStep } from "../../src/engine/approval-document.ts";
import { START } from "../../src/engine/state.ts";
import { clean } from "../../src/engine/words.ts";
import type { JsonObject } from "../../src/ports/json.ts";
import type { ChangePreview } from "../../src/ports/sql.ts";
import { jsonReader } from "../../src/readers/plain.ts";
import { approvalBody, pageBelow, questionRoom } from "../../src/ui/ask/view.ts";
import { textOf } from "../../src/ui/line.ts";
import type { OpenPage } from "../../src/ui/model.ts";
import { PLAIN_WORDS } from "../../src/ui/words.ts";
import { UNICODE } from "../../src/ui/theme.ts";
import { keyOf } from "./effects.ts";
import type { Incident } from "./incident.ts";
import { byPerson } from "./person.ts";

const LOOK = { columns: 80, rows: 24, glyphs: UNICODE, words: PLAIN_WORDS, nowMs: 0 };

/** Without what a printer adds to break lines. */
const bare = (text: string): string => text.replace(/[\s|]+/gu, "");

function rowFacts(preview: JsonObject): string[] {
  const found = preview as unknown as ChangePreview;
  return [found, ...(found.others ?? [])].flatMap(({ table, keys, diff }) => [
    table,
    ...keys.slice(0, 3).map((key) => key.map(clean).join("/")),
    // What is NULL before and after stands on no line of its own.
    ...(diff?.rows
      .slice(0, 3)
      .flatMap(({ cells }) =>
        cells.filter(({ before, after }) => (before ?? after) !== null).map(({ column }) => column),
      ) ?? []),
  ]);
}

function stepFacts(step: DocumentStep): string[] {
  const { title, message, request_lines, counterpart, limit, undo, raises, preview } = step;
  const snapshot = preview?.["snapshot"] as { readonly created?: string } | undefined;
  return [
    title,
    ...request_lines,
    counterpart,
    `at most ${limit} s`,
    ...undo.why,
    ...(undo.kind === "unseen" ? [message] : []),
    ...(undo.kind === "none" ? ["CANNOT BE UNDONE"] : []),
    ...raises,
    ...(snapshot?.created === undefined ? [] : [snapshot.created]),
    ...(preview !== null && preview["none"] !== true && preview["blind"] === undefined ? rowFacts(preview) : []),
  ];
}

/** Every fact of a document, as text. */
export function factsOf(document: ApprovalDocument): string[] {
  const { identity, led_here, warnings, targets, acts, summary, next, unanswered, digest, phase, risk } = document;
  return [
    identity.runbook.id,
    identity.runbook.digest.slice(0, 16),
    identity.site,
    identity.server,
    identity.operator,
    digest.slice(0, 16),
    ...led_here,
    ...(phase === START || risk === "destroy" ? warnings : []),
    ...targets.flatMap(({ key, label, shown, steps }) => [
      key,
      label,
      ...shown.flatMap(([column, value]) => [column, value]),
      ...steps.flatMap(stepFacts),
    ]),
    ...acts.flatMap(({ title, lines, as }) => [title, as, ...lines]),
    ...summary.effects.flatMap(({ what, count }) => [what, String(count)]),
    ...summary.lost.map(({ message }) => message),
    ...(summary.oldest === null ? [] : [summary.oldest]),
    ...next,
    ...unanswered,
  ].map(clean);
}

/** What of a document has to stand on the screen before any key unfolds something: what is approved and cannot be taken back whole. */
function boundFacts({ warnings, targets, acts, summary, phase, risk }: ApprovalDocument): string[] {
  const isWhole = ({ undo, preview, raises, risk: own }: DocumentStep): boolean =>
    undo.kind === "complete" &&
    preview !== null &&
    preview["none"] !== true &&
    raises.length === 0 &&
    own !== "destroy";
  return [
    ...(phase === START || risk === "destroy" ? warnings : []),
    ...targets.flatMap(({ key, label, steps }) => [
      key,
      label,
      ...steps
        .filter((step) => !isWhole(step))
        .flatMap(({ title, request_lines, undo, raises }) => [title, ...request_lines, ...undo.why, ...raises]),
    ]),
    ...acts.flatMap(({ title, lines, as }) => [title, as, ...lines]),
    ...summary.effects.flatMap(({ what, count }) => [what, String(count)]),
    ...summary.lost.map(({ message }) => message),
    ...(summary.oldest === null ? [] : [summary.oldest]),
  ].map(clean);
}

/** All that the screen shows of a page while somebody scrolls from its beginning to its end, with every part unfolded or none. */
export function screenText(page: ApprovalDocument, isOpen = true): string {
  const shut: OpenPage = { kind: "page", page, armedAt: 0, typed: "", scroll: 0, openFolds: [], sight: null };
  const openFolds = pageBelow(shut, LOOK).folds.map(({ part }) => part);
  const open: OpenPage = isOpen ? { ...shut, openFolds } : shut;
  const { last } = pageBelow(open, LOOK);
  const room = questionRoom(open, LOOK);
  const seen: string[] = [];
  for (let scroll = 0; ; scroll = Math.min(scroll + room, last)) {
    const shown = approvalBody({ ...open, scroll }, LOOK)
      .slice(0, room)
      .map(textOf);
    // The last window overlaps the one before it.
    seen.push(...(scroll === last && last > 0 ? shown.slice(-(last % room || room)) : shown));
    if (scroll >= last) return seen.join("\n");
  }
}

/** Names, ids, numbers and times of a page: whatever carries a digit and is no count of its printer. */
const tokensOf = (text: string): string[] =>
  text.split(/[\s,;:()='"|]+/u).filter((token) => token.length >= 5 && /\d/u.test(token));

function expectFacts(document: ApprovalDocument, where: string, text: string): void {
  const shown = bare(text);
  const missing = factsOf(document).filter((fact) => !shown.includes(bare(fact)));
  expect(missing, `${where} of ${document.approval} does not say`).toEqual([]);
}

/** Words of a fact, a value apart from its name and from what stands around it. */
const wordsOf = (fact: string): string[] => fact.split(/[\s=()"',:;]+/u).filter((word) => word !== "");

/** Steps that differ in values only are one block on the screen: each word of a fact stands there, if not in one piece. */
function expectOnScreen(document: ApprovalDocument, facts: readonly string[], text: string): void {
  const shown = bare(text);
  const missing = facts.filter(
    (fact) => !shown.includes(bare(fact)) && !wordsOf(fact).every((word) => shown.includes(bare(word))),
  );
  expect(missing, `the screen of ${document.approval} does not say`).toEqual([]);
}

function expectNothingElse(document: ApprovalDocument, where: string, text: string): void {
  const known = bare(JSON.stringify(document)).replaceAll("\\", "");
  const strange = tokensOf(text).filter(
    (token) => !known.includes(bare(token).replaceAll("\\", "").replace(/\.+$/u, "")),
  );
  expect(strange, `${where} of ${document.approval} says what is not in the document`).toEqual([]);
}

/** Looks for each document of a run on all that shows it. `asked`: as they stood before the person. */
export async function expectShown(incident: Incident, run: string, asked: readonly ApprovalDocument[]): Promise<void> {
  const report = (await incident.cli("report", [run])).out.replaceAll("\\", "");
  const json: ApprovalDocument[] = [];
  const reader = jsonReader((text) => {
    const event = JSON.parse(text) as { type: string; body: { document?: ApprovalDocument } };
    if (event.type === "approval.requested" && event.body.document !== undefined) json.push(event.body.document);
  });
  for (const event of incident.events(run)) reader(event);
  const { out: replay } = await incident.cli("replay", [run], { plain: true });
  for (const document of asked) {
    const plain = documentText(document, 80).join("\n");
    expectFacts(document, "the plain page", plain);
    expectNothingElse(document, "the plain page", plain);
    const screen = screenText(document);
    expectOnScreen(document, factsOf(document), screen);
    expectOnScreen(document, boundFacts(document), screenText(document, false));
    expectNothingElse(document, "the screen", screen);
    expectFacts(document, "the report", report);
    expectFacts(document, "the replay", replay);
    expect(json.find(({ approval }) => approval === document.approval)).toEqual(JSON.parse(JSON.stringify(document)));
  }
}

const isPage = (asked: unknown): asked is ApprovalDocument =>
  typeof asked === "object" && asked !== null && "digest" in asked;

/** Carries a world through with a person who says yes, looks for all its pages wherever they are shown, and gives them. */
export async function walk(
  where: Incident,
  world: string,
  names: readonly string[],
  picks: Readonly<Record<string, string>> = {},
): Promise<readonly ApprovalDocument[]> {
  await where.world(world);
  const vm = await Promise.all(names.map((name) => keyOf(where.lab, name)));
  const { state, asked } = await byPerson(where, { vm }, picks);
  const pages = asked.filter(isPage);
  await expectShown(where, state.run_id, pages);
  return pages;
}
