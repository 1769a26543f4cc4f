/** What the console asks of the rest of Handrail. cli implements it over the real site; tests over made-up data. */
import type { Doubt } from "../engine/doubt.ts";
import type { RunEvent } from "../engine/events.ts";
import type { OperatorPort } from "../engine/operator-port.ts";
import type { JsonObject } from "../ports/json.ts";
import type { TriedPrinted } from "../phases/printed.ts";
import type { ProcessLook } from "../ports/process.ts";
import type { RowsNow } from "../ports/sql.ts";
import type { Result } from "../ports/result.ts";
import type { Explained } from "../runbooks/explain.ts";

export interface SiteInfo {
  readonly name: string;
  readonly lab: string | null;
  readonly scale: number;
  readonly banners: readonly string[];
  readonly operator: string;
  readonly readOnly: boolean;
  /** A command to be copied, for the words behind `handrail`: it names the site. Where it is missing they stand alone. */
  readonly command?: (words: string) => string;
}

/** A command line to be copied from this site's screen. */
export const commandOf = (site: SiteInfo, words: string): string => site.command?.(words) ?? `handrail ${words}`;

/** One target of the board, as the database has it. */
export interface BoardVm {
  readonly key: string;
  readonly label: string;
  readonly row: JsonObject;
  /** The runbook's own word for "this needs me". */
  readonly stuck: boolean;
  /** Seconds since the unfinished job began, by the server's clock; null without one. */
  readonly seconds: number | null;
  /** The step that JobLog calls failed or still running. */
  readonly step: { readonly name: string; readonly status: string; readonly error: string } | null;
  /** The database does not list it: only a run of it that is open, or in doubt, says that there is such a target. */
  readonly gone?: true;
}

/** One volume of a target as the database, the daemon and CloudStack have it. */
export interface DetailVolume {
  readonly id: string;
  readonly name: string;
  readonly database: string;
  readonly snapshot: string;
  /** null when daemon or CloudStack could not be asked. */
  readonly look: DetailLook | null;
}

/** Where it is, as each of the two says, and whether they agree. */
export interface DetailLook {
  readonly daemon: "mapped" | "not mapped";
  readonly daemon_vm: string;
  readonly cloudstack: "attached" | "detached" | "missing";
  readonly cloudstack_vm: string;
  readonly where: "appliance" | "detached" | "elsewhere" | "disagree" | "missing";
}

export interface Detail {
  readonly volumes: readonly DetailVolume[];
  /** null: the process table could not be read, so nobody knows who holds a disk. */
  readonly holders: readonly ProcessLook[] | null;
  /** null: could not be read. */
  readonly jobs:
    | readonly {
        readonly id: string;
        readonly type: string;
        readonly status: string;
        readonly tracking: string;
        readonly since: string;
      }[]
    | null;
  readonly steps:
    | readonly {
        readonly job: string;
        readonly name: string;
        readonly status: string;
        readonly error: string;
      }[]
    | null;
  /** What could not be asked, as sentences. */
  readonly missing: readonly string[];
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
  /** Where a driven run is: `phase 3 of 7, 2 Detach the volumes`; '' where that is not known. */
  readonly at?: string;
  /** Who drives it, as login and pid; '' when nobody does. */
  readonly driver: string;
  /** Changes of it that were sent and that nobody knows the end of. */
  readonly doubts: readonly Doubt[];
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
  /** A new run of the same runbook for the targets that a closed one did not recover. */
  | { readonly kind: "retry"; readonly runbook: string; readonly run_id: string };

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
  /** What does not stop the run but must be known, such as a JobLog that lags behind. */
  readonly onNotice: (text: string) => void;
}

export interface Sources {
  board(): Promise<Result<readonly BoardVm[], string>>;
  /** What the recovery of any target would need and does not answer now, as sentences; [] when all of it does. */
  silent(): Promise<readonly string[]>;
  detail(vm: BoardVm): Promise<Result<Detail, string>>;
  runbooks(): Promise<readonly Explained[]>;
  /**
   * Tries the statements that the operators' own documents print (of every runbook), for these targets, and rolls each
   * back. The error says why they could not be tried at all.
   */
  printed(keys: readonly string[]): Promise<Result<readonly TriedPrinted[], string>>;
  /** The newest runs of the journal. */
  runs(): Promise<readonly RunSummary[]>;
  events(runId: string, after: number): Promise<readonly RunEvent[]>;
  /** Writes a note into the journal of a run, whoever drives it. The error says why it could not be written. */
  note(runId: string, text: string): Promise<Result<void, string>>;
  /** Whole rows of a table as they are now, by their keys, every column as text. Reads only. */
  rows(table: string, keys: readonly (readonly string[])[]): Promise<Result<RowsNow, string>>;
  /** Drives a run; only one at a time. Never rejects for what the world does. */
  start(request: StartRequest, hooks: RunHooks): Promise<RunEnd>;
  close(): Promise<void>;
}
