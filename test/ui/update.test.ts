/** The console's changes by themselves: a model and a key in, a model and effects out. No terminal, no clock, no source. */
import { describe, expect, test } from "vitest";
import { pasteText } from "../../src/ui/input.ts";
import { modeOf } from "../../src/ui/mode.ts";
import { type Model, type Screen } from "../../src/ui/model.ts";
import { endRun } from "../../src/ui/run/driven.ts";
import { showRuns } from "../../src/ui/runs/act.ts";
import { journalRun } from "../../src/ui/runs/rows.ts";
import { grantWish } from "../../src/ui/start.ts";

import {
  SITE,
  RUNBOOK,
  at,
  press,
  board,
  summary,
  withRuns,
  CREATED,
  CLOSED,
  historyOf,
  driving,
  page,
  LATER,
  saysOf,
} from "./models.ts";
describe("beginning a run", () => {
  test("for the one under the cursor shows the run and asks for it", () => {
    const { model, effects } = press(board(), "c");
    expect(effects).toEqual([{ type: "start", request: { kind: "new", runbook: RUNBOOK, keys: ["ctx-one"] } }]);
    expect(modeOf(model)).toBe("starting");
  });

  test("with marks that a filter hides asks first for which", () => {
    const marked = press(board(), "space space / o n e enter c");
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
    expect(said({ board: { ...none, trouble: "refused" } })).toContain("the site does not answer");
  });

  test("waits for nothing while another goes on", () => {
    const { model, effects } = press({ ...driving(), screens: ["board"] }, "c");
    expect(effects).toEqual([]);
    expect(model.message.text).toBe("a run is going on already");
  });
});

test("a new run for one of which a run is open is asked about first: to take that up, or to begin beside it", () => {
  const model = withRuns(summary({ outcome: "paused: decision needed" }));
  const asked = press(model, "c");
  expect(asked.effects).toEqual([]);
  expect(modeOf(asked.model)).toBe("which");
  expect(asked.model.which?.why).toContain("Run run-1 of one is open: paused: decision needed");
  expect(press(asked.model, "1", LATER).effects).toEqual([
    { type: "start", request: { kind: "resume", run_id: "run-1" } },
  ]);
  expect(press(asked.model, "2", LATER).effects).toMatchObject([{ request: { kind: "new", keys: ["ctx-one"] } }]);
  expect(press(withRuns(summary({ status: "closed" })), "c").effects).toMatchObject([{ request: { kind: "new" } }]);
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
    expect(saysOf(press(driven, "u"))).toBe("bob drives that run; F follows it");
    expect(press(driven, "F").effects).toEqual([{ type: "follow", run_id: "run-1" }]);
  });

  test("shows first what is in doubt", () => {
    const left = summary({ doubts: [{ target: "ctx-one", title: "", status: "unknown" }] as never });
    expect(press(withRuns(left), "u").effects).toEqual([{ type: "read left", summary: left }]);
  });
});

describe("a key on one target's own screens", () => {
  /** The detail or the plan of `one`, which the board does not list any more; of `two` there is an open run. */
  function alone(screen: "detail" | "plan"): Model {
    const model = withRuns(summary({ targets: [{ key: "ctx-two", label: "two" }] }));
    const opened = press(model, screen === "detail" ? "enter" : "p").model;
    const targets = opened.board.targets.filter(({ key }) => key !== "ctx-one");
    return { ...opened, board: { ...opened.board, targets } };
  }

  test.each(["detail", "plan"] as const)("acts on that one (%s), and on no other where the board lost it", (screen) => {
    const model = alone(screen);
    expect(modeOf(model)).toBe(screen);
    const taken = press(model, "u");
    expect(taken.effects).toEqual([]);
    const begun = press(model, "c");
    expect(begun.effects).toEqual([]);
    expect(saysOf(begun)).toContain("does not list ctx-one");
  });

  test("tries the printed statements for that one", () => {
    const printed = press(alone("plan"), "p").effects;
    expect(printed).toEqual([{ type: "try printed", keys: ["ctx-one"] }]);
  });
});

describe("the journal's cursor", () => {
  const open = (): Model => {
    const model = withRuns(summary({ run_id: "run-1" }), summary({ run_id: "run-2" }), summary({ run_id: "run-3" }));
    return press(model, "j down").model;
  };
  const names = (model: Model): string | undefined => journalRun(model)?.run_id;

  test("stays on its run when another one appears above it", () => {
    const model = open();
    expect(names(model)).toBe("run-2");
    const more = showRuns(model, [summary({ run_id: "run-0" }), ...(model.journal.items ?? [])]);
    expect(press(more, "u").effects).toMatchObject([{ request: { kind: "resume", run_id: "run-2" } }]);
  });

  test("is on no run once its own left the list: u and Enter say so, and a move comes to the first", () => {
    const model = open();
    const less = showRuns(
      model,
      (model.journal.items ?? []).filter(({ run_id }) => run_id !== "run-2"),
    );
    for (const key of ["u", "enter"]) {
      const refused = press(less, key);
      expect(refused.effects).toEqual([]);
      expect(saysOf(refused)).toBe("run run-2 is not in this list any more; the arrow keys choose another");
    }
    expect(names(press(less, "down").model)).toBe("run-1");
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

  test("from one of many comes to the list of all, to the receipt, and then out of a run that is over", () => {
    const ended = endRun(driving(null, historyOf(CREATED, CLOSED)), { exit: 4, refused: "", lines: [] }).model;
    const one = press(ended, "enter enter");
    expect(one.model.run?.alone).toBe(true);
    const all = press(one.model, "q");
    expect(all.model.run).toMatchObject({ alone: false, phase: "look" });
    const receipt = press(all.model, "q");
    expect(receipt.model.run).toMatchObject({ alone: false, phase: null });
    expect(press(receipt.model, "q").model.screens).toEqual(["board"]);
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
    expect(press(typed.model, "escape").model.board).toMatchObject({ filter: "", filtering: true });
    expect(press(typed.model, "escape escape").model.board).toMatchObject({ filter: "", filtering: false });
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
    expect(ended.effects).toEqual([{ type: "read runs" }, { type: "read board" }]);
    expect(grantWish(ended.model).effects).toEqual([{ type: "quit", exit: 4 }]);
  });
});
