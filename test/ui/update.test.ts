/** The console's changes by themselves: a model and a key in, a model and effects out. No terminal, no clock, no source. */
import { aDocument } from "../support/document.ts";
import { describe, expect, test } from "vitest";
import type { ApprovalDocument } from "../../src/engine/approval-document.ts";
import type { Question } from "../../src/engine/operator-port.ts";
import { asRunEvent } from "../../src/engine/event-table.ts";
import { draft } from "../../src/engine/events.ts";
import type { EventDraft } from "../../src/engine/journal-port.ts";
import { explain } from "../../src/runbooks/explain.ts";
import type { Effect } from "../../src/ui/effect.ts";
import { pasteText, pressKey } from "../../src/ui/input.ts";
import { modeOf } from "../../src/ui/mode.ts";
import { newModel, newRun, type Model, type OpenQuestion, type Screen } from "../../src/ui/model.ts";
import { endRun, openQuestion } from "../../src/ui/run/driven.ts";
import { History } from "../../src/ui/run/history.ts";
import type { RunSummary } from "../../src/ui/sources.ts";
import { grantWish } from "../../src/ui/start.ts";
import { UNICODE, type Look } from "../../src/ui/theme.ts";
import { PLAIN_WORDS } from "../../src/ui/words.ts";
import { RECOVERY, runbookHere } from "./runbook.ts";
import { START_MS, vmNamed } from "./world.ts";

const SITE = { name: "s", lab: null, scale: 1, banners: [], operator: "ada", readOnly: false };
const { runbook, digest } = runbookHere();
const RUNBOOK = runbook.id;

const at = (ms: number, rows = 24): Look => ({
  columns: 80,
  rows,
  glyphs: UNICODE,
  words: PLAIN_WORDS,
  nowMs: START_MS + ms,
});

interface Pressed {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

/** Presses keys one after the other, each in the model that the one before made. */
function press(model: Model, keys: string, look: Look = at(0)): Pressed {
  let now: Pressed = { model, effects: [] };
  for (const key of keys.split(" ")) {
    const text = key.length === 1 ? key : "";
    const next = pressKey(now.model, { key, text }, look);
    now = { model: next.model, effects: [...now.effects, ...next.effects] };
  }
  return now;
}

/** A board of three, with their runbook. */
function board(over: Partial<Model> = {}): Model {
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

const summary = (over: Partial<RunSummary> = {}): RunSummary => ({
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

const withRuns = (...items: readonly RunSummary[]): Model => {
  const model = board();
  return { ...model, journal: { ...model.journal, items } };
};

const SERVER = { hostname: "", port: "", version: "", database: "", user: "", fingerprint: "" };
const ACTOR = { uid: 0, login: "ada", sudo_user: null, ssh_client: null, tty: null, host: "oma", pid: 1 };

const CREATED = draft(
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
const CLOSED = draft("run-1", "run.closed", {}, { exit: 4, ends: [] });

function historyOf(...drafts: readonly EventDraft[]): History {
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
function driving(question: OpenQuestion | null = null, history: History = historyOf(CREATED)): Model {
  const run = { ...newRun("driving", "", history), question };
  return board({ screens: ["board", "run"], run });
}

const PAGE = aDocument({ approval: "look#1", phase: "look", digest: "d1" });

const QUESTION: Question = {
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

const page = (over: Partial<ApprovalDocument> = {}): Model =>
  openQuestion(
    driving(),
    { kind: "page", page: { ...PAGE, ...over }, armedAt: START_MS + 400, typed: "", scroll: 0, sight: null },
    at(0),
  );
const choice = (): Model =>
  openQuestion(driving(), { kind: "choice", question: QUESTION, armedAt: START_MS + 400, scroll: 0 }, at(0));

/** Long after a question began to listen. */
const LATER = at(1000);
const saysOf = ({ model }: Pressed): string => model.message.text;

describe("approving a page", () => {
  test("counts once it has stood for 0.4 s, and approves the page by its digest", () => {
    const early = press(page(), "a", at(399));
    expect(early.effects).toEqual([]);
    expect(saysOf(early)).toMatch(/too early/u);
    expect(early.model.run?.question?.armedAt).toBe(START_MS + 799);
    expect(press(early.model, "a", at(700)).effects).toEqual([]);
    expect(press(page(), "a", at(400)).effects).toEqual([{ type: "approve", method: "key", digest: "d1" }]);
  });

  test("counts only when the page was seen to its end", () => {
    const next = Array.from({ length: 30 }, (_unused, line) => `line ${line}`);
    const unseen = press(page({ next }), "a", LATER);
    expect(unseen.effects).toEqual([]);
    expect(saysOf(unseen)).toMatch(/lines below: see to the end first/u);
    const seen = press(page({ next }), "pagedown pagedown pagedown pagedown a", LATER);
    expect(seen.effects).toEqual([{ type: "approve", method: "key", digest: "d1" }]);
  });

  test("counts only when every line of it was on the screen: the end alone is not all of it", () => {
    const next = Array.from({ length: 60 }, (_unused, line) => `line ${line}`);
    const jumped = press(page({ next }), "end a", LATER);
    expect(jumped.effects).toEqual([]);
    expect(saysOf(jumped)).toMatch(/^\d+ more lines above: nobody saw them here; see them first \(PgUp\)$/u);
    const skipped = press(jumped.model, "home end a", LATER);
    expect(skipped.effects).toEqual([]);
    const seen = press(skipped.model, "pageup pageup pageup pageup pageup end a", at(3000));
    expect(seen.effects).toEqual([{ type: "approve", method: "key", digest: "d1" }]);
  });

  test("counts in no window that is too small to show it, and what such a window would show is not seen", () => {
    const small = { ...LATER, columns: 50 };
    const refused = press(page(), "a", small);
    expect(refused.effects).toEqual([]);
    expect(saysOf(refused)).toContain("too small");
    const next = Array.from({ length: 30 }, (_unused, line) => `line ${line}`);
    const { model } = press(page({ next }), "pagedown pagedown pagedown pagedown home", { ...small, rows: 24 });
    expect(press(model, "a", at(3000)).effects).toEqual([]);
  });

  test("of what destroys takes the name, letter by letter, and Enter is no yes", () => {
    const named = press(page({ typed: "one" }), "o n e", LATER);
    expect(modeOf(named.model)).toBe("typed");
    expect(press(named.model, "enter", LATER).effects).toEqual([]);
    expect(press(named.model, "a", LATER).effects).toEqual([]);
    expect(press(named.model, "a", at(1400)).effects).toEqual([{ type: "approve", method: "typed", digest: "d1" }]);
    expect(press(page({ typed: "one" }), "o n a", at(1400)).effects).toEqual([]);
  });

  test("pasted text never counts, and the question listens anew", () => {
    const pasted = pasteText(page({ typed: "one" }), "onea", LATER);
    expect(pasted.effects).toEqual([]);
    expect(pasted.model.run?.question).toMatchObject({ typed: "", armedAt: LATER.nowMs + 400 });
  });

  test("Esc is no", () => {
    expect(press(page(), "escape").effects).toEqual([{ type: "refuse", says: "no was said at the console" }]);
  });
});

describe("deciding", () => {
  test("takes a number, once the question listens", () => {
    expect(press(choice(), "1", at(399)).effects).toEqual([]);
    expect(press(choice(), "1", LATER).effects).toEqual([{ type: "choose", choice: "no", note: "" }]);
    expect(saysOf(press(choice(), "7", LATER))).toBe("there is no choice 7");
  });

  test("asks for words where a choice needs them, and decides nothing before", () => {
    const asked = press(choice(), "2", LATER);
    expect(asked.effects).toEqual([]);
    expect(modeOf(asked.model)).toBe("writing");
    const short = press(asked.model, "n o enter", LATER);
    expect(short.effects).toEqual([]);
    expect(saysOf(short)).toMatch(/says too little: 13 more/u);
    const kept = press(asked.model, `${Array.from("the-disks-are-on").join(" ")} enter`, LATER);
    expect(kept.effects).toEqual([{ type: "choose", choice: "yes", note: "the-disks-are-on" }]);
    expect(kept.model.entry).toBeNull();
  });
});

describe("beginning a run", () => {
  test("for the one under the cursor shows the run and asks for it", () => {
    const { model, effects } = press(board(), "c");
    expect(effects).toEqual([{ type: "start", request: { kind: "new", runbook: RUNBOOK, keys: ["ctx-one"] } }]);
    expect(modeOf(model)).toBe("starting");
  });

  test("with marks that a filter hides asks first for which", () => {
    const marked = press(board(), "space down space / o n e enter c");
    expect(marked.effects).toEqual([]);
    expect(modeOf(marked.model)).toBe("which");
    expect(press(marked.model, "1", at(100)).effects).toEqual([]);
    expect(press(marked.model, "enter", LATER).effects).toEqual([]);
    const keysOf = (key: string): unknown =>
      press(marked.model, key, LATER).effects.map((effect) => effect.type === "start" && effect.request);
    expect(keysOf("1")).toEqual([{ kind: "new", runbook: RUNBOOK, keys: ["ctx-one", "ctx-three"] }]);
    expect(keysOf("2")).toEqual([{ kind: "new", runbook: RUNBOOK, keys: ["ctx-one"] }]);
    const back = press(marked.model, "escape", LATER);
    expect(back.model.board.marked).toEqual(["ctx-one", "ctx-three"]);
  });

  test("looks first at what an earlier run left in doubt", () => {
    const left = summary({ doubts: [{ target: "ctx-one", title: "", status: "unknown" }] as never });
    expect(press(withRuns(left), "c").effects).toEqual([{ type: "read left", summary: left }]);
  });

  test("says, before the runbooks are read, what is final first", () => {
    const none = { ...board().board, targets: [] };
    const said = (over: Partial<Model>): string => press(board({ runbooks: null, ...over }), "c").model.message.text;
    expect(said({})).toBe("the runbooks are still being read; press it again");
    expect(said({ site: { ...SITE, readOnly: true } })).toContain("--read-only");
    expect(said({ board: none })).toBe("there is no target to act on");
    expect(said({ board: { ...none, trouble: null } })).toBe("the targets are still being read; press it again");
    expect(said({ board: { ...none, trouble: "refused" } })).toContain("the database does not answer");
  });

  test("waits for nothing while another goes on", () => {
    const { model, effects } = press({ ...driving(), screens: ["board"] }, "c");
    expect(effects).toEqual([]);
    expect(model.message.text).toBe("a run is going on already");
  });
});

describe("taking a run up", () => {
  test("resumes the open run of the one under the cursor", () => {
    expect(press(withRuns(summary()), "u").effects).toEqual([
      { type: "start", request: { kind: "resume", run_id: "run-1" } },
    ]);
    expect(press(withRuns(summary()), "down u").effects).toEqual([]);
  });

  test("leaves a run alone that somebody else drives, and watches it", () => {
    const driven = withRuns(summary({ status: "driven", driver: "bob" }));
    expect(saysOf(press(driven, "u"))).toBe("bob drives that run; w watches it");
    expect(press(driven, "w").effects).toEqual([{ type: "follow", run_id: "run-1" }]);
  });

  test("shows first what is in doubt", () => {
    const left = summary({ doubts: [{ target: "ctx-one", title: "", status: "unknown" }] as never });
    expect(press(withRuns(left), "u").effects).toEqual([{ type: "read left", summary: left }]);
  });
});

describe("going back", () => {
  const over = (screen: Screen): Model => board({ screens: ["board", screen] });
  test.each<Screen>(["detail", "plan", "journal", "doubt", "which", "help", "replay", "page"])(
    "from %s comes to the board, which asks at once",
    (screen) => {
      const { model, effects } = press(over(screen), "escape");
      expect(model.screens).toEqual(["board"]);
      expect(effects).toEqual([{ type: "read board" }]);
    },
  );

  test("from a journal that is filtered comes first to all of it", () => {
    const filtered = press(over("journal"), "/ x enter");
    expect(filtered.model.journal.filter).toBe("x");
    const whole = press(filtered.model, "escape");
    expect(whole.model).toMatchObject({ screens: ["board", "journal"], journal: { filter: "" } });
  });

  test("on the board takes filter and marks away", () => {
    const { model } = press(board(), "space / t w enter escape");
    expect(model.board).toMatchObject({ filter: "", filtering: false, marked: [] });
  });

  test("from rows over a page makes the page be seen again", () => {
    const open = page();
    const rows = {
      parts: [],
      live: true,
      filter: "",
      filtering: false,
      unchanged: "off",
      now: {},
      trouble: "",
      scroll: 0,
    };
    const { model } = press(
      { ...open, screens: [...open.screens, "rows"], rows: { ...rows, unchanged: "off" } },
      "q",
      LATER,
    );
    expect(model.rows).toBeNull();
    expect(modeOf(model)).toBe("approval");
    expect(model.run?.question?.armedAt).toBe(LATER.nowMs + 400);
  });

  test("from one of many comes to the list of all, and then out of a run that is over", () => {
    const ended = endRun(driving(null, historyOf(CREATED, CLOSED)), { exit: 4, refused: "", lines: [] }).model;
    const one = press(ended, "enter");
    expect(one.model.run?.alone).toBe(true);
    const all = press(one.model, "q");
    expect(all.model.run?.alone).toBe(false);
    expect(press(all.model, "q").model.screens).toEqual(["board"]);
  });

  test("from the only run that a console was opened for leaves it with that run's exit code", () => {
    const ended = endRun(driving(null, historyOf(CREATED, CLOSED)), { exit: 4, refused: "", lines: [] }).model;
    const single = { ...ended, session: { ...ended.session, single: true } };
    expect(press(single, "q").effects).toEqual([{ type: "quit", exit: 4 }]);
  });
});

describe("filtering", () => {
  test("takes what is typed and what is pasted, and Enter keeps it", () => {
    const typed = press(board(), "/ t w x backspace");
    expect(typed.model.board).toMatchObject({ filter: "tw", filtering: true });
    expect(pasteText(typed.model, "o\n", at(0)).model.board.filter).toBe("two ");
    expect(press(typed.model, "enter").model.board).toMatchObject({ filter: "tw", filtering: false });
    expect(press(typed.model, "escape").model.board).toMatchObject({ filter: "", filtering: false });
  });
});

describe("leaving", () => {
  test("leaves the board at once, and a run only after it asked how", () => {
    expect(press(board(), "q").effects).toEqual([{ type: "quit", exit: 0 }]);
    const asked = press(driving(), "q");
    expect(asked.effects).toEqual([]);
    expect(modeOf(asked.model)).toBe("leave");
    expect(press(asked.model, "p").effects).toMatchObject([{ type: "pause" }]);
    expect(press(asked.model, "p").model).toMatchObject({ screens: ["board", "run"], run: { stopping: true } });
  });

  test("leaves a step behind with the words how to look at it again", () => {
    const { model, effects } = press(driving(), "q x");
    expect(effects).toEqual([{ type: "quit", exit: 130 }]);
    expect(model.session.farewell[0]?.lines[0]).toContain("handrail resume run-1");
  });

  test("waits until a run that is over was put away, and does what was wished last", () => {
    const closing = press(driving(null, historyOf(CREATED, CLOSED)), "ctrl-c");
    expect(closing.effects).toEqual([]);
    expect(saysOf(closing)).toMatch(/^one moment/u);
    const ended = endRun(closing.model, { exit: 4, refused: "", lines: ["told"] });
    expect(ended.effects).toEqual([{ type: "read runs" }]);
    expect(grantWish(ended.model).effects).toEqual([{ type: "quit", exit: 4 }]);
  });
});
