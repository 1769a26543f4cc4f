/**
 * What 0.1 got wrong at the screen, tried with `bin/handrail` at a real terminal, over a lab that it brought up itself:
 * with HANDRAIL_TREE at a build of 0.1 each of these tests fails, with the frame that was wrong.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ownLab, type OwnLab } from "../support/own-lab.ts";
import type { Pty } from "../support/pty.ts";
import { approve, read, rest } from "../support/walk.ts";
import {
  SOON_MS,
  bar,
  openDetail,
  goToFirst,
  goToDetach,
  goToTyped,
  field,
  wordOf,
  goToFailure,
  goToDecision,
  leadsTo,
  mark,
  refuse,
  words,
  ANSWERS,
  answersOn,
} from "./ways.ts";

const END = "\u001b[F";
const CTRL_U = "\u0015";
const CTRL_W = "\u0017";

let lab: OwnLab;
beforeAll(() => {
  lab = ownLab("faults");
});
afterAll(() => lab.down());
afterEach(() => lab.killAll());

// G1
test("from a finished run keys lead to its changes, its report and its undo", async () => {
  lab.load("stuck-virtio");
  const t = await lab.board();
  await t.press("c");
  for (const page of [" to begin", ": 2 Detach", ": 3 Revert", ": 4 Put", ": 5 Close"])
    await approve(t, `APPROVAL${page}`);
  await t.waitFor("the run is closed, exit 0");
  await rest();
  const run = /\d{8}-\d{4}-\w{4}/u.exec(t.text())?.[0] ?? "";
  expect(bar(t)).toMatch(/o report .*U undo .*d changes/u);
  expect(t.text()).toContain("── receipt ──");
  await t.press("d");
  await t.waitFor("What a run changed", SOON_MS);
  await t.waitFor("status: pending -> failed", SOON_MS);
  await t.press("escape", "o");
  await t.waitFor("report: ", SOON_MS);
  expect(readFileSync(join(lab.folder, `handrail-${run}.md`), "utf8")).toContain(`# Report of run ${run}`);
  await t.press("U");
  await t.waitFor("APPROVAL: Take back", SOON_MS);
});

// G2
test("in a run of several VMs those that are through a phase say so, and the phase counts them", async () => {
  lab.load("stuck-virtio");
  lab.fault("daemon-operation-time", "seconds=30", "type=detach");
  const t = await lab.board(80, 40);
  await t.press("*", "c");
  await approve(t, "APPROVAL to begin");
  await approve(t, "APPROVAL: 2 Detach");
  await t.waitFor("[pgtest2] waiting   Detach");
  await t.waitFor(/✓ phase done pgtest1 +detach 2\/2; waits for the others/u, SOON_MS);
  expect(t.text()).toMatch(/✓ analyse 5 ▸ detach [1-4] /u);
  expect(t.text()).not.toMatch(/waiting +pgtest1 /u);
});

describe("a run that did not recover a VM", () => {
  // G3
  test("leaves the diagnosis and its key where it was refused and sent nothing", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    await goToFirst(t);
    await t.press("escape");
    await t.waitFor("Esc back");
    await t.press("q");
    await t.waitFor("VMs need you");
    await rest();
    expect(t.text()).toContain("Suggested: Cleanup Failed Job (c), because the test failover ended");
    expect(t.text()).not.toContain("Take the run up again");
  });

  // G3
  test("stands on the board and in the detail with how it ended", async () => {
    lab.load("already-detached-431:attached");
    const t = await lab.board();
    await goToFailure(t);
    await t.press("4");
    await t.waitFor("the run is closed, exit 1");
    await t.press("q");
    await t.waitFor("VMs need you");
    await rest();
    const trace = /Run \d{8}-\d{4}-\w{4}, .*, did not recover it: failed:/u;
    const onBoard = trace.test(t.text());
    await openDetail(t);
    expect({ onBoard, inDetail: trace.test(t.text()) }).toEqual({ onBoard: true, inDetail: true });
  });
});

// G4
test("a decision about several VMs says what follows and what is advised, and may be made for each apart", async () => {
  lab.load("stuck-virtio:alive");
  const t = await lab.board(120, 50);
  for (const name of ["pgtest1", "pgtest2"]) await mark(t, name);
  await goToDecision(t);
  expect(bar(t)).toContain("t each VM apart");
  expect(t.text()).toMatch(/1 {2}Release the engine .*\n +advised: .*\n(?: .*\n)*? +leads to .*1 kind of change/u);
  await t.press("1");
  await approve(t, "APPROVAL");
  await t.waitFor("DECISION: pgtest1, pgtest2");
  await rest();
  await t.press("t");
  await t.waitFor(/^DECISION: pgtest1 *$/mu);
  await rest();
  const choice = (text: RegExp): string => text.exec(t.text())?.[1] ?? "";
  await t.press(choice(/^ *(\d) {2}.*[Cc]omplete/mu));
  await t.waitFor(/^Decided for pgtest1: complete\.$/mu, SOON_MS);
  await rest();
  await t.press(choice(/^ *(\d) {2}.*[Aa]bandon/mu));
  await t.waitFor(/^APPROVAL: 4b Complete by hand.* of pgtest1 /mu, SOON_MS);
  expect(t.text()).toContain("pgtest2 comes after this: abandon");
});

// G5
test.each([
  ["an approval", "stuck-virtio", goToFirst],
  ["a failed step", "already-detached-431:attached", goToFailure],
  ["a decision", "stuck-virtio:alive", goToDecision],
] as const)("%s has the four answers", async (_name, world, go) => {
  lab.load(world);
  const t = await lab.board();
  await go(t);
  expect(answersOn(t)).toEqual(ANSWERS);
});

// G6
test("every page says what a dropped connection leaves, with the command to come back", async () => {
  const pages: Record<string, string> = {};
  const keep = async (name: string, t: Pty): Promise<void> => {
    await rest();
    const rows = t.lines();
    const first = rows.findIndex((row) => row.startsWith("Line lost "));
    const [, way] = /(console|resume|report) /u.exec(first === -1 ? "" : rows.slice(first).join(" ")) ?? [];
    pages[name] = way ?? "nothing";
  };
  lab.load("stuck-virtio:alive");
  const one = await lab.board(120, 40);
  await keep("board", one);
  await openDetail(one);
  await keep("detail", one);
  await one.press("escape");
  await one.waitFor("VMs need you");
  await goToDecision(one);
  await keep("decision", one);
  await lab.kill(one);
  lab.load("stuck-virtio");
  lab.fault("daemon-operation-time", "seconds=30", "type=detach");
  const two = await lab.board(120, 40);
  await two.press("c");
  await two.waitFor("APPROVAL to begin");
  await keep("approval", two);
  await approve(two, "APPROVAL to begin");
  await approve(two, "APPROVAL: 2 Detach");
  await two.waitFor("waiting for the Volume Daemon");
  await keep("running", two);
  for (const page of [": 3 Revert", ": 4 Put", ": 5 Close"]) await approve(two, `APPROVAL${page}`);
  await two.waitFor("the run is closed, exit 0");
  await keep("receipt", two);
  expect(pages).toEqual({
    board: "console",
    detail: "console",
    decision: "resume",
    approval: "resume",
    running: "resume",
    receipt: "report",
  });
});

describe("where a name is typed", () => {
  // G7
  test("no letter of it is offered as a key, and a only once the name is whole", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    await goToTyped(t);
    await read(t);
    const word = wordOf(t);
    await t.press(...Array.from(word.slice(0, -1)));
    await t.waitFor(`to approve: ${word.slice(0, -1)}▌`);
    expect(bar(t)).not.toContain("a approve");
    await t.press(word.slice(-1));
    await t.waitFor("The name is right");
    await t.waitFor(/^a approve/mu);
  });

  // G7
  test("Esc first clears half a name and refuses nothing", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    await goToTyped(t);
    await t.press("p", "g");
    await t.waitFor("to approve: pg▌");
    await t.press("escape");
    await t.waitFor(/to approve: ▌/u, SOON_MS);
    await t.waitFor("nothing was refused", SOON_MS);
    expect(t.text()).toContain("APPROVAL: 3 Revert");
  });

  // G7
  test("Ctrl-W takes the last word back, and Ctrl-U all of it", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    await goToTyped(t);
    await t.press("p", "g", " ", "x");
    await t.waitFor("to approve: pg x▌");
    await t.press(CTRL_W);
    await rest();
    const word = field(t);
    await t.press(CTRL_U);
    await rest();
    expect({ word, line: field(t) }).toEqual({ word: "pg ", line: "" });
  });
});

describe("a page that is approved", () => {
  // G7
  test("offers PgDn where more of it is below, and only there", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    const offers = (): object => ({ below: /lines? below/u.test(t.text()), offered: bar(t).includes("PgDn more") });
    await t.press("c");
    await t.waitFor("APPROVAL to begin");
    await read(t);
    expect(offers()).toEqual({ below: false, offered: false });
    await approve(t, "APPROVAL to begin");
    await t.waitFor("APPROVAL: 2 Detach");
    await rest();
    expect(offers()).toEqual({ below: false, offered: false });
    await approve(t, "APPROVAL: 2 Detach");
    await t.waitFor("APPROVAL: 3 Revert");
    await rest();
    expect(offers()).toEqual({ below: true, offered: true });
  });

  // G7
  test("was not seen by going to its end", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    await goToTyped(t);
    await t.press(END);
    await t.waitFor("the end of the page");
    await t.press(...Array.from(wordOf(t)));
    await rest();
    await t.press("a");
    await rest();
    await rest();
    expect(t.text()).toContain("APPROVAL: 3 Revert");
    expect(t.text()).toMatch(/\d+ lines? above/u);
  });
});

describe("columns", () => {
  // G8
  test("a blank stands between the longest status and the name", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    await goToDetach(t);
    await lab.kill(t);
    const again = lab.open();
    await again.waitFor("left in the middle");
    await again.press("escape");
    await again.waitFor("STATUS ");
    await rest();
    expect(again.text()).toMatch(/left in the middle +pgtest1/u);
  });

  // G8
  test("a blank stands between a run's outcome and the name", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    await goToDetach(t);
    // The terminal goes away, and nobody is there who could approve.
    t.drop();
    const again = await lab.board();
    await again.press("j");
    await again.waitFor(/paused: /u);
    expect(again.text()).toMatch(/ paused: \S.* pgtest1/u);
  });

  // G8
  test("a larger window shows at least what a smaller one shows", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    const frames = [t.text()];
    for (const [columns, rows] of [
      [120, 40],
      [200, 50],
    ] as const) {
      t.resize(columns, rows);
      await t.waitFor(new RegExp(`^─{${columns}}$`, "mu"), SOON_MS).catch(() => null);
      await rest();
      frames.push(t.text());
    }
    const missing = frames.slice(1).map((frame, index) => {
      const shown = new Set(words(frame));
      return words(frames[index] ?? "").filter((word) => !shown.has(word) && word !== "more");
    });
    expect(missing).toEqual([[], []]);
  });

  // G8
  test("a list that is called newest first is", async () => {
    lab.load("stuck-virtio");
    const t = await lab.board();
    await openDetail(t);
    await t.waitFor("newest first");
    t.resize(120, 40);
    await rest();
    const days = t.lines().flatMap((row) => /JobLog \S+ +(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/u.exec(row)?.[1] ?? []);
    expect(days).toHaveLength(3);
    expect(days).toEqual(days.toSorted().toReversed());
  });
});

// G9
test("u takes a run up wherever it is shown", async () => {
  lab.load("stuck-virtio");
  const t = await lab.board();
  await goToTyped(t);
  await refuse(t);
  const PAGE = "APPROVAL: 3 Revert";
  const led: Record<string, boolean> = { run: await leadsTo(t, "u", PAGE) };
  const ways: Readonly<Record<string, (one: Pty) => Promise<void>>> = {
    board: () => Promise.resolve(),
    journal: async (one) => {
      await one.press("j");
      await one.waitFor("RUN (UTC)");
    },
    detail: openDetail,
  };
  let last = t;
  for (const [name, go] of Object.entries(ways)) {
    if (last.text().includes(PAGE)) await refuse(last);
    await lab.kill(last);
    last = await lab.board();
    await go(last);
    await rest();
    led[name] = await leadsTo(last, "u", PAGE);
  }
  expect(led).toEqual({ run: true, board: true, journal: true, detail: true });
});

// G9
test("the key that is suggested stands first in the last line", async () => {
  lab.load("stuck-virtio:alive");
  const t = await lab.board();
  const [, key = "none"] = /Suggested: [^(]+\((.)\)/u.exec(t.text()) ?? [];
  expect(key).toBe("r");
  expect(bar(t)).toMatch(/^r Recover /u);
});

describe("a Volume Daemon that does not answer", () => {
  // C5
  test("is told on the board", async () => {
    lab.load("stuck-virtio");
    lab.fault("daemon-down");
    const t = await lab.board();
    await t.waitFor(/^! The Volume Daemon at \S+ does not answer/mu, SOON_MS);
    expect(t.text()).toContain("Suggested: Cleanup Failed Job (c)");
  });

  // C5
  test("is told in the detail, where nothing is called not asked", async () => {
    lab.load("stuck-virtio");
    lab.fault("daemon-down");
    const t = await lab.board();
    await openDetail(t);
    await t.waitFor(/attached +not (?:known|asked)/u);
    expect(t.text()).not.toContain("not asked");
    expect(t.text()).toMatch(/! The Volume Daemon at \S+ does not answer/u);
  });
});

// C7
test("the head counts the live failovers that failed, where no VM is stuck", async () => {
  lab.load("live-failover");
  const t = lab.open(120, 40);
  await t.waitFor("no VM of 10 is stuck");
  await rest();
  expect(t.text()).toMatch(/live failover +pgtest1.* live failover /u);
  expect(t.lines()[0]).toContain("no VM of 10 is stuck, 1 in an unfinished live failover");
});
