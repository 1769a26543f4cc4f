/** Every page gives the four answers, at every size; and each answer comes from the model: another world, another line. */
import { describe, expect, test } from "vitest";
import { answerLines, answersOf } from "../../src/ui/answers/view.ts";
import { TITLES, type Answers } from "../../src/ui/answers/answers.ts";
import { textOf } from "../../src/ui/line.ts";
import type { Model } from "../../src/ui/model.ts";
import { screenLines } from "../../src/ui/screen.ts";
import { aStep } from "../support/document.ts";
import { at, board, choice, CLOSED, CREATED, driving, historyOf, long, page, summary, withRuns } from "./models.ts";
import { detail, doubtful, left, over, paused, plan, replay } from "./pages.ts";

/** A page of the console in two worlds that differ in what an answer is about. */
interface Pair {
  readonly screen: string;
  readonly answer: keyof Answers;
  readonly one: Model;
  readonly other: Model;
}

const site = (model: Model, command: string): Model => ({
  ...model,
  site: { ...model.site, command: (words) => `${command} ${words}` },
});

/** A board on which the database does not answer. */
const silent = (model: Model): Model => ({ ...model, board: { ...model.board, trouble: "refused", troubled: 0 } });
const unstuck = (model: Model): Model => ({
  ...model,
  board: { ...model.board, targets: model.board.targets.map((target) => ({ ...target, reading: WELL })) },
  detail: model.detail === null ? null : { ...model.detail, target: { ...model.detail.target, reading: WELL } },
  plan: model.plan.target === null ? model.plan : { ...model.plan, target: { ...model.plan.target, reading: WELL } },
});
const [FIRST] = board().board.targets;
if (FIRST === undefined) throw new Error("the board has no target");
const WELL = {
  ...FIRST.reading,
  status: "well",
  advice: { suggestion: "Nothing to do", why: "it is well", key: null },
} as const;

const driven = summary({ status: "driven", driver: "bob (pid 7)" });
const undoable = (kind: "none" | "complete"): Model =>
  page({
    targets: [{ key: "ctx-one", label: "one", shown: [], steps: [aStep({ undo: { kind, why: ["gone"] } })] }],
  });
const otherSite = (model: Model, screen: string): Pair => ({
  screen,
  answer: "loss",
  one: model,
  other: site(model, "other"),
});
const overRun = (screen: "help" | "leave"): Pair[] => {
  const [one, other] = [driving(), driving(null, historyOf(CREATED, paused))].map((model) => ({
    ...model,
    screens: [...model.screens, screen],
  }));
  if (one === undefined || other === undefined) return [];
  return [
    { screen, answer: "now", one, other },
    { screen, answer: "loss", one, other: site(one, "other") },
  ];
};

const PAIRS: readonly Pair[] = [
  { screen: "board", answer: "now", one: board(), other: silent(board()) },
  { screen: "board", answer: "next", one: board(), other: unstuck(board()) },
  { screen: "board", answer: "undo", one: board(), other: withRuns(summary()) },
  { screen: "board", answer: "loss", one: withRuns(summary()), other: withRuns(driven) },
  { screen: "detail", answer: "now", one: detail(board()), other: unstuck(detail(board())) },
  { screen: "detail", answer: "next", one: detail(board()), other: unstuck(detail(board())) },
  { screen: "detail", answer: "undo", one: detail(board()), other: detail(withRuns(summary())) },
  { screen: "detail", answer: "loss", one: detail(board()), other: detail(withRuns(driven)) },
  { screen: "plan", answer: "now", one: plan(board()), other: unstuck(plan(board())) },
  { screen: "plan", answer: "next", one: plan(board()), other: plan({ ...board(), runbooks: [] }) },
  { screen: "plan", answer: "undo", one: plan(board()), other: plan({ ...board(), runbooks: [] }) },
  { screen: "plan", answer: "loss", one: plan(board()), other: plan(withRuns(driven)) },
  ...(["now", "next", "undo", "loss"] as const).map((answer) => ({
    screen: "journal",
    answer,
    one: { ...over(withRuns(summary({ status: "closed", outcome: "done" })), "journal"), ...atFirst() },
    other: { ...over(withRuns(driven), "journal"), ...atFirst("driven") },
  })),
  { screen: "doubt", answer: "now", one: left(CREATED, paused), other: doubtful() },
  otherSite(left(CREATED, paused), "doubt"),
  { screen: "run", answer: "now", one: driving(), other: driving(null, historyOf(CREATED, paused)) },
  { screen: "run", answer: "next", one: driving(), other: driving(null, historyOf(CREATED, paused)) },
  { screen: "run", answer: "loss", one: driving(), other: driving(null, historyOf(CREATED, paused)) },
  {
    screen: "ended",
    answer: "now",
    one: driving(null, historyOf(CREATED, paused)),
    other: driving(null, historyOf(CREATED, CLOSED)),
  },
  {
    screen: "ended",
    answer: "loss",
    one: driving(null, historyOf(CREATED, paused)),
    other: driving(null, historyOf(CREATED, CLOSED)),
  },
  { screen: "replay", answer: "loss", one: replay("replay", CREATED), other: replay("watching", CREATED) },
  {
    screen: "watching",
    answer: "loss",
    one: replay("watching", CREATED),
    other: replay("watching", CREATED, CLOSED),
  },
  { screen: "watching", answer: "now", one: replay("watching", CREATED), other: replay("watching", CREATED, paused) },
  { screen: "approval", answer: "now", one: page(), other: page({ at: "2026-11-22T04:00:00.000Z" }) },
  { screen: "approval", answer: "next", one: page(), other: page(long(30)) },
  { screen: "approval", answer: "undo", one: undoable("none"), other: undoable("complete") },
  otherSite(page(), "approval"),
  { screen: "typed", answer: "next", one: page({ typed: "one" }), other: page() },
  otherSite(choice(), "decision"),
  { screen: "decision", answer: "next", one: choice(), other: page() },
  ...overRun("help"),
  ...overRun("leave"),
];

/** The journal's cursor on its only run. */
function atFirst(status: "closed" | "driven" = "closed"): Pick<Model, "journal"> {
  const items = [status === "driven" ? driven : summary({ status: "closed", outcome: "done" })];
  return { journal: { ...board().journal, items, selected: "run-1" } };
}

describe("the four answers", () => {
  test.each(PAIRS)("of $screen: $answer tells two worlds apart", ({ answer, one, other }) => {
    const index = Object.keys(TITLES).indexOf(answer);
    const [line, otherLine] = [one, other].map((model) => textOf(answerLines(model, at(0))[index] ?? []));
    expect(line).not.toBe(otherLine);
  });

  describe.each([
    [60, 15],
    [80, 24],
    [120, 40],
    [200, 50],
  ])("stand on every page at %ix%i", (columns, rows) => {
    test.each(PAIRS.flatMap(({ screen, one, other }) => [one, other].map((model) => ({ screen, model }))))(
      "$screen",
      ({ model }) => {
        const look = { ...at(0, rows), columns };
        const lines = screenLines(model, look).map(textOf);
        expect(lines).toHaveLength(rows);
        const answers = answersOf(model, look);
        for (const [index, name] of (Object.keys(TITLES) as (keyof Answers)[]).entries()) {
          const line = lines[rows - 6 + index] ?? "";
          expect(line).toMatch(new RegExp(`^${TITLES[name]} `, "u"));
          // What is essential of it stands even in the smallest window.
          const [essence = ""] = answers[name].text.split(/, because |; |: the page says /u);
          expect(line).toContain(name === "loss" ? answers.loss.command : essence.slice(0, 40).trimEnd());
        }
      },
    );
  });
});
