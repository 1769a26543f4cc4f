/** The model before anything was asked, and a run before anything happened in it. */
import { EXIT } from "../engine/exit.ts";
import type { BoardModel, Model, RunModel, SessionModel } from "./model.ts";
import type { History } from "./run/history.ts";
import type { SiteInfo } from "./sources.ts";

/** A board that has shown nothing yet. */
export const newBoard = (): BoardModel => ({
  silent: [],
  targets: [],
  trouble: null,
  troubled: null,
  lastLook: null,
  selected: null,
  isTouched: false,
  marked: [],
  filter: "",
  filtering: false,
  sort: "needs me",
});

/** The console before anything was asked. */
export function newModel(site: SiteInfo, session: Partial<SessionModel> = {}): Model {
  return {
    site,
    session: {
      single: false,
      clipboard: false,
      reader: false,
      theme: "any",
      exit: EXIT.done,
      wish: null,
      reports: {},
      farewell: [],
      ...session,
    },
    screens: ["board"],
    board: newBoard(),
    detail: null,
    plan: { runbook: "", target: null, scroll: 0, phase: null, left: [], printed: null },
    runbooks: null,
    journal: { items: null, selected: null, filter: "", filtering: false, group: "newest" },
    run: null,
    replay: null,
    left: null,
    rows: null,
    page: null,
    changes: null,
    reason: null,
    watch: { scroll: 0, away: null },
    which: null,
    help: { scroll: 0 },
    palette: { text: "", selected: null, mode: "board" },
    search: null,
    entry: null,
    message: { text: "", tone: "plain" },
    awaited: null,
    presence: { ms: 0, run_id: null, events: 0 },
    away: null,
  };
}

export const newRun = (how: RunModel["how"], title: string, history: History): RunModel => ({
  how,
  title,
  history,
  cursor: history.length,
  state: history.stateAt(history.length),
  question: null,
  phase: null,
  row: null,
  target: null,
  alone: false,
  scroll: 0,
  ended: null,
  stopping: false,
  notice: "",
});
