/** Opens the screens that only look: a run of the past, a run of somebody else, a run that was left, one VM. */
import { rowsOf } from "./board/rows.ts";
import type { Console } from "./console.ts";
import { chosenKeys } from "./can.ts";
import { newRun, top, type PlanModel } from "./model.ts";
import { History } from "./run/history.ts";
import { reduceRun } from "./run/reduce.ts";
import type { RunSummary } from "./sources.ts";

/** How often a run that somebody else drives is read on. */
const WATCH_MS = 500;

async function historyOf(console: Console, runId: string): Promise<History> {
  const history = new History();
  for (const event of await console.wish.sources.events(runId, 0)) history.push(event);
  return history;
}

/** Shows what is known of a run that was left, before anything else. */
export async function showLeft(console: Console, summary: RunSummary): Promise<void> {
  const history = await historyOf(console, summary.run_id);
  console.store.set((model) => ({
    ...model,
    left: { summary, history, scroll: 0 },
    screens: [...model.screens, "doubt"],
  }));
}

/** Shows a past run from its beginning. */
export async function openReplay(console: Console, runId: string): Promise<void> {
  const history = await historyOf(console, runId);
  if (history.length === 0) return console.say(`the journal has no run ${runId}`, "danger");
  const replay = reduceRun(newRun("replay", "", history), { type: "cursor", to: 1 });
  console.store.set((model) => ({ ...model, replay, screens: [...model.screens, "replay"] }));
}

/** Follows the run of another Handrail as its journal grows. */
export async function watchRun(console: Console, summary: RunSummary): Promise<void> {
  const history = await historyOf(console, summary.run_id);
  console.store.set((model) => ({
    ...model,
    replay: newRun("watching", "", history),
    screens: [...model.screens, "replay"],
  }));
  follow(console, summary.run_id, history);
}

/** Adds the notes that others wrote into the journal of the run that is driven here. */
export async function readNotes(console: Console): Promise<void> {
  const { run } = console.model;
  const runId = run?.state?.run_id;
  if (run === null || runId === undefined) return;
  const { history } = run;
  const events = await console.wish.sources.events(runId, history.notesReadTo);
  if (history.addNotes(events)) console.moreOfRun();
}

function follow(console: Console, runId: string, history: History): void {
  console.agenda.later("watch", WATCH_MS, () => {
    if (console.model.replay?.history !== history || top(console.model) === "board") return;
    void console.wish.sources.events(runId, history.events.at(-1)?.seq ?? 0).then((events) => {
      for (const event of events) history.push(event);
      if (events.length > 0) console.run({ type: "more" });
      follow(console, runId, history);
    });
  });
}

/** Tries what the operators' own documents print, for the VMs that an action would be about. Nothing of it remains. */
export async function tryPrinted(console: Console): Promise<void> {
  const { runbook, printed } = console.model.plan;
  if (printed === "asking") return;
  const show = (now: PlanModel["printed"]): void =>
    console.store.set((model) =>
      model.plan.runbook === runbook ? { ...model, plan: { ...model.plan, printed: now, scroll: 0 } } : model,
    );
  show("asking");
  show(await console.wish.sources.printed(chosenKeys(console.model)));
}

/** Shows a VM as each source has it. */
export async function openDetail(console: Console): Promise<void> {
  const rows = rowsOf(console.model.board, console.model.journal.items);
  const vm = (rows.find((row) => row.vm.key === console.model.board.selected) ?? rows[0])?.vm;
  if (vm === undefined) return;
  console.store.set((model) => ({
    ...model,
    // What is looked at is what a key acts on, however the board is sorted meanwhile.
    board: { ...model.board, selected: vm.key },
    detail: { vm, detail: null, trouble: "", scroll: 0 },
    screens: [...model.screens, "detail"],
  }));
  await lookAtDetail(console, vm.key);
}

/** How often a VM on the screen is looked at again. */
const DETAIL_MS = 5000;

/** Asks each source again and again, as long as this VM is on the screen; nothing is drawn where nothing changed. */
async function lookAtDetail(console: Console, key: string): Promise<void> {
  const shown = console.model.detail?.vm;
  if (shown?.key !== key) return;
  const vm = console.model.board.vms.find((one) => one.key === key) ?? shown;
  const found = await console.wish.sources.detail(vm);
  console.store.set((model) => {
    if (model.detail?.vm.key !== key) return model;
    const detail = found.ok ? found.value : null;
    const next = { ...model.detail, vm, detail, trouble: found.ok ? "" : found.error };
    return JSON.stringify(next) === JSON.stringify(model.detail) ? model : { ...model, detail: next };
  });
  const again = (): void => {
    if (top(console.model) === "detail") void lookAtDetail(console, key);
    else if (console.model.screens.includes("detail")) console.agenda.later("detail", DETAIL_MS, again);
  };
  console.agenda.later("detail", DETAIL_MS, again);
}
