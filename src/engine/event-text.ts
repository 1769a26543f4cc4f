/** The events of a run as sentences: what plain text, the JobLog, the report and the screen say of each. */
import type { JsonObject } from "../phases/json.ts";
import type { RunEvent } from "./events.ts";
import { isSeen } from "./document-step.ts";
import { previewText, requestText, wayBackLine } from "./slot-text.ts";
import type { Actor } from "./journal-port.ts";
import { findSlot, type RunState, type Slot } from "./state.ts";
import { basisText } from "./claims/claim.ts";
import { CRITERION_WORDS, criterionClaims } from "./claims/criterion.ts";
import { endClaim } from "./claims/end.ts";
import { settledClaim } from "./claims/settled.ts";
import { clean, counted, keysText, MARK_WORDS, skippedText, timeOf } from "./words.ts";

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

function slotOf(state: RunState, event: RunEvent): Slot | undefined {
  const target = state.targets.find(({ key }) => key === event.target_key);
  return findSlot(target?.phases[event.phase_id ?? ""], event.step_id, event.item);
}

const labelOf = (state: RunState, event: RunEvent): string =>
  clean(state.targets.find(({ key }) => key === event.target_key)?.label ?? "run");

const viaText = ({ via }: Actor): string =>
  via === undefined ? "" : `, called over HTTP from ${clean(via.client)} (request ${clean(via.request)})`;

function created(event: Of<"run.created">): string[] {
  const { runbook, site, targets, server } = event.body;
  const lab =
    site.lab === null ? "" : `  LAB ${clean(site.lab)}${site.scale === 1 ? "" : ` at ${site.scale} times speed`}`;
  return [
    `${event.body.dry === true ? "DRY RUN" : "run"} ${event.run_id}: ${clean(runbook.title)}${lab}`,
    ...(event.body.dry === true ? ["  nothing is carried out; changes are previewed, rolled back and left out"] : []),
    `  site ${clean(site.name)}, database ${clean(server.database)} on ${clean(server.hostname)}:${server.port} (${clean(server.version)}) as ${clean(server.user)}`,
    `  by ${clean(event.actor.login)} (uid ${event.actor.uid}${event.actor.sudo_user === null ? "" : `, sudo by ${clean(event.actor.sudo_user)}`}) on ${clean(event.actor.host)}${viaText(event.actor)}`,
    `  targets: ${targets.map((target) => `${clean(target.label)} (${clean(target.key)})`).join(", ")}`,
    ...(event.body.phases === undefined ? [] : [`  chosen phases: ${event.body.phases.join(", ")}`]),
    ...runbook.warnings.map((warning) => `  ! ${clean(warning)}`),
  ];
}

function ended(state: RunState, event: Of<"run.closed">): string[] {
  const { exit, followed_by } = event.body;
  const followed = followed_by === undefined ? "" : `; run ${followed_by} was begun for what it did not recover`;
  const lines = [`run ${event.run_id} is closed, exit ${exit}${followed}`];
  for (const target of state.targets) {
    const claim = endClaim(state, target);
    lines.push(`  ${clean(target.label)}: ${clean(claim.message)}  ${basisText(claim)}`);
  }
  const unasked = state.targets.flatMap((target) =>
    criterionClaims(state, target).filter(({ kind }) => kind === "not-asked"),
  );
  for (const message of new Set(unasked.map((claim) => claim.message))) lines.push(`  not asked: ${clean(message)}`);
  return lines;
}

/** A criterion as its claim says it, once it was looked at. */
function criterionLine(state: RunState, event: Of<"criterion.observed">): string[] {
  const target = state.targets.find(({ key }) => key === event.target_key);
  const claim = target && criterionClaims(state, target).find(({ criterion }) => criterion === event.body.criterion);
  return claim === undefined ? [] : [`${CRITERION_WORDS[claim.kind].padEnd(9)} ${clean(claim.message)}`];
}

function outcomeLine({ body: { outcome } }: Of<"step.outcome">): string {
  if (outcome.kind === "applied") return "done, as the other side says";
  if (outcome.kind === "unknown") return `UNKNOWN: ${clean(outcome.message)}`;
  return `not done (${outcome.why}): ${clean(outcome.message)}`;
}

/** The request of a step that a dry run left out, and what of it could not be taken back. */
function leftOut({ runbook }: RunState, slot: Slot | undefined): string[] {
  const final = slot?.cannot_undo ?? null;
  return [
    ...(slot === undefined ? [] : requestText(runbook, slot)).map((text) => `          ${text}`),
    ...(final === null ? [] : [`          CANNOT BE UNDONE: ${clean(final)}`]),
  ];
}

function stepLines(state: RunState, event: RunEvent): string[] {
  const slot = slotOf(state, event);
  const title = clean(slot?.title ?? event.step_id ?? "");
  switch (event.type) {
    case "step.read":
      return [`ok        ${clean(event.body.says)}`];
    case "step.previewed":
      if (typeof event.body.preview?.["blind"] === "string") return [`preview   ${title}: none, so no row was counted`];
      return !isSeen(event.body.preview)
        ? []
        : [
            `preview   ${title}: ${counted(Number(event.body.preview["matched"]), "row")}, ${keysText(event.body.preview)}`,
          ];
    case "step.undo-prepared": {
      const { kind, changes } = event.body.undo;
      return kind === "none"
        ? []
        : [`undo      ${title}: ${kind}, kept in the journal (${counted(changes.length, "statement")})`];
    }
    case "step.marked":
      return event.body.mark === "skipped by condition"
        ? []
        : [
            `${MARK_WORDS[event.body.mark].padEnd(9)} ${title}: ${clean(event.body.says)}`,
            ...(event.body.mark === "not run: dry" ? leftOut(state, slot) : []),
          ];
    case "step.intent":
      return [`doing     ${title}`];
    case "step.accepted":
      return [`waiting   ${title}: ${event.body.adopted ? "found again as" : "accepted as"} ${clean(event.body.id)}`];
    case "step.outcome":
      return event.body.outcome.kind === "applied" ? [] : [`outcome   ${title}: ${outcomeLine(event)}`];
    case "step.reconciled": {
      const { kind, message } = settledClaim(state, event);
      return [`${kind === "unknown" ? "IN DOUBT " : "looked   "} ${clean(message)}`];
    }
    case "step.lapsed":
      return [`LAPSED    ${title} came undone: ${clean(event.body.says)}`];
    case "step.verified":
      return [`${event.body.holds ? "ok       " : "NOT SEEN "} ${title}; seen: ${clean(event.body.says)}`];
    default:
      return [];
  }
}

function runLines(state: RunState, event: RunEvent): string[] {
  switch (event.type) {
    case "run.created":
      return created(event);
    case "run.resumed":
      return [`run ${event.run_id} is taken up again by ${clean(event.actor.login)}; approvals from before are void`];
    case "run.paused":
      return [
        `run ${event.run_id} is paused (${event.body.reason}), exit ${event.body.exit}: ${clean(event.body.says)}`,
      ];
    case "run.closed":
      return ended(state, event);
    case "approval.given": {
      const how =
        event.body.method === "grant"
          ? `by the grant of ${event.body.grant ?? "?"}, written by`
          : event.body.method === "typed"
            ? "typed by"
            : event.body.method === "rehearsal"
              ? "without being asked, only rehearsed, by"
              : "by";
      return [`approved  ${how} ${clean(event.body.by)}  (page ${event.body.page_digest.slice(0, 12)})`];
    }
    case "operator.approved":
      return [
        `approved  ${clean(event.body.by)} approved page ${event.body.page_digest.slice(0, 12)} beforehand; it counts for the same page of the next session, for five minutes`,
      ];
    case "approval.rejected":
      return [`REJECTED  ${clean(event.body.says)}`];
    case "clock.jumped": {
      const { seconds, before, after } = event.body;
      const way = seconds < 0 ? `${-seconds} s back` : `${seconds} s ahead, or this machine slept`;
      return [
        `CLOCK     the wall clock jumped ${way}: from ${clean(before)} to ${clean(after)}; ages are not judged by it`,
      ];
    }
    case "approval.expired":
      return [`expired   the approval is void: ${clean(event.body.says)}`];
    default:
      return [];
  }
}

function phaseLines(state: RunState, event: RunEvent): string[] {
  switch (event.type) {
    case "phase.expanded": {
      const { title, skipped } = event.body;
      return [`--- ${clean(title)}${skipped === null ? "" : `: ${skippedText(skipped)}`}`];
    }
    case "phase.ended":
      return event.body.result === "failed" ? [`--- the phase failed for ${labelOf(state, event)}`] : [];
    case "operator.resolved":
      return [`by hand   ${clean(settledClaim(state, event).message)}`];
    case "evidence.collected":
      return [
        `evidence  ${clean(event.body.title)}: ${event.body.output.split("\n").length} lines${event.body.truncated ? " (shortened)" : ""}, in the report`,
      ];
    case "rung.entered":
      return [`watching  for at most ${event.body.box} s`];
    case "rung.observed":
      return [`watching  ${clean(event.body.says)}`];
    case "rung.ended":
      return [`${event.body.result === "done" ? "reacted  " : "TIMED OUT"} ${clean(event.body.says)}`];
    case "decision.requested":
      return [`asked     ${clean(event.body.question)}`];
    case "decision.made":
      return [
        `decided   ${event.body.gate}: ${event.body.choice} (${event.body.method})${event.body.note === undefined ? "" : `: ${clean(event.body.note)}`}`,
      ];
    case "hold.observed":
      return [`${event.body.holds ? "holds    " : "NO LONGER"} ${clean(event.body.says)}`];
    case "criterion.observed":
      return criterionLine(state, event);
    case "operator.note":
      return [`note      ${clean(event.body.text)}`];
    default:
      return [];
  }
}

/** A preview that stands on no page: of a dry run, or of what was approved before it could be made. */
const isUnpaged = (state: RunState, event: Of<"step.previewed">): boolean =>
  state.created.dry === true || (state.mode !== "person" && (slotOf(state, event)?.approval ?? null) !== null);

/** The rows of a preview: where they are on no page, and where they are why a step failed before anybody was asked. */
function diffLines(state: RunState, event: RunEvent): string[] {
  const { runbook } = state;
  const shown =
    event.type === "step.previewed" && isUnpaged(state, event)
      ? event.body.preview
      : event.type === "step.marked" && event.body.mark === "failed"
        ? event.body.evidence
        : null;
  if (shown === null || typeof shown !== "object" || Array.isArray(shown) || !("matched" in shown)) return [];
  const preview: JsonObject = shown;
  if (preview["diff"] === undefined && preview["blind"] === undefined) return [];
  const step = event.step_id ?? "";
  const way = event.type === "step.previewed" ? [wayBackLine(runbook, step, preview)] : [];
  return [...previewText(runbook, step, preview, { width: 70 }), ...way].map((line) => `          ${line}`);
}

/** The lines of one event, given the state after it. */
export function eventLines(state: RunState, event: RunEvent): string[] {
  const own = runLines(state, event);
  if (own.length > 0)
    return own.map((line, at) => (at === 0 ? `${timeOf(event.wall_time)} ${line}` : `          ${line}`));
  const lines = [...stepLines(state, event), ...phaseLines(state, event)];
  return [
    ...lines.map((line) =>
      line.startsWith("   ") ? line : `${timeOf(event.wall_time)} [${labelOf(state, event)}] ${line}`,
    ),
    ...diffLines(state, event),
  ];
}
