/**
 * Which VMs are meant, asked where a key would act on some that the screen does not show: marks that a filter hides, or
 * marks beside the one VM whose detail is open. What is marked is listed; Enter never picks, Esc is no.
 */
import { endOf } from "../engine/end.ts";
import { clean, counted } from "../engine/words.ts";
import { ARMING_MS } from "./ask/reduce.ts";
import { rowsOf, selectedRow } from "./board/rows.ts";
import type { Console } from "./console.ts";
import { paragraph } from "./layout.ts";
import { line, span, type Line } from "./line.ts";
import { top, type Model, type RunModel } from "./model.ts";
import type { StartRequest } from "./sources.ts";

interface WhichOption {
  readonly title: string;
  readonly request: StartRequest;
}

export interface WhichModel {
  readonly why: string;
  readonly options: readonly WhichOption[];
  /** Every VM that the key could act on, those on the screen first. */
  readonly vms: readonly { readonly label: string; readonly key: string; readonly shown: boolean }[];
  /** Keys before this moment belong to something else. */
  readonly armedAt: number;
  readonly scroll: number;
}

/** The keys of the VMs that the screen shows as what an action is about. */
function shownKeys(model: Model): readonly string[] {
  const rows = rowsOf(model.board, model.journal.items);
  if (top(model) === "board") return rows.map(({ vm }) => vm.key);
  const chosen = top(model) === "detail" ? model.detail?.vm : selectedRow(rows, model.board)?.vm;
  return chosen === undefined ? [] : [chosen.key];
}

/** How many VMs are marked, and how many of them the list does not show. */
export function marksSaid({ board, journal }: Model): string {
  const shown = new Set(rowsOf(board, journal.items).map(({ vm }) => vm.key));
  const hidden = board.marked.filter((key) => !shown.has(key)).length;
  if (board.marked.length === 0) return "";
  return `${board.marked.length} marked${hidden === 0 ? "" : `, ${hidden} of them hidden by the filter`}`;
}

/** The question that has to be answered before a run begins for the marked VMs; null where all of them are shown. */
function whichOf(model: Model, act: string, request: StartRequest & { kind: "new" }): WhichModel | null {
  const shown = new Set(shownKeys(model));
  const labelOf = (key: string): string => model.board.vms.find((vm) => vm.key === key)?.label ?? key;
  const vms = request.keys
    .map((key) => ({ key, shown: shown.has(key), label: labelOf(key) }))
    .sort((a, b) => Number(b.shown) - Number(a.shown));
  const hidden = vms.filter((vm) => !vm.shown).length;
  if (hidden === 0) return null;
  // In the detail and on the plan it is one VM that is looked at, whether or not it is marked as well.
  const only = top(model) === "board" ? vms.filter((vm) => vm.shown).map(({ key }) => key) : [...shown];
  const all = { title: `${act} for all ${counted(vms.length, "VM")} that are marked`, request };
  const some = {
    title: `${act} only for ${only.length === 1 ? labelOf(only[0] ?? "") : `the ${only.length} that are shown`}`,
    request: { ...request, keys: only },
  };
  const where = top(model) === "board" ? "the filter hides" : "this screen does not show";
  return {
    why: `${counted(vms.length, "VM is", "VMs are")} marked; ${where} ${hidden === vms.length ? (hidden === 1 ? "it" : "all of them") : `${hidden} of them`}.`,
    options: only.length === 0 ? [all] : [all, some],
    vms,
    armedAt: 0,
    scroll: 0,
  };
}

/** Begins a run, or asks first for which VMs. */
export function beginFor(console: Console, act: string, request: StartRequest & { kind: "new" }): void {
  const which = whichOf(console.model, act, request);
  if (which === null) return console.start(request);
  askWhich(console, which);
}

/** A new run for those that a closed one did not recover; asked first where the screen shows the steps of one VM alone. */
export function retryFor(console: Console, { state, vm, alone }: RunModel): void {
  if (state === null) return;
  const request: StartRequest = { kind: "retry", runbook: state.runbook.id, run_id: state.run_id };
  const vms = state.targets
    .filter((target) => endOf(state, target) !== "recovered")
    .map(({ key, label }) => ({ key, label, shown: !alone || key === vm }))
    .sort((a, b) => Number(b.shown) - Number(a.shown));
  if (vms.every(({ shown }) => shown)) return console.start(request);
  const [first] = vms;
  const one = first?.shown === true ? [first] : [];
  askWhich(console, {
    why: `${counted(vms.length, "VM was", "VMs were")} not recovered; this screen shows the steps of one.`,
    options: [
      { title: `A new run for all ${counted(vms.length, "VM")} that were not recovered`, request },
      ...one.map(({ key, label }) => ({
        title: `A new run only for ${label}`,
        request: { kind: "new" as const, runbook: state.runbook.id, keys: [key] },
      })),
    ],
    vms,
    armedAt: 0,
    scroll: 0,
  });
}

/** Shows the question; it listens after a moment, so that no key typed ahead picks. */
function askWhich(console: Console, which: WhichModel): void {
  const armedAt = console.wish.timers.now() + ARMING_MS;
  console.store.set((model) => ({ ...model, which: { ...which, armedAt } }));
  console.show("which");
}

/** Picks an option by its number. */
export function pick(console: Console, key: string): void {
  const { which } = console.model;
  const option = which?.options[Number(key) - 1];
  if (which === null) return;
  if (option === undefined) return console.say(`there is no choice ${key}`, "waiting");
  if (console.wish.timers.now() < which.armedAt)
    return console.say("that key came too early to count; press it again", "waiting");
  console.store.set((model) => ({ ...model, which: null }));
  console.back();
  console.start(option.request);
}

export function whichLines(which: WhichModel, columns: number): Line[] {
  const options = which.options.flatMap(({ title }, at) =>
    paragraph(`  ${at + 1}    ${clean(title)}`, columns, "strong", 7),
  );
  return [
    ...paragraph(which.why, columns, "waiting"),
    line(""),
    ...options,
    line(span("strong", "  Esc"), "  back; nothing is begun"),
    line(""),
    ...which.vms.map(({ label, key, shown }) =>
      line(
        span(shown ? "plain" : "waiting", `  ${shown ? "shown " : "hidden"}  `),
        clean(label),
        span("muted", `  ${clean(key)}`),
      ),
    ),
  ];
}
