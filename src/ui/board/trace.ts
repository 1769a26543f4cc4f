/** What runs that are over left of a target that they did not recover: it stays to be seen until a run recovers it. */
import { clean } from "../../engine/words.ts";
import type { Remnant, RunSummary } from "../sources.ts";

interface Trace extends Remnant {
  readonly run: string;
  /** How it ended for the target, and why. */
  readonly reason: string;
}

/**
 * The runs over a target that are over, the newest first. Dry runs and those that go on left nothing, and one that sent nothing only
 * as long as it is open.
 */
const tracesOf = (runs: readonly RunSummary[], key: string): readonly (Remnant & { readonly run: string })[] =>
  runs.flatMap(({ run_id, status, targets, remnant }) => {
    if (remnant === undefined || !targets.some((target) => target.key === key)) return [];
    return remnant.sent || status !== "closed" ? [{ ...remnant, run: run_id }] : [];
  });

/** The newest run that sent something and did not recover the target; else the newest that is open and sent nothing. */
function traceOf(runs: readonly RunSummary[], key: string): Trace | null {
  const traces = tracesOf(runs, key);
  const index = traces.findIndex(({ sent: isSent }) => isSent);
  const entry = traces[index];
  const [empty] = index === -1 ? traces : traces.slice(0, index);
  const hit = entry?.failures[key] === undefined ? empty : entry;
  const reason = hit?.failures[key];
  return hit === undefined || reason === undefined ? null : { ...hit, reason };
}

/** The same as a sentence without a full stop; '' where nothing was left. */
export function traceText(runs: readonly RunSummary[] | null, key: string): string {
  const trace = traceOf(runs ?? [], key);
  if (trace === null) return "";
  const { run, at: time, sent: isSent, reason } = trace;
  const verb = isSent ? "did not recover it" : "sent nothing for it";
  return `Run ${run}, ${time.slice(0, 16).replace("T", " ")}Z, ${verb}: ${clean(reason)}`;
}
