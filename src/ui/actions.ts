/** What each action of the key table does. */
import type { Console } from "./console.ts";
import type { Press } from "./press.ts";
import { approve, choose, setFilter } from "./ask/keys.ts";
import { engineEnded, rowsOf, selectedRow } from "./board/rows.ts";
import { chosenKeys, CLEANUP, doubtOfChosen, drivenRun, openRunHere, RECOVER } from "./can.ts";
import type { ActionId } from "./key-binding.ts";
import { openDetail, openReplay, readNotes, showLeft, tryPrinted, watchRun } from "./lookups.ts";
import { modeOf, shownRun, top } from "./model.ts";
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

/** Exit code of a console that was left with Ctrl-C or abandoned. */
const INTERRUPTED = 130;

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
  const go = (): void => console.quit(screen === "board" ? console.exit : console.exit || INTERRUPTED);
  if (console.afterwards(go)) return;
  if (!console.driving) go();
  else if (screen === "leave") abandon(console);
  else console.show("leave");
}

/** Leaves at once. What was sent is in the journal; the next look finds out what became of it. */
function abandon(console: Console): void {
  console.sayLeft();
  console.quit(INTERRUPTED);
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

function onBoard(console: Console, id: ActionId): void {
  const { board, journal } = console.model;
  const rows = rowsOf(board, journal.items);
  const row = selectedRow(rows, board);
  if (id === "mark" && row !== undefined) console.board({ type: "mark", key: row.vm.key });
  if (id === "mark-all")
    console.board({ type: "mark all", keys: rows.filter(({ vm }) => vm.stuck).map(({ vm }) => vm.key) });
  const { rows: beside } = console.model;
  if (id === "filter-done" && top(console.model) === "rows" && beside !== null)
    return endFilter(console, beside.filter);
  const inJournal = top(console.model) === "journal";
  if (id === "filter") setFilter(console, "", true);
  if (id === "filter-done") setFilter(console, inJournal ? journal.filter : board.filter, false);
  if (id === "sort" && inJournal)
    console.store.set((model) => ({
      ...model,
      journal: { ...model.journal, group: nextGroup(model.journal.group), at: 0 },
    }));
  else if (id === "sort") console.board({ type: "sort" });
}

/** The runs that were; from the detail of a VM those of that VM. */
function openJournal(console: Console): void {
  const { detail } = console.model;
  const filter = top(console.model) === "detail" ? (detail?.vm.label ?? "") : "";
  console.show("journal");
  setFilter(console, filter, false);
  void console.reloadRuns();
}

function replayed(console: Console, id: ActionId): void {
  const { replay, journal } = console.model;
  if (id === "replay") {
    const run = shownRuns(journal)[journal.at];
    if (run !== undefined) void openReplay(console, run.run_id);
  } else if (replay !== null) {
    const { cursor, history } = replay;
    const to =
      id === "step-on" ? cursor + 1 : id === "step-back" ? cursor - 1 : history.jump(cursor, id === "jump-on" ? 1 : -1);
    console.run({ type: "cursor", to });
  }
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

/** Carries an action out. Total: every id of the table has a case. */
// oxlint-disable-next-line max-lines-per-function -- one case a line, and the compiler wants them all in one switch
export function perform(console: Console, id: ActionId, press: Press): void {
  const page = Math.max(1, console.look().rows - 8);
  switch (id) {
    case "up":
      return move(console, -1);
    case "down":
      return move(console, 1);
    case "page-up":
      return move(console, -page);
    case "page-down":
      return move(console, page);
    case "first":
      return move(console, -1_000_000);
    case "last":
      return last(console);
    case "previous":
    case "next": {
      const by = id === "next" ? 1 : -1;
      return top(console.model) === "plan" ? toPhase(console, by) : console.run({ type: "phase", by });
    }
    case "leave-out":
      return leaveOut(console);
    case "mark":
    case "mark-all":
    case "filter":
    case "filter-done":
    case "sort":
      return onBoard(console, id);
    case "open":
      return void openDetail(console);
    case "cleanup":
      return begin(console, CLEANUP);
    case "recover":
      return begin(console, RECOVER);
    case "pick":
      return pick(console, press.key);
    case "take-up":
      return takeUp(console);
    case "watch":
      return watch(console);
    case "rows":
      return openRows(console);
    case "unchanged":
      return toggleUnchanged(console);
    case "copy-keys":
      return copyKeys(console);
    case "plan":
      return openPlan(console);
    case "printed":
      return void tryPrinted(console);
    case "journal":
      return openJournal(console);
    case "page":
      return openPage(console);
    case "replay":
    case "step-on":
    case "step-back":
    case "jump-on":
    case "jump-back":
      return replayed(console, id);
    case "approve":
      return approve(console);
    case "no":
      console.operator?.rejected("no was said at the console");
      return console.operator?.chosen(null);
    case "choose":
      return choose(console, press);
    case "one-vm":
      return console.run({ type: "alone", alone: true });
    case "retry":
      return retry(console);
    case "note":
      return writeNote(console);
    case "words-kept":
      return keepWords(console);
    case "words-back":
      return stopWriting(console);
    case "pause":
      console.pause();
      return top(console.model) === "leave" ? console.back() : undefined;
    case "abandon":
      return abandon(console);
    case "look-again":
      return lookAgain(console);
    case "back":
      return back(console);
    case "help":
      console.store.set((model) => ({ ...model, help: 0 }));
      return console.show("help");
    case "quit":
    case "interrupt":
      return leave(console);
    case "suspend":
      return console.wish.suspend();
    default:
      return id satisfies never;
  }
}
