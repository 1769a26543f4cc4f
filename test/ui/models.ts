/** Models of the console for tests of its changes alone: a board of three, a run that is driven, a question; and keys in them. */
import { aDocument } from "../support/document.ts";
import type { ApprovalDocument } from "../../src/engine/approval-document.ts";
import type { Question } from "../../src/engine/operator-port.ts";
import { asRunEvent } from "../../src/engine/event-table.ts";
import { draft } from "../../src/engine/events.ts";
import type { EventDraft } from "../../src/engine/journal-port.ts";
import { explain } from "../../src/runbooks/explain.ts";
import type { Effect } from "../../src/ui/effect.ts";
import { pressKey } from "../../src/ui/input.ts";
import type { Model, OpenQuestion } from "../../src/ui/model.ts";
import { newModel, newRun } from "../../src/ui/new-model.ts";
import { openQuestion } from "../../src/ui/run/driven.ts";
import { History } from "../../src/ui/run/history.ts";
import type { RunSummary } from "../../src/ui/sources.ts";
import { UNICODE, type Look } from "../../src/ui/theme.ts";
import { PLAIN_WORDS } from "../../src/ui/words.ts";
import { RECOVERY, runbookHere } from "./runbook.ts";
import { START_MS, vmNamed } from "./world.ts";

export const SITE = { name: "s", lab: null, scale: 1, banners: [], operator: "ada", readOnly: false };
const { runbook, digest } = runbookHere();
export const RUNBOOK = runbook.id;

export const at = (ms: number, rows = 24): Look => ({
  columns: 80,
  rows,
  glyphs: UNICODE,
  words: PLAIN_WORDS,
  nowMs: START_MS + ms,
});

export interface Pressed {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

/** Presses keys one after the other, each in the model that the one before made. */
export function press(model: Model, keys: string, look: Look = at(0)): Pressed {
  let now: Pressed = { model, effects: [] };
  for (const key of keys.split(" ")) {
    const text = key.length === 1 ? key : "";
    const next = pressKey(now.model, { key, text }, look);
    now = { model: next.model, effects: [...now.effects, ...next.effects] };
  }
  return now;
}

/** A board of three, with their runbook. */
export function board(over: Partial<Model> = {}): Model {
  const model = newModel(SITE);
  const targets = ["one", "two", "three"].map((name) => vmNamed(name));
  const { items, ...journal } = model.journal;
  return {
    ...model,
    board: { ...model.board, targets, trouble: "", selected: "ctx-one" },
    journal: { ...journal, items: items ?? [] },
    runbooks: [explain(runbook), RECOVERY],
    ...over,
  };
}

export const summary = (over: Partial<RunSummary> = {}): RunSummary => ({
  run_id: "run-1",
  created: "",
  runbook: RUNBOOK,
  title: "",
  operator: "ada",
  targets: [{ key: "ctx-one", label: "one" }],
  outcome: "paused: decision needed",
  status: "paused",
  driver: "",
  doubts: [],
  ...over,
});

export const withRuns = (...items: readonly RunSummary[]): Model => {
  const model = board();
  return { ...model, journal: { ...model.journal, items } };
};

const SERVER = { hostname: "", port: "", version: "", database: "", user: "", fingerprint: "" };
const ACTOR = { uid: 0, login: "ada", sudo_user: null, ssh_client: null, tty: null, host: "oma", pid: 1 };

export const CREATED = draft(
  "run-1",
  "run.created",
  {},
  {
    runbook,
    runbook_digest: digest,
    file: "",
    targets: ["one", "two", "three"].map((label) => ({ key: `ctx-${label}`, label, row: {} })),
    inputs: {},
    site: { name: "s", lab: null, scale: 1 },
    server: SERVER,
    tool: "0",
    mode: "person",
  },
);
export const CLOSED = draft("run-1", "run.closed", {}, { exit: 4, ends: [] });

export function historyOf(...drafts: readonly EventDraft[]): History {
  const history = new History();
  for (const [index, each] of drafts.entries())
    history.push(
      asRunEvent({
        ...each,
        seq: index + 1,
        event_id: `event-${index}`,
        wall_time: new Date(START_MS).toISOString(),
        mono_ms: 0,
        boot_id: "boot",
        actor: ACTOR,
        hash: "0",
      }),
    );
  return history;
}

/** The screen of a run that is driven here. */
export function driving(question: OpenQuestion | null = null, history: History = historyOf(CREATED)): Model {
  const run = { ...newRun("driving", "", history), question };
  return board({ screens: ["board", "run"], run });
}

export const PAGE = aDocument({ approval: "look#1", phase: "look", digest: "d1" });

export const QUESTION: Question = {
  gate: "keep",
  asks: "gate",
  label: "Keep it?",
  question: "Keep the test target?",
  choices: [
    { id: "no", title: "No", then: "go-on" },
    { id: "yes", title: "Yes", then: "stop" },
  ],
  notes: { yes: "Why?" },
};

/** A page with so many lines that have to be seen: a shell text. */
export const long = (count: number): Partial<ApprovalDocument> => ({
  acts: [
    {
      id: "collect",
      title: "Collect",
      lines: Array.from({ length: count }, (_unused, index) => `line ${index}`),
      as: "ada",
      shell: true,
    },
  ],
});

export const page = (over: Partial<ApprovalDocument> = {}): Model =>
  openQuestion(
    driving(),
    {
      kind: "page",
      page: { ...PAGE, ...over },
      armedAt: START_MS + 400,
      typed: "",
      scroll: 0,
      openFolds: [],
      sight: null,
    },
    at(0),
  );
export const choice = (): Model =>
  openQuestion(driving(), { kind: "choice", question: QUESTION, armedAt: START_MS + 400, scroll: 0 }, at(0));

/** Long after a question began to listen. */
export const LATER = at(1000);
export const saysOf = ({ model }: Pressed): string => model.message.text;
