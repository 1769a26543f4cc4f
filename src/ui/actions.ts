/** What each action of the key table does. */
import { EXIT } from "../engine/exit.ts";
import type { Console } from "./console.ts";
import type { Press } from "./press.ts";
import { approve, choose, setFilter } from "./ask/keys.ts";
import { engineEnded, rowsOf, selectedRow } from "./board/rows.ts";
import { chosenKeys, CLEANUP, doubtOfChosen, drivenRun, openRunHere, RECOVER } from "./can.ts";
import type { ActionId } from "./key-binding.ts";
import { openDetail, openReplay, readNotes, showLeft, tryPrinted, watchRun } from "./lookups.ts";
import { modeOf, shownRun, top, type RunModel } from "./model.ts";
import { keepWords, stopWriting, write } from "./writing.ts";
import { closeRows, copyKeys, endFilter, openRows, toggleUnchanged } from "./rows/keys.ts";
import { nextGroup, shownRuns } from "./runs/rows.ts";
import { beginFor, pick, retryFor } from "./which.ts";
import { chosenPhases, leaveOut, toPhase } from "./detail/choose.ts";
import { last, move } from "./move.ts";
import { pageOfRun } from "./run/page.ts";

/** The page that was asked about last, over the run that is looked at. */
function openPage(console: Console): void {
  const document = pageOfRun(console.model);
  if (document === null) return;
  console.show("page");
  console.store.set((model) => ({ ...model, page: { document, scroll: 0 } }));
}

function begin(console: Console, wanted: RegExp): void {
  const { model } = console;
  const runbook = model.runbooks?.find(({ id }) => wanted.test(id));
  if (runbook === undefined) return console.say("the runbooks are still being read; press it again", "waiting");
  // What an earlier run left in doubt is looked at before anything else is begun for the VM.
  const doubt = doubtOfChosen(model);
  if (doubt !== undefined) return void showLeft(console, doubt);
  const phases = chosenPhases(model, runbook);
  if (phases?.length === 0) return console.say("every phase that changes something was left out", "waiting");
  const act = wanted === CLEANUP ? "Cleanup Failed Job" : "Recover";
  const keys = chosenKeys(model);
  beginFor(console, act, { kind: "new", runbook: runbook.id, keys, ...(phases === null ? {} : { phases }) });
}

function takeUp(console: Console): void {
  const { journal } = console.model;
  const run = top(console.model) === "journal" ? shownRuns(journal)[journal.at] : openRunHere(console.model);
  if (run?.status === "driven") return console.say(`${run.driver} drives that run; w watches it`, "waiting");
  if (run === undefined || run.status === "closed")
    return console.say("that run is closed; there is nothing to take up", "waiting");
  if (run.doubts.length > 0 && top(console.model) !== "doubt") void showLeft(console, run);
  else console.start({ kind: "resume", run_id: run.run_id });
}

function watch(console: Console): void {
  const run = drivenRun(console.model);
  if (run !== undefined) void watchRun(console, run);
}

function leave(console: Console): void {
  const screen = top(console.model);
  const go = (): void => console.quit(screen === "board" ? console.exit : console.exit || EXIT.interrupted);
  if (console.afterwards(go)) return;
  if (!console.driving) go();
  else if (screen === "leave") abandon(console);
  else console.show("leave");
}

/** Leaves at once. What was sent is in the journal; the next look finds out what became of it. */
function abandon(console: Console): void {
  console.sayLeft();
  console.quit(EXIT.interrupted);
}

function back(console: Console): void {
  const { model } = console;
  const mode = modeOf(model);
  if (mode === "rows") return closeRows(console);
  if (mode === "filter" && top(model) === "rows") return endFilter(console, "");
  if (mode === "filter" || mode === "board" || (mode === "journal" && model.journal.filter !== "")) {
    setFilter(console, "", false);
    if (mode === "board" && model.board.marked.length > 0)
      console.board({ type: "mark all", keys: model.board.marked });
    return;
  }
  if (shownRun(model)?.alone === true) return console.run({ type: "alone", alone: false });
  const only = console.wish.open?.start !== undefined || console.wish.open?.replay !== undefined;
  if (only && model.screens.length <= 2 && mode !== "help" && mode !== "leave")
    return console.afterwards(() => console.quit()) ? undefined : console.quit();
  console.back();
  if (top(console.model) === "board") void console.refresh();
}

function openPlan(console: Console): void {
  const row = selectedRow(rowsOf(console.model.board, console.model.journal.items), console.model.board);
  const wanted = row !== undefined && row.vm.stuck && !engineEnded(row.vm) ? RECOVER : CLEANUP;
  const runbook = console.model.runbooks?.find(({ id }) => wanted.test(id));
  if (runbook === undefined) return console.say("the runbooks are still being read; press it again", "waiting");
  console.store.set((model) => ({
    ...model,
    plan: { runbook: runbook.id, scroll: 0, phase: null, left: [], printed: null },
    screens: [...model.screens, "plan"],
  }));
}

/** A run for the VMs that the closed one did not recover. */
function retry(console: Console): void {
  const { run } = console.model;
  if (run !== null) retryFor(console, run);
}

function lookAgain(console: Console): void {
  const { left, run } = console.model;
  const runId = top(console.model) === "doubt" ? left?.summary.run_id : run?.state?.run_id;
  if (runId !== undefined) console.start({ kind: "resume", run_id: runId });
}

function mark(console: Console): void {
  const { board, journal } = console.model;
  const row = selectedRow(rowsOf(board, journal.items), board);
  if (row !== undefined) console.board({ type: "mark", key: row.vm.key });
}

function markAll(console: Console): void {
  const { board, journal } = console.model;
  const stuck = rowsOf(board, journal.items).filter(({ vm }) => vm.stuck);
  console.board({ type: "mark all", keys: stuck.map(({ vm }) => vm.key) });
}

/** Keeps what was typed as the filter of the list that it was typed in. */
function keepFilter(console: Console): void {
  const { board, journal, rows } = console.model;
  const screen = top(console.model);
  if (screen === "rows" && rows !== null) endFilter(console, rows.filter);
  else setFilter(console, screen === "journal" ? journal.filter : board.filter, false);
}

function sort(console: Console): void {
  if (top(console.model) !== "journal") return console.board({ type: "sort" });
  console.store.set((model) => ({
    ...model,
    journal: { ...model.journal, group: nextGroup(model.journal.group), at: 0 },
  }));
}

/** The runs that were; from the detail of a VM those of that VM. */
function openJournal(console: Console): void {
  const { detail } = console.model;
  const filter = top(console.model) === "detail" ? (detail?.vm.label ?? "") : "";
  console.show("journal");
  setFilter(console, filter, false);
  void console.reloadRuns();
}

function replay(console: Console): void {
  const { journal } = console.model;
  const run = shownRuns(journal)[journal.at];
  if (run !== undefined) void openReplay(console, run.run_id);
}

/** To another event of the run that is replayed, by the one that stands there now. */
function replayTo(console: Console, next: (shown: RunModel) => number): void {
  const { replay: shown } = console.model;
  if (shown !== null) console.run({ type: "cursor", to: next(shown) });
}

/** A note for the run on the screen; whoever only watches it may write one too. */
function writeNote(console: Console): void {
  const run = shownRun(console.model);
  const runId = run?.state?.run_id;
  if (runId === undefined) return;
  write(console, { prompt: "Note: what should whoever reads this run know?", least: 1 }, (text) => {
    void console.wish.sources.note(runId, text).then((stored) => {
      if (!stored.ok) return console.say(`the note was not written: ${stored.error}`, "danger");
      console.say("the note is in the journal", "ok");
      return readNotes(console);
    });
  });
}

type Act = (console: Console, press: Press) => void;

const pageOf = (console: Console): number => Math.max(1, console.look().rows - 8);

function toNext(console: Console, by: 1 | -1): void {
  if (top(console.model) === "plan") toPhase(console, by);
  else console.run({ type: "phase", by });
}

function refuse(console: Console): void {
  console.operator?.rejected("no was said at the console");
  console.operator?.chosen(null);
}

function pause(console: Console): void {
  console.pause();
  if (top(console.model) === "leave") console.back();
}

function openHelp(console: Console): void {
  console.store.set((model) => ({ ...model, help: 0 }));
  console.show("help");
}

/** What each action of the key table does: one that has no row here does not compile. */
const ACTS: Readonly<Record<ActionId, Act>> = {
  up: (console) => move(console, -1),
  down: (console) => move(console, 1),
  "page-up": (console) => move(console, -pageOf(console)),
  "page-down": (console) => move(console, pageOf(console)),
  first: (console) => move(console, -1_000_000),
  last,
  previous: (console) => toNext(console, -1),
  next: (console) => toNext(console, 1),
  "leave-out": leaveOut,
  mark,
  "mark-all": markAll,
  filter: (console) => setFilter(console, "", true),
  "filter-done": keepFilter,
  sort,
  open: (console) => void openDetail(console),
  cleanup: (console) => begin(console, CLEANUP),
  recover: (console) => begin(console, RECOVER),
  pick: (console, press) => pick(console, press.key),
  "take-up": takeUp,
  watch,
  rows: openRows,
  unchanged: toggleUnchanged,
  "copy-keys": copyKeys,
  plan: openPlan,
  printed: (console) => void tryPrinted(console),
  journal: openJournal,
  page: openPage,
  replay,
  "step-on": (console) => replayTo(console, ({ cursor }) => cursor + 1),
  "step-back": (console) => replayTo(console, ({ cursor }) => cursor - 1),
  "jump-on": (console) => replayTo(console, ({ cursor, history }) => history.jump(cursor, 1)),
  "jump-back": (console) => replayTo(console, ({ cursor, history }) => history.jump(cursor, -1)),
  approve,
  no: refuse,
  choose,
  "one-vm": (console) => console.run({ type: "alone", alone: true }),
  retry,
  note: writeNote,
  "words-kept": keepWords,
  "words-back": stopWriting,
  pause,
  abandon,
  "look-again": lookAgain,
  back,
  help: openHelp,
  quit: leave,
  interrupt: leave,
  suspend: (console) => console.wish.suspend(),
};

/** Carries an action out. */
export const perform = (console: Console, id: ActionId, press: Press): void => ACTS[id](console, press);
