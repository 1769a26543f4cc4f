/** Takes back what a run changed in the database, as a run of its own. */
import { createHash } from "node:crypto";
import { conflictsOf } from "../../engine/end.ts";
import type { Mark } from "../../engine/bodies.ts";
import { draft, type RunEvent } from "../../engine/events.ts";
import { fold } from "../../engine/record.ts";
import { isHandmade, type RunState, type Slot } from "../../engine/state.ts";
import { changeStep } from "../../engine/change-spec.ts";
import { isManual } from "../../phases/kinds/index.ts";
import type { ChangeStep } from "../../phases/spec.ts";
import { wayBackOf } from "../../phases/way-back.ts";
import { canonical, type Json, type JsonObject } from "../../ports/json.ts";
import type { SqlChange, Undo } from "../../ports/sql.ts";
import type { DirectStep } from "../../runbooks/direct.ts";
import { countText } from "../../engine/words.ts";
import { safeText } from "../../text/safe-text.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import { subjectOf } from "../target.ts";
import { nounOf } from "./target-words.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import type { MakeFront } from "./carry-out.ts";
import { carryOutDirect } from "./direct.ts";
import { findRun } from "./journal.ts";
import type { UndoRequest } from "./request.ts";
import { connectionOf, refuseOtherServers } from "./same-server.ts";
import { openSession, type Session } from "./session.ts";

/** A change that was committed, with its way back as the journal kept it. */
interface Change {
  readonly event: Extract<RunEvent, { type: "step.undo-prepared" }>;
  readonly slot: Slot;
  readonly undo: Undo;
  /** Keys that an earlier undo left, by the number of the change; null where none was tried. */
  readonly rest: Rest | null;
}

/** The number of a change of an undo to the keys of rows that stayed as they are. */
type Rest = ReadonlyMap<number, Keys>;
type Keys = readonly (readonly string[])[];

/** Takes back what a run changed, the last change first, shown and answered by a front. */
export async function carryOutUndo(request: UndoRequest, io: Io, makeFront: MakeFront): Promise<number> {
  const session = await openSession(request.site, io);
  try {
    const { run_id } = findRun(session.journal, request.run);
    const events = session.journal.events(run_id);
    const state = fold(events);
    if (state === null) throw new Stop(EXIT.usage, `run ${run_id} has no events`);
    if (state.created.dry === true)
      throw new Stop(EXIT.usage, `run ${run_id} was a dry run: it changed nothing, so there is nothing to undo`);
    const extent = whatCanBeUndone(state, events.map(asRunEvent), request.step);
    const slots = extent.changes.map(({ slot }) => slot);
    await refuseOtherServers(session, state, slots, "it is undone there only");
    const isUndone = slotsIn(state).some(({ mark }) => mark === "undone");
    if (extent.changes.length === 0)
      throw new Stop(
        EXIT.failed,
        `nothing of run ${run_id} can be undone${isUndone ? " any more: what could be was taken back already" : ""}: ${safeText(nothingText(extent.reasons))}`,
      );
    return await undo(session, state, extent, makeFront);
  } catch (error) {
    await session.close();
    throw error;
  }
}

const nothingText = (reasons: readonly string[]): string =>
  reasons.length === 0 ? "it changed nothing in the database that is not undone already" : reasons.join("; ");

/** Whether a step is one that was named: by its id, or with its item. */
const isNamed = ({ step: id, item_key }: Slot, step: string | undefined): boolean =>
  step === undefined || id === step || `${id}/${item_key}` === step;

const slotsIn = (state: RunState): readonly Slot[] =>
  state.targets.flatMap(({ phases }) => Object.values(phases).flatMap(({ slots }) => slots));

/** The changes of a run whose undo is asked for, whatever became of them. */
const changesIn = (state: RunState, step: string | undefined): readonly Slot[] =>
  slotsIn(state).filter((slot) => slot.does === "change" && slot.mark !== "undone" && isNamed(slot, step));

/** The ways back that were kept, each by its attempt: the last one of it. */
const undosIn = (events: readonly RunEvent[]): ReadonlyMap<string, Change["event"]> =>
  new Map(events.flatMap((event) => (event.type === "step.undo-prepared" ? [[event.attempt_id ?? "", event]] : [])));

/** Why a change stays that nothing was kept for: by the runbook's own words, where it has some. */
function noWayBack(spec: ChangeStep | undefined): string {
  const reasons = spec === undefined ? [] : wayBackOf(spec, null).why;
  return reasons.length === 0 ? "Handrail has no way back for it" : `not by Handrail: ${reasons.join("; ")}`;
}

/** A change that can be taken back, why it cannot be, or null where there is none to take back. */
function changeOrReason(
  state: RunState,
  slot: Slot,
  event: Change["event"] | undefined,
  events: readonly RunEvent[],
): Change | string | null {
  const spec = changeStep(state.runbook, slot.step);
  if (spec !== undefined && isManual(spec.change) && (isHandmade(slot) || slot.mark === "by-hand"))
    return `a person did it, outside: ${wayBackOf(spec, null).why.join("; ")}`;
  if (slot.outcome?.kind === "unknown") return "whether it was applied is not known; resume the run first";
  if (slot.outcome?.kind !== "applied") return null;
  if (slot.cannot_undo !== null) return `it cannot be undone: ${slot.cannot_undo}`;
  if (event === undefined) return noWayBack(spec);
  return unusable(event.body.undo) ?? { event, slot, undo: event.body.undo, rest: restIn(events, slot) };
}

/** Committed changes that have a way back, newest first, and a sentence for each that has none. */
function whatCanBeUndone(state: RunState, events: readonly RunEvent[], step: string | undefined): Extent {
  const reasons: string[] = [];
  const changes: Change[] = [];
  const undos = undosIn(events);
  for (const slot of changesIn(state, step)) {
    const result = changeOrReason(state, slot, undos.get(slot.attempt?.id ?? ""), events);
    if (typeof result === "string") reasons.push(`${slot.title}: ${result}`);
    else if (result !== null) changes.push(result);
  }
  return { changes: changes.sort((a, b) => b.event.seq - a.event.seq), reasons };
}

/** What the last undo of a step left as it was, from the mark that it wrote. */
function restIn(events: readonly RunEvent[], slot: Slot): Rest | null {
  if (slot.mark !== "undone-in-part") return null;
  const mark = events.find(({ event_id }) => event_id === slot.event);
  const evidence = mark?.type === "step.marked" ? (mark.body.evidence as JsonObject | null) : null;
  const changes = (evidence?.["left"] ?? []) as readonly { readonly change: number; readonly keys: Keys }[];
  return new Map(changes.map(({ change, keys }) => [change, keys]));
}

/** The statements of an undo that are still to be made: after a partial one, those for the rows that it left. */
function changesOf({ undo, rest }: Change): { readonly change: SqlChange; readonly number: number }[] {
  return undo.changes.flatMap((change, number) => {
    if (rest === null) return [{ change, number }];
    const keys = rest.get(number) ?? [];
    return keys.length === 0 ? [] : [{ change: { ...change, expects: keys }, number }];
  });
}

/** What an undo has beside statements on rows. */
const requestsOf = ({ undo: { requests = [] } }: Change, index: number): DirectStep[] =>
  requests.map(({ kind, title, request }, number) => ({
    id: `undo-${index + 1}-${number + 1}`,
    title,
    kind,
    request,
  }));

/** Why a kept undo cannot be used, or null. A journal that took a secret out of it holds something else by now. */
function unusable(undo: Undo): string | null {
  if (undo.kind === "none") return `it cannot be undone: ${undo.why.join("; ")}`;
  const { changes, requests } = undo;
  // An undo of statements alone is known by them, as it ever was.
  const kept: unknown = requests === undefined ? changes : { changes, requests };
  const digest = createHash("sha256")
    .update(canonical(kept as Json))
    .digest("hex");
  return digest === undo.sha256 ? null : "its rows held a secret, which the journal does not keep";
}

/** What an undo takes back, and what it leaves with the reason. */
interface Extent {
  readonly changes: readonly Change[];
  /** A sentence for each change that stays as it is. */
  readonly reasons: readonly string[];
}

function undo(session: Session, origin: RunState, { changes, reasons }: Extent, makeFront: MakeFront): Promise<number> {
  const { run_id, created: beginning } = origin;
  const steps = changes.flatMap((entry, index) => [
    ...requestsOf(entry, index),
    ...changesOf(entry).map(({ change, number }): DirectStep => {
      const { slot, undo: way } = entry;
      const connection = connectionOf(slot);
      const partial = way.kind === "partial" ? " (PARTIAL)" : "";
      return {
        id: `undo-${index + 1}-${number + 1}`,
        title: `Take back "${slot.title}" in ${change.touches.table}${partial}`,
        change: connection === undefined ? change : { ...change, connection },
      };
    }),
  ]);
  const partial = changes
    .filter(({ undo: way }) => way.kind === "partial")
    .map(({ slot, undo: way }) => `"${slot.title}" can be undone only in part: ${way.why.join("; ")}`);
  const { targets } = beginning;
  const nouns = origin.runbook.target ?? nounOf(session.site);
  return carryOutDirect(session, {
    plan: {
      id: "undo",
      title: `Undo run ${run_id}`,
      summary: `Takes back what run ${run_id} changed in the database.`,
      target: nouns,
      warnings: [...partial, ...reasons.map((reason) => `not undone: ${reason}`)],
      steps,
    },
    locks: beginning.direct?.locks ?? targets.map(({ key, label }) => ({ key, label })),
    of: run_id,
    remains: reasons,
    ...subjectOf(targets, nouns),
    makeFront,
    onEnd: (state) => noteUndone(session, state, changes),
  });
}

/** Writes into the undone run which of its steps were taken back, and by which run. */
function noteUndone(session: Session, state: RunState, changes: readonly Change[]): void {
  const marks = state.targets.flatMap(({ phases }) => Object.values(phases).flatMap(({ slots }) => slots));
  const drafts = changes.flatMap(({ event }, index) => {
    const own = marks.filter(({ step }) => step.startsWith(`undo-${index + 1}-`));
    if (own.length === 0 || !own.every(({ mark }) => mark === "succeeded" || mark === "already")) return [];
    const rest = own.flatMap((slot) => {
      const keys = conflictsOf(slot);
      const change = Number(slot.step.split("-").at(-1)) - 1;
      return keys.length === 0 ? [] : [{ change, keys }];
    });
    const count = rest.reduce((sum, { keys }) => sum + keys.length, 0);
    const mark: Mark = count > 0 ? "undone-in-part" : "undone";
    const exception = count === 0 ? "" : `, but for ${countText(count, "row")} changed since`;
    const says = `undone by run ${state.run_id}${exception}`;
    const parts = { target: event.target_key, phase: event.phase_id, step: event.step_id, item: event.item };
    const place = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== null));
    return [draft(event.run_id, "step.marked", place, { mark, says, evidence: { run: state.run_id, left: rest } })];
  });
  if (drafts.length > 0) session.journal.append(drafts);
}
