/** All that the screen is made from, besides the size of the window. Reducers change it, views read it. */
import type { Question } from "../engine/operator-port.ts";
import type { ApprovalDocument } from "../engine/approval-document.ts";
import type { RunState } from "../engine/state.ts";
import type { TriedPrinted } from "../phases/printed.ts";
import type { Result } from "../ports/result.ts";
import type { Explained } from "../runbooks/explain.ts";
import type { Tone } from "./line.ts";
import type { History } from "./run/history.ts";
import type { RowsPart } from "./rows/parts.ts";
import type { Group } from "./runs/rows.ts";
import type { WhichModel } from "./which.ts";
import type { BoardVm, Detail, RunEnd, RunSummary, SiteInfo } from "./sources.ts";

export type Screen =
  | "board"
  | "detail"
  | "plan"
  | "run"
  | "leave"
  | "doubt"
  | "journal"
  | "replay"
  | "rows"
  | "page"
  | "which"
  | "help";
/** What the keys mean now: a screen, or a part of one that has the keyboard. */
export type Mode =
  | Screen
  | "filter"
  | "approval"
  | "typed"
  | "decision"
  | "writing"
  | "ended"
  | "starting"
  | "watching";

export type Sort = "needs me" | "name" | "longest";

export interface BoardModel {
  /** What a recovery needs and does not answer, as sentences. */
  readonly silent: readonly string[];
  readonly vms: readonly BoardVm[];
  /** null until the first answer; '' when it was good; else why not. */
  readonly trouble: string | null;
  /** Milliseconds since 1970 when it first failed; null while it answers. */
  readonly troubled: number | null;
  readonly selected: string | null;
  readonly marked: readonly string[];
  readonly filter: string;
  readonly filtering: boolean;
  readonly sort: Sort;
}

export interface OpenPage {
  readonly kind: "page";
  readonly page: ApprovalDocument;
  /** Keys before this moment belong to something else. Every key that was ignored moves it. */
  readonly armedAt: number;
  readonly typed: string;
  readonly scroll: number;
  /** Whether the last line of the page was on the screen. */
  readonly seen: boolean;
}

export interface OpenChoice {
  readonly kind: "choice";
  readonly question: Question;
  readonly armedAt: number;
  readonly scroll: number;
}

export type OpenQuestion = OpenPage | OpenChoice;

/** A line in which the person writes words of their own. */
export interface Entry {
  readonly prompt: string;
  readonly text: string;
  /** How many characters it takes at least. */
  readonly least: number;
}

export interface RunModel {
  readonly how: "driving" | "replay" | "watching";
  /** What is being begun, for the moments before its first event. */
  readonly title: string;
  readonly history: History;
  readonly cursor: number;
  readonly state: RunState | null;
  readonly question: OpenQuestion | null;
  /** What the person looks at; null follows the run. */
  readonly phase: string | null;
  readonly row: number | null;
  /** The VM under the cursor where a run lists its VMs, and whether it was opened: only its steps are shown then. */
  readonly vm: string | null;
  readonly alone: boolean;
  readonly ended: RunEnd | null;
  readonly stopping: boolean;
  readonly notice: string;
}

/** The rows of a page or of a step, looked at beside it. */
export interface RowsModel {
  readonly parts: readonly RowsPart[];
  /** Whether the run is driven here, so that its rows may be read. */
  readonly live: boolean;
  readonly filter: string;
  readonly filtering: boolean;
  /** Whether the columns that stay as they are stand there, too. */
  readonly unchanged: "off" | "asked" | "on";
  /** For each table what was read, by the name of the key; null where no row has it. */
  readonly now: Readonly<
    Record<
      string,
      {
        readonly columns: readonly string[];
        readonly rows: ReadonlyMap<string, readonly (string | null)[] | null>;
      }
    >
  >;
  readonly trouble: string;
  readonly scroll: number;
}

export interface ListModel<T> {
  readonly items: readonly T[] | null;
  readonly at: number;
}

export interface JournalModel extends ListModel<RunSummary> {
  readonly filter: string;
  readonly filtering: boolean;
  readonly group: Group;
}

export interface DetailModel {
  readonly vm: BoardVm;
  readonly detail: Detail | null;
  readonly trouble: string;
  readonly scroll: number;
}

export interface PlanModel {
  readonly runbook: string;
  readonly scroll: number;
  /** The phase under the cursor; null until one was looked for. */
  readonly phase: string | null;
  /** Phases that were left out of the run that begins from here. */
  readonly left: readonly string[];
  /** What the statements of the operators' own documents would do here: null until somebody asks. */
  readonly printed: null | "asking" | Result<readonly TriedPrinted[], string>;
}

export interface Message {
  readonly text: string;
  readonly tone: Tone;
}

export interface Model {
  readonly site: SiteInfo;
  readonly screens: readonly Screen[];
  readonly board: BoardModel;
  readonly detail: DetailModel | null;
  readonly plan: PlanModel;
  readonly runbooks: readonly Explained[] | null;
  readonly journal: JournalModel;
  readonly run: RunModel | null;
  readonly replay: RunModel | null;
  /** A run that was left in the middle, shown first. */
  readonly left: { readonly summary: RunSummary; readonly history: History; readonly scroll: number } | null;
  readonly rows: RowsModel | null;
  /** A page that was asked about, looked at again; null where none is. */
  readonly page: { readonly document: ApprovalDocument; readonly scroll: number } | null;
  /** Asked before a key acts on VMs that the screen does not show. */
  readonly which: WhichModel | null;
  readonly help: number;
  readonly entry: Entry | null;
  readonly message: Message;
}

export const top = (model: Model): Screen => model.screens.at(-1) ?? "board";

/** The run on the screen, driven, watched or replayed. */
export const shownRun = (model: Model): RunModel | null =>
  top(model) === "replay" ? model.replay : top(model) === "run" ? model.run : null;

/** Whether the journal has the end of this session's part of a run, also while locks and connections are still let go. */
export const isOver = ({ state }: RunModel): boolean => state !== null && (state.closed ?? state.paused) !== null;

export function modeOf(model: Model): Mode {
  const screen = top(model);
  if (model.entry !== null && (screen === "run" || screen === "replay")) return "writing";
  if (screen === "replay" && model.replay?.how === "watching") return "watching";
  if (screen === "rows") return model.rows?.filtering === true ? "filter" : "rows";
  if (screen === "journal") return model.journal.filtering ? "filter" : "journal";
  if (screen === "board") return model.board.filtering ? "filter" : "board";
  if (screen !== "run" || model.run === null) return screen;
  const { question, ended, state } = model.run;
  if (ended !== null || isOver(model.run)) return "ended";
  if (question?.kind === "page") return question.page.typed === null ? "approval" : "typed";
  if (question?.kind === "choice") return "decision";
  return state === null ? "starting" : "run";
}

/** A board that has shown nothing yet. */
export const newBoard = (): BoardModel => ({
  silent: [],
  vms: [],
  trouble: null,
  troubled: null,
  selected: null,
  marked: [],
  filter: "",
  filtering: false,
  sort: "needs me",
});

export function newModel(site: SiteInfo): Model {
  return {
    site,
    screens: ["board"],
    board: newBoard(),
    detail: null,
    plan: { runbook: "", scroll: 0, phase: null, left: [], printed: null },
    runbooks: null,
    journal: { items: null, at: 0, filter: "", filtering: false, group: "newest" },
    run: null,
    replay: null,
    left: null,
    rows: null,
    page: null,
    which: null,
    help: 0,
    entry: null,
    message: { text: "", tone: "plain" },
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
  vm: null,
  alone: false,
  ended: null,
  stopping: false,
  notice: "",
});
