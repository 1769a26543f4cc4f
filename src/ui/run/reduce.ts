/** What happens to the run screen: pure, besides the history that it shares. */
import type { RunModel } from "../model.ts";
import { phaseNow } from "./now.ts";
import { listedTargets, listsTargets, shownTargets, targetAt } from "./targets.ts";
import { rowNow, stepRows } from "./steps.ts";

export type RunUiEvent =
  | { readonly type: "more" }
  | { readonly type: "row"; readonly by: number }
  /** Opens the VM under the cursor, or goes back to the list of all. */
  | { readonly type: "alone"; readonly alone: boolean }
  | { readonly type: "phase"; readonly by: 1 | -1 }
  | { readonly type: "follow" }
  | { readonly type: "cursor"; readonly to: number };

export function reduceRun(run: RunModel, event: RunUiEvent): RunModel {
  switch (event.type) {
    case "more":
      return { ...run, cursor: run.history.length, state: run.history.stateAt(run.history.length) };
    case "cursor": {
      const cursor = Math.min(Math.max(1, event.to), run.history.length);
      return { ...run, cursor, state: run.history.stateAt(cursor), row: null, phase: null };
    }
    case "follow":
      return { ...run, row: null, phase: null };
    case "alone": {
      const vm = run.vm ?? (run.state === null ? null : (listedTargets(run.state)[0]?.target.key ?? null));
      return { ...run, vm, alone: event.alone, row: null, phase: null };
    }
    case "row": {
      if (run.state !== null && listsTargets(run)) {
        const listed = listedTargets(run.state);
        const to = Math.min(Math.max(0, targetAt(run, listed) + event.by), listed.length - 1);
        return { ...run, vm: listed[to]?.target.key ?? null };
      }
      const phase = run.phase ?? phaseNow(run);
      if (run.state === null || phase === null) return run;
      const rows = stepRows(shownTargets(run), phase);
      const at = run.row ?? rowNow(run.state, rows);
      return { ...run, phase, row: Math.min(Math.max(0, at + event.by), Math.max(0, rows.length - 1)) };
    }
    case "phase": {
      const ids = run.state?.runbook.phases.map(({ id }) => id) ?? [];
      const at = ids.indexOf(run.phase ?? phaseNow(run) ?? "");
      const to = ids[Math.min(Math.max(0, at + event.by), ids.length - 1)];
      return to === undefined ? run : { ...run, phase: to, row: 0 };
    }
    default:
      return event satisfies never;
  }
}
