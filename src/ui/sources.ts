/** What the console asks of the rest of Handrail. cli implements it over the real site; tests over made-up data. */
import type { Doubt } from "../engine/doubt.ts";
import type { RunEvent } from "../engine/events.ts";
import type { OperatorPort } from "../engine/operator-port.ts";
import type { TriedPrinted } from "../phases/printed.ts";
import type { RowsNow } from "../ports/sql.ts";
import type { Result } from "../ports/result.ts";
import type { Explained } from "../runbooks/explain.ts";
import type { Tone } from "./line.ts";
import type { GlyphName } from "./theme.ts";
import { PLAIN_WORDS, type SiteWords } from "./words.ts";

export interface SiteInfo {
  readonly name: string;
  readonly lab: string | null;
  readonly scale: number;
  readonly banners: readonly string[];
  readonly operator: string;
  readonly readOnly: boolean;
  /** A command to be copied, for the words behind `handrail`: it names the site. Where it is missing they stand alone. */
  readonly command?: (words: string) => string;
  /** How its things are called; missing where nobody knows. */
  readonly words?: SiteWords;
}

export const wordsOf = (site: Pick<SiteInfo, "words">): SiteWords => site.words ?? PLAIN_WORDS;

/** A command line to be copied from this site's screen. */
export const commandOf = (site: SiteInfo, words: string): string => site.command?.(words) ?? `handrail ${words}`;

/** What is to be done about a target: `key` does it, that of a runbook's action begins the runbook; null where none does. */
export interface Advice {
  readonly suggestion: string;
  readonly why: string;
  readonly key: string | null;
}

/** What the sources together say of a target, read by whoever knows the site. */
export interface Reading {
  /** A word or two for it. */
  readonly status: string;
  readonly glyph: GlyphName;
  readonly tone: Tone;
  /** Its place among those that are not stuck: the lowest first. */
  readonly rank: number;
  /** Whether nothing is under way that could take long. */
  readonly idle: boolean;
  /** The site's own word for its state. */
  readonly state: string;
  readonly operation: string;
  /** Each source's own word, side by side; `odd` is the one that does not fit. */
  readonly sources: readonly { readonly name: string; readonly says: string; readonly odd: boolean }[];
  /** What its runbooks show of it, in columns of the board; missing where the site's own columns are shown. */
  readonly columns?: readonly { readonly name: string; readonly says: string }[];
  readonly advice: Advice;
  /** Keys of actions that may begin although it is not called stuck. */
  readonly begins: readonly string[];
  /** What it is counted under beside those that are stuck, as in "2 in repair"; null where it is not. */
  readonly aside: string | null;
}

/** One target of the board. */
export interface BoardTarget {
  readonly key: string;
  readonly label: string;
  /** Where it is: what tells it from another of the same name. */
  readonly place: string;
  /** The runbook's own word for "this needs me". */
  readonly stuck: boolean;
  /** Seconds since what is unfinished began, by the server's clock; null without one. */
  readonly seconds: number | null;
  /** The step that is called failed or still running. */
  readonly step: { readonly name: string; readonly status: string; readonly error: string } | null;
  readonly reading: Reading;
  /** The database does not list it: only a run of it that is open, or in doubt, says that there is such a target. */
  readonly gone?: true;
}

/** A part of a line: as wide as its text, as told, or all that the others of its line leave. */
export interface Cell {
  readonly text: string;
  readonly tone: Tone;
  readonly width?: number | "rest";
  readonly glyph?: GlyphName;
}

export type PanelLine =
  | { readonly kind: "cells"; readonly cells: readonly Cell[] }
  /** Words that go on in the next line, `indent` cells from its beginning. */
  | ({ readonly kind: "text"; readonly indent: number } & Pick<Cell, "text" | "tone" | "glyph">);

/** A part of what is known of a target, under a title. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly PanelLine[];
}

export interface Detail {
  readonly panels: readonly Panel[];
  /** What could not be asked, as sentences. */
  readonly missing: readonly string[];
}

/** What a run that is over left. */
export interface Remnant {
  /** When it was closed or paused: ISO 8601, UTC. */
  readonly at: string;
  /** Whether it sent anything at all. */
  readonly sent: boolean;
  /** By the key of each target that it did not recover, how it ended for that one, and why. */
  readonly failures: Readonly<Record<string, string>>;
}

/** A run of the journal on one line. */
export interface RunSummary {
  readonly run_id: string;
  readonly created: string;
  readonly runbook: string;
  readonly title: string;
  readonly operator: string;
  readonly targets: readonly { readonly key: string; readonly label: string }[];
  readonly outcome: string;
  /** `driven`: somebody's Handrail is at it now. `left`: nobody paused or closed it, so its end is not known. */
  readonly status: "closed" | "paused" | "driven" | "left";
  /** Where a driven run is: `phase 3 of 7, 2 Detach the disks`; '' where that is not known. */
  readonly at?: string;
  /** Who drives it, as login and pid; '' when nobody does. */
  readonly driver: string;
  /** Changes of it that were sent and that nobody knows the end of. */
  readonly doubts: readonly Doubt[];
  /** Missing where it goes on, was left, or was a dry run. */
  readonly remnant?: Remnant;
  /** It only looked, and sent nothing: it speaks for no target, and nobody takes it up. */
  readonly dry?: true;
}

export type StartRequest =
  | {
      readonly kind: "new";
      readonly runbook: string;
      readonly keys: readonly string[];
      /** The phases that act; all of them where it is missing. */
      readonly phases?: readonly string[];
    }
  | { readonly kind: "resume"; readonly run_id: string }
  /** Ends a run that nobody goes on with, for this reason. */
  | { readonly kind: "close"; readonly run_id: string; readonly note: string }
  /** A new run of the same runbook for the targets that a closed one did not recover. */
  | { readonly kind: "retry"; readonly runbook: string; readonly run_id: string }
  /** A run that takes back what another one changed in the database. */
  | { readonly kind: "undo"; readonly run_id: string };

/** How a session of a run ended: with an exit code, or before it began, with a sentence. */
export interface RunEnd {
  readonly exit: number;
  /** Why nothing was begun; '' when it was. */
  readonly refused: string;
  /** Journal head and such, for the normal screen. */
  readonly lines: readonly string[];
}

export interface RunHooks {
  readonly operator: OperatorPort;
  readonly onEvent: (event: RunEvent, past: boolean) => void;
  /** What does not stop the run but must be known, such as a log that lags behind. */
  readonly onNotice: (text: string) => void;
}

/** A row of the board, as it stood there. */
interface PastRow {
  readonly status: string;
  readonly name: string;
  readonly operation: string;
}

export interface LastLook {
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  readonly rows: readonly PastRow[];
}

export interface Sources {
  board(): Promise<Result<readonly BoardTarget[], string>>;
  /** What the recovery of any target would need and does not answer now, as sentences; [] when all of it does. */
  silent(): Promise<readonly string[]>;
  /** What the board said when somebody looked last; null where nobody did. Missing where nothing is remembered. */
  lastLook?(): Promise<LastLook | null>;
  /** Remembers what it says now. */
  remember?(look: LastLook): Promise<void>;
  detail(target: BoardTarget): Promise<Result<Detail, string>>;
  runbooks(): Promise<readonly Explained[]>;
  /**
   * Tries the statements that the operators' own documents print (of every runbook), for these targets, and rolls each
   * back. The error says why they could not be tried at all.
   */
  printed(keys: readonly string[]): Promise<Result<readonly TriedPrinted[], string>>;
  /** The newest runs of the journal. */
  runs(): Promise<readonly RunSummary[]>;
  events(runId: string, afterSeq: number): Promise<readonly RunEvent[]>;
  /** Writes a note into the journal of a run, whoever drives it. The error says why it could not be written. */
  note(runId: string, text: string): Promise<Result<void, string>>;
  /** Writes the report of a run into a file of its own and gives its path. The error says why there is none. */
  report(runId: string): Promise<Result<string, string>>;
  /** Whole rows of a table as they are now, by their keys, every column as text. Reads only. */
  rows(table: string, keys: readonly (readonly string[])[]): Promise<Result<RowsNow, string>>;
  /** Drives a run; only one at a time. Never rejects for what the world does. */
  start(request: StartRequest, hooks: RunHooks): Promise<RunEnd>;
  close(): Promise<void>;
}
