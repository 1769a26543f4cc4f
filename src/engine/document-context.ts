/** What stands around the steps of an approval document: what led here, what comes after, what happens outside approvals. */
import { targetNoun, targetNouns } from "../phases/target-noun.ts";
import { canonical } from "../ports/json.ts";
import { safeLines } from "../text/safe-text.ts";
import type { PhaseSpec } from "../phases/spec.ts";
import { findKind } from "../phases/kinds/index.ts";
import type { Act, DocumentTarget } from "./approval-document.ts";
import { slotsOf } from "./end.ts";
import { mayCome } from "./prospect.ts";
import { isBegun, isHandmade, isMade, REST, START, type RunState, type TargetState } from "./state.ts";
import { clean, countText } from "./words.ts";
import { wordText } from "./wire-words.ts";

/** The columns by which the runbook tells its targets apart. */
export function shownOf(state: RunState, { row }: TargetState): (readonly [string, string])[] {
  return state.runbook.select.show.map((column) => [column, String(row[column] ?? "")] as const);
}

/** What the run was told before it began, by name. */
export function inputsIn({ created: { inputs, input_sources: sources = {} }, runbook }: RunState) {
  const names = Object.keys(runbook.inputs ?? {}).toSorted();
  return names.flatMap((name): (readonly [string, string, string])[] => {
    const value = inputs[name];
    return value === undefined ? [] : [[name, String(value), sources[name] ?? "option"]];
  });
}

/** Names of targets where they are not all of the run's. */
function ownerText(state: RunState, labels: readonly string[]): string {
  if (labels.length === state.targets.length) return "";
  return labels.length > 2 ? ` (${labels.length} ${targetNouns(state.runbook)})` : ` (${labels.map(clean).join(", ")})`;
}

function valuesByKey(pairs: readonly (readonly [string, string])[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const [text, label] of pairs) groups.set(text, [...(groups.get(text) ?? []), label]);
  return [...groups];
}

/** Changes that the run made so far, by phase. */
function doneLines(state: RunState, targets: readonly TargetState[]): string[] {
  return state.runbook.phases.flatMap(({ id }): string[] => {
    const slots = targets.flatMap((target) => target.phases[id]?.slots ?? []);
    const changes = slots.filter(isMade).length;
    const needless = slots.filter(({ does, mark }) => does === "change" && mark === "already").length;
    const byHand = slots.filter((slot) => isHandmade(slot) || slot.mark === "by-hand").length;
    const title = targets.flatMap((target) => target.phases[id]?.title ?? [])[0];
    if (changes + needless + byHand === 0 || title === undefined) return [];
    const words = [
      ...(changes === 0 ? [] : [`${countText(changes, "change")} made`]),
      ...(byHand === 0 ? [] : [`${byHand} done by hand`]),
      ...(needless === 0 ? [] : [`${needless} so already`]),
    ];
    return [`${clean(title)}: ${words.join(", ")}`];
  });
}

/** Changes that did not come to a good end, and targets that stopped. */
function troubleLines(targets: readonly TargetState[]): string[] {
  const slots = targets.flatMap((target) =>
    slotsOf(target)
      .filter(({ mark }) => mark === "failed" || mark === "in-doubt" || mark === "lapsed")
      .map(
        (slot) => `${clean(slot.title)} (${clean(target.label)}): ${wordText(slot.mark ?? "")}: ${clean(slot.reason)}`,
      ),
  );
  return slots;
}

function proofLines(state: RunState, keys: ReadonlySet<string>): string[] {
  return (state.created.proofs ?? [])
    .filter(({ target }) => keys.has(target))
    .map(({ run_id, request, kind = "", at: time }) => {
      const lines = findKind(kind)?.requestLines(request) ?? [clean(canonical(request))];
      return `run ${run_id} did this already, at ${time.slice(0, 19)}Z: ${lines.join(" ")}`;
    });
}

/** What was decided and done so far for the targets of a document. */
export function ledHere(state: RunState, about: readonly DocumentTarget[]): string[] {
  const keys = new Set(about.map(({ key }) => key));
  const targets = state.targets.filter(({ key }) => keys.has(key));
  const decisions = valuesByKey(
    targets.flatMap((target) =>
      Object.entries(target.decisions).map(
        ([gate, choice]) => [`decided ${clean(gate)}: ${clean(choice)}`, target.label] as const,
      ),
    ),
  ).map(([text, labels]) => `${text}${ownerText(state, labels)}`);
  return [...proofLines(state, keys), ...decisions, ...doneLines(state, targets), ...troubleLines(targets)];
}

const acts = ({ steps }: PhaseSpec): boolean => steps.some(({ does }) => does === "change");

/** What asks again once the run has begun: each phase, or one page for all that is left of several targets. */
function startLine({ runbook, created: { batch } }: RunState): string {
  const changing = runbook.phases.filter(acts).length;
  const looking = runbook.phases.length - changing;
  const nouns = targetNouns(runbook);
  const looks = countText(looking, "phase only looks", "phases only look");
  if (batch?.one_page === true)
    return `Approved, the run begins. ${looks}; then ONE page asks about all that the other ${changing} would change, for all ${nouns} together.`;
  const asks = `${countText(changing, "may change something and asks", "may change something and ask")} again first, on a page of ${changing === 1 ? "its" : "their"} own`;
  if (batch?.canary === true)
    return `Approved, the run begins with the first ${targetNoun(runbook)} alone. ${looks}; ${asks}. Then ONE page asks about all that is left for the other ${nouns}.`;
  return `Approved, the run begins. ${looks}; ${asks}.`;
}

/** What comes after the steps of a document; `phase` may be the start's or the rest's. */
export function nextLines(state: RunState, phase: string): string[] {
  const { phases, success } = state.runbook;
  const criteria =
    success.length === 0
      ? "After it the run ends."
      : `Then it is looked whether ${success.length === 1 ? "the success criterion holds" : `all ${success.length} success criteria hold`}.`;
  if (phase === START) return [startLine(state)];
  const scope = state.created.batch === undefined ? "" : `for each ${targetNoun(state.runbook)} `;
  const order = `Approved, its steps are carried out ${scope}one after the other, each looked at before and after.`;
  const next = phases.slice(phases.findIndex(({ id }) => id === phase) + 1).find((spec) => mayCome(state, spec));
  if (phase === REST || next === undefined) return [`${order} ${criteria}`];
  return [`${order} Then: ${clean(next.title)}${acts(next) ? " (asks again before it changes anything)" : ""}.`];
}

/** What happens when the document is refused, or nobody answers, or the line drops. */
export function refusalLine(state: RunState): string {
  const begun = state.targets.some((target) => slotsOf(target).some(isBegun));
  const no = begun
    ? "No: the run pauses here, with what is done so far"
    : "No: the run ends here, and none of its steps was sent";
  return `${no}. Nobody answers, or the line drops: nothing of it is done, and resume ${state.run_id} asks again.`;
}

/** Acts outside of approvals; runs of version 0.1 did not write them down. */
export function actsOf(state: RunState): readonly Act[] {
  const { outside } = state.created;
  const shells = shellActs(state.runbook.finally, outside?.as ?? "the user of this run");
  if (outside !== undefined) return [...outside.acts, ...shells];
  const log: Act = {
    id: "",
    title: "This run's own progress goes into the appliance's JobLog",
    lines: ["new rows in job_tracking, job_steps and log_events"],
    as: "the database user of this site",
    shell: false,
  };
  return [log, ...shells];
}

/** The shell texts that a run carries out at its end, whole, and as whom. */
const shellActs = (texts: RunState["runbook"]["finally"], as: string): Act[] =>
  texts.map(({ id, title, script }) => ({
    id,
    title: `At the end, however it ends: ${title}`,
    lines: safeLines(script.trimEnd()),
    as,
    shell: true,
  }));

/** What each side is looked at for when an answer is lost, one line for each side of a document. */
export function lostLines(targets: readonly DocumentTarget[]): string[] {
  const kinds = new Set(targets.flatMap(({ steps }) => steps.map(({ kind }) => kind)));
  return [...kinds].flatMap((id) => {
    const kind = findKind(id);
    if (kind?.instructions !== undefined)
      return ["What you do is not sent by Handrail: where the run ends before you say how it went, it asks again"];
    return kind === undefined
      ? []
      : [`If an answer of ${kind.counterpart} is lost, nothing is sent again; it is looked at: ${kind.looks}`];
  });
}
