/** All that the screen is made from, besides the size of the window. Reducers change it, views read it. */
import type { BoardModel } from "./board/model.ts";
import type { Asks } from "../engine/bodies.ts";
import type { Question } from "../engine/operator-port.ts";
import type { ApprovalDocument } from "../engine/approval-document.ts";
import type { Receipt } from "../engine/receipt.ts";
import type { RunState } from "../engine/state.ts";
import type { TriedPrinted } from "../phases/printed.ts";
import type { Result } from "../ports/result.ts";
import type { Undo } from "../ports/sql.ts";
import type { Explained } from "../runbooks/explain.ts";
import type { Away, Presence } from "./absence.ts";
import type { Sight } from "./ask/sight.ts";
import type { Effect } from "./effect.ts";
import type { Tone } from "./line.ts";
import type { History } from "./run/history.ts";
import type { JournalModel } from "./runs/journal.ts";
import type { Reason } from "./reason/reason.ts";
import type { RowsPart } from "./rows/parts.ts";
import type { BoardTarget, Detail, RunEnd, RunSummary, SiteInfo, StartRequest } from "./sources.ts";
import type { Theme } from "./theme.ts";
import type { WhichModel } from "./which/question.ts";

export type { BoardModel };

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
  | "changes"
  | "reason"
  | "watch"
  | "which"
  | "palette"
  | "help";
/** A screen that scrolls as a whole: its lines (`window.ts`) and the part of the model that says where it stands (`scroll.ts`). */
export type WindowScreen = Exclude<Screen, "board" | "journal" | "run" | "replay" | "leave" | "palette">;
/** What the keys mean now: a screen, or a part of one that has the keyboard. */
export type Mode =
  | Screen
  | "filter"
  | "search"
  | "approval"
  | "typed"
  | "decision"
  | "writing"
  | "ended"
  | "starting"
  | "watching";

export interface OpenPage {
  readonly kind: "page";
  readonly page: ApprovalDocument;
  /** Keys before this moment belong to something else. Every key that was ignored moves it. */
  readonly armedAt: number;
  readonly typed: string;
  readonly scroll: number;
  /** The parts of the page that were folded and are open now, by their places among all parts. */
  readonly openFolds: readonly number[];
  /** What of the page was on the screen; null before any of it was. */
  readonly sight: Sight | null;
}

/** A question with choices; or for an input before there is a run, which is typed and has none. */
export type ConsoleQuestion = Omit<Question, "asks"> & { readonly asks: Asks | "input" };

export interface OpenChoice {
  readonly kind: "choice";
  readonly question: ConsoleQuestion;
  readonly armedAt: number;
  readonly scroll: number;
}

export type OpenQuestion = OpenPage | OpenChoice;

/** What becomes of words once they are kept: a note of a run, the reason to close it, or the reason for a choice. */
export type Purpose =
  | { readonly kind: "note"; readonly run_id: string }
  | { readonly kind: "close"; readonly run_id: string }
  | { readonly kind: "choice"; readonly choice: string }
  | { readonly kind: "input" };

/** A line in which the person writes words of their own. */
export interface Entry {
  readonly purpose: Purpose;
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
  /** The target under the cursor where a run lists its targets, and whether it was opened: only its steps are shown then. */
  readonly target: string | null;
  readonly alone: boolean;
  /** The first line of its receipt that is shown. */
  readonly scroll: number;
  readonly ended: RunEnd | null;
  readonly stopping: boolean;
  readonly notice: string;
}

/** Rows as they are now, by the name of the key; null where no row has it. */
interface TableNow {
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, readonly (string | null)[] | null>;
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
  /** For each table what was read. */
  readonly now: Readonly<Record<string, TableNow>>;
  readonly trouble: string;
  readonly scroll: number;
}

export interface ChangesModel {
  readonly state: RunState;
  /** What was prepared to take each attempt back, by its id. */
  readonly undos: Readonly<Record<string, Undo>>;
  readonly receipt: Receipt | null;
  readonly scroll: number;
}

export interface DetailModel {
  readonly target: BoardTarget;
  readonly detail: Detail | null;
  readonly trouble: string;
  readonly scroll: number;
}

/** The statements are being tried, for these targets. */
interface Asking {
  readonly keys: readonly string[];
}

export interface PlanModel {
  readonly runbook: string;
  /** For which target it was opened; null where there was none. */
  readonly target: BoardTarget | null;
  readonly scroll: number;
  /** The phase under the cursor; null until one was looked for. */
  readonly phase: string | null;
  /** Phases that were left out of the run that begins from here. */
  readonly left: readonly string[];
  /** What the statements of the operators' own documents would do here: null until somebody asks, then for whom. */
  readonly printed: null | Asking | Result<readonly TriedPrinted[], string>;
}

/** What is done once a run that is over was put away; to quit with `fallback` where that run has no exit code. */
export type Wish =
  | { readonly kind: "start"; readonly request: StartRequest }
  | { readonly kind: "quit"; readonly fallback: number };

/** Words that are looked for in the text of one screen. */
export interface SearchModel {
  readonly text: string;
  readonly typing: boolean;
  /** The line that was found, and where the window stood before. */
  readonly line: number | null;
  readonly from: number;
  readonly screens: readonly Screen[];
}

/** What holds as long as the console is open, whatever it shows. */
export interface SessionModel {
  /** Whether it was opened for one run alone: to leave that is to leave the console. */
  readonly single: boolean;
  /** Whether the terminal can be handed text to copy. */
  readonly clipboard: boolean;
  /** Which colours can be read on the terminal's background. */
  readonly theme: Theme;
  /** Whether another program can be handed the terminal, to read a text in. */
  readonly reader: boolean;
  /** The exit code of the run that was driven last. */
  readonly exit: number;
  readonly wish: Wish | null;
  /** The file that the report of a run was written into last, by the run. */
  readonly reports: Readonly<Record<string, string>>;
  /** What stays on the normal screen afterwards: how each run ended that was driven here, the newest last. */
  readonly farewell: readonly { readonly run: string | null; readonly lines: readonly string[] }[];
}

/** What a key asked for that opens a screen: its answer counts as long as nothing else was asked, opened, closed or begun to be typed. */
interface Awaited {
  readonly effect: Effect;
  readonly screens: readonly Screen[];
  readonly mode: Mode;
}

/** A run that was left in the middle, and how far its page is scrolled. */
export interface LeftRun {
  readonly summary: RunSummary;
  readonly history: History;
  readonly scroll: number;
}

/** What was said last. */
interface Message {
  readonly text: string;
  readonly tone: Tone;
  /** On which page alone it holds; missing where it holds on all. */
  readonly mode?: Mode;
  /** In a window of which size alone it holds, since it tells of what the window shows; missing where it holds in all. */
  readonly size?: { readonly columns: number; readonly rows: number };
}

export interface Model {
  readonly site: SiteInfo;
  readonly session: SessionModel;
  readonly screens: readonly Screen[];
  readonly board: BoardModel;
  readonly detail: DetailModel | null;
  readonly plan: PlanModel;
  readonly runbooks: readonly Explained[] | null;
  readonly journal: JournalModel;
  readonly run: RunModel | null;
  readonly replay: RunModel | null;
  /** A run that was left in the middle, shown first. */
  readonly left: LeftRun | null;
  readonly rows: RowsModel | null;
  /** A page that was asked about, looked at again; null where none is. */
  readonly page: { readonly document: ApprovalDocument; readonly scroll: number } | null;
  /** A run whose changes are looked at. */
  readonly changes: ChangesModel | null;
  /** Why what the cursor was on is there, in the runbook's words. */
  readonly reason: { readonly reasons: readonly Reason[]; readonly scroll: number } | null;
  /** What the run below it watches. */
  readonly watch: { readonly scroll: number; readonly away: Away | null };
  /** Asked before a key acts on targets that the screen does not show. */
  readonly which: WhichModel | null;
  readonly help: { readonly scroll: number };
  /** What was typed to find an action, the key of the one under the cursor, and the page that it lies over. */
  readonly palette: { readonly text: string; readonly selected: string | null; readonly mode: Mode };
  readonly search: SearchModel | null;
  readonly entry: Entry | null;
  readonly message: Message;
  readonly awaited: Awaited | null;
  /** When somebody was here last, and what happened while they were not; null where nothing did. */
  readonly presence: Presence;
  readonly away: Away | null;
}

export const top = (model: Model): Screen => model.screens.at(-1) ?? "board";

/** The run on the screen, driven, watched or replayed. */
export const shownRun = (model: Model): RunModel | null =>
  top(model) === "replay" ? model.replay : top(model) === "run" ? model.run : null;

/** The run that a screen lies over; the one on the screen where none does. */
export const runBelow = ({ screens, run, replay }: Model): RunModel | null => {
  const screen = screens.findLast((name) => name === "run" || name === "replay");
  return screen === "replay" ? replay : screen === "run" ? run : null;
};

/** Whether the journal has the end of this session's part of a run, also while locks and connections are still let go. */
export const isOver = ({ state }: RunModel): boolean => state !== null && (state.closed ?? state.paused) !== null;

/** Whether a run is being driven from here, up to the return of its session. */
export const isDriving = ({ run }: Model): boolean => run !== null && run.ended === null;
