/** From what the database says of the targets to the rows of the board: status, suggestion and why, in the right order. */
import { clean } from "../../engine/words.ts";
import type { Tone } from "../line.ts";
import type { BoardModel, Model } from "../model.ts";
import { runsByTarget } from "../run-of-target.ts";
import type { BoardVm, RunSummary } from "../sources.ts";

export type Verdict =
  | "in doubt"
  | "left in the middle"
  | "being recovered"
  | "stuck"
  | "busy"
  | "live failover"
  | "in failover"
  | "well";

export interface Row {
  readonly vm: BoardVm;
  /** Its name, with its vCenter where another target has the same. */
  readonly name: string;
  readonly verdict: Verdict;
  readonly tone: Tone;
  readonly operation: string;
  readonly failing: string;
  readonly suggestion: string;
  readonly why: string;
  /** What the sources say of the failover, side by side; `odd` is the one that does not fit. */
  readonly sources: readonly { readonly name: string; readonly says: string; readonly odd: boolean }[];
}

const cell = (vm: BoardVm, column: string): string => clean(String(vm.row[column] ?? ""));

function verdictOf(vm: BoardVm, run: RunSummary | undefined): Verdict {
  const status = cell(vm, "current_status");
  if (run?.doubts.some(({ target }) => target === vm.key) === true) return "in doubt";
  if (run?.status === "left") return "left in the middle";
  if (run?.status === "driven") return "being recovered";
  if (vm.stuck) return "stuck";
  if (isLive(vm)) return "live failover";
  if (["replicating", "initial_sync", "discovered"].includes(status)) return "busy";
  return status === "failed_over_test" || status.includes("fail") || status === "cleanup_required"
    ? status === "ready_for_failover"
      ? "well"
      : "in failover"
    : "well";
}

const isLive = (vm: BoardVm): boolean => cell(vm, "current_status") === "failed_over_live";

/** A live failover whose job is still open: nothing here recovers it, and it is not well. One that finished is. */
export const isLiveUnfinished = (vm: BoardVm): boolean => !vm.stuck && cell(vm, "job_type") === "live";

const TONES: Readonly<Record<Verdict, Tone>> = {
  "in doubt": "unknown",
  "left in the middle": "unknown",
  "being recovered": "running",
  stuck: "danger",
  busy: "running",
  "live failover": "refused",
  "in failover": "waiting",
  well: "ok",
};

/** Whether JobLog has the engine's own word that it ended; a mark made by hand is not that. */
export const engineEnded = (vm: BoardVm): boolean => ["failed", "cancelled"].includes(cell(vm, "tracking_status"));

function advice(vm: BoardVm, verdict: Verdict, run: RunSummary | undefined): { suggestion: string; why: string } {
  const step = vm.step === null ? "" : ` at ${clean(vm.step.name)}`;
  switch (verdict) {
    case "in doubt": {
      const doubt = run?.doubts.find(({ target }) => target === vm.key);
      const title = clean(doubt?.title ?? "a change");
      const why =
        doubt?.status === "applied"
          ? `a change was done, as the other side says, and nobody has seen yet whether it worked: ${title}`
          : `a change was sent and nobody knows what became of it: ${title}`;
      return { suggestion: "Look what became of it (u)", why };
    }
    case "left in the middle":
      return { suggestion: "Take the run up again (u)", why: "a run of Handrail was left in the middle of it" };
    case "being recovered":
      return { suggestion: "Watch it (w)", why: drivenSaid(run) };
    case "stuck":
      if (run?.status === "paused")
        return { suggestion: "Take the run up again (u)", why: `run ${run.run_id} for it is ${clean(run.outcome)}` };
      if (!engineEnded(vm))
        return {
          suggestion: "Recover (r)",
          why: `JobLog says ${cell(vm, "tracking_status") || "nothing"}${step}: the failover engine may still be alive and waiting`,
        };
      return {
        suggestion: "Cleanup Failed Job (c)",
        why: `the test failover ended${step} and left volumes, snapshots and rows behind`,
      };
    case "live failover":
      return {
        suggestion: "Nothing here",
        why: "a live failover is ended with the appliance's rollback, not with this",
      };
    case "in failover":
      return {
        suggestion: "Look first (Enter)",
        why: "it is in a failover that is not called stuck; c finds out whether a rollback left something of it",
      };
    case "busy":
      return { suggestion: "Wait", why: "it is being replicated" };
    case "well":
      return { suggestion: "Nothing to do", why: "no failover is open" };
    default:
      return verdict satisfies never;
  }
}

/** Who is at it, and how far they are. */
const drivenSaid = (run: RunSummary | undefined): string => {
  const at = run?.at ?? "";
  return `${clean(run?.driver ?? "")} drives a run for it just now${at === "" ? "" : `: ${clean(at)}`}`;
};

/** What context, job and JobLog say. A job that waits while JobLog has failed is the odd one. */
function sourcesOf(vm: BoardVm): Row["sources"] {
  if (vm.gone === true) return [{ name: "context", says: "not listed", odd: true }];
  const job = cell(vm, "job_status");
  const tracking = cell(vm, "tracking_status");
  const ended = ["failed", "cancelled", "completed"].includes(tracking);
  const open = job !== "" && !["failed", "completed", "cleanup"].includes(job);
  return [
    { name: "context", says: cell(vm, "current_status"), odd: false },
    { name: "job row", says: job === "" ? "none open" : job, odd: open && ended },
    { name: "JobLog", says: tracking === "" ? "nothing" : tracking, odd: false },
  ];
}

const nameOf = (vm: BoardVm, shared: boolean): string => {
  const host = cell(vm, "vcenter_host");
  return shared ? `${clean(vm.label)} @ ${host === "" ? clean(vm.key) : host}` : clean(vm.label);
};

export function rowOf(vm: BoardVm, run?: RunSummary, shared = false): Row {
  const verdict = verdictOf(vm, run);
  const type = cell(vm, "job_type");
  const { suggestion, why } = advice(vm, verdict, run);
  return {
    vm,
    name: nameOf(vm, shared),
    verdict,
    tone: TONES[verdict],
    operation: type === "" ? "" : `${type} failover`,
    failing: vm.step === null ? "" : clean(vm.step.name),
    sources: sourcesOf(vm),
    suggestion,
    why: vm.gone === true ? `${why}; the database does not list it any more` : why,
  };
}

const order = new Intl.Collator("en");
const RANK: readonly Verdict[] = [
  "in doubt",
  "left in the middle",
  "stuck",
  "being recovered",
  "in failover",
  "busy",
  "live failover",
  "well",
];

type Asked = readonly [BoardModel["vms"], string, BoardModel["sort"], readonly RunSummary[] | null];
let last: { readonly asked: Asked; readonly rows: readonly Row[] } | null = null;

/** The rows that are shown, in order: what needs somebody first. Sorted again only when something of it has changed. */
export function rowsOf(board: BoardModel, runs: readonly RunSummary[] | null): readonly Row[] {
  const asked: Asked = [board.vms, board.filter, board.sort, runs];
  if (last !== null && last.asked.every((part, at) => part === asked[at])) return last.rows;
  last = { asked, rows: sortedRows(board, runs) };
  return last.rows;
}

/** Targets of runs that still need somebody, which the database does not have any more: nothing else would show them. */
function goneOf({ vms, trouble }: BoardModel, speaking: ReadonlyMap<string, RunSummary>): BoardVm[] {
  if (trouble !== "") return [];
  const known = new Set(vms.map(({ key }) => key));
  return [...speaking].flatMap(([key, run]) => {
    const open = run.status !== "closed" || run.doubts.some(({ target }) => target === key);
    if (known.has(key) || key === TYPED || !open) return [];
    const label = run.targets.find((target) => target.key === key)?.label ?? key;
    return [{ key, label, row: {}, stuck: run.status === "paused", seconds: null, step: null, gone: true as const }];
  });
}

/** What a typed statement is about, when it names no target. */
const TYPED = "sql";

function sortedRows(board: BoardModel, runs: readonly RunSummary[] | null): readonly Row[] {
  const speaking = runsByTarget(runs ?? []);
  const labels = new Set<string>();
  const shared = new Set(board.vms.flatMap(({ label }) => (labels.has(label) ? [label] : (labels.add(label), []))));
  const wanted = board.filter.toLowerCase();
  const rows = [...board.vms, ...goneOf(board, speaking)]
    .map((vm) => rowOf(vm, speaking.get(vm.key), shared.has(vm.label)))
    .filter((row) => wanted === "" || `${row.vm.label} ${row.vm.key} ${row.verdict}`.toLowerCase().includes(wanted));
  const byName = (a: Row, b: Row): number => order.compare(a.vm.label, b.vm.label) || (a.vm.key < b.vm.key ? -1 : 1);
  const byAge = (a: Row, b: Row): number => (b.vm.seconds ?? -1) - (a.vm.seconds ?? -1);
  const byNeed = (a: Row, b: Row): number => RANK.indexOf(a.verdict) - RANK.indexOf(b.verdict);
  return rows.sort((a, b) =>
    board.sort === "name"
      ? byName(a, b)
      : board.sort === "longest"
        ? byAge(a, b) || byName(a, b)
        : byNeed(a, b) || byName(a, b),
  );
}

/** The rows of the board as it stands. */
export const shownRows = ({ board, journal }: Model): readonly Row[] => rowsOf(board, journal.items);

/** The row that has the cursor: the chosen one, or the first. */
export function chosenRow(model: Model): Row | undefined {
  const rows = shownRows(model);
  return rows.find(({ vm }) => vm.key === model.board.selected) ?? rows[0];
}
