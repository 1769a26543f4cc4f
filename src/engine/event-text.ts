/** The events of a run as sentences: what plain text, the product's log, the report and the screen say of each. */
import type { Json, JsonObject } from "../ports/json.ts";
import type { ByEvent, EventOf, EventType, RunEvent } from "./events.ts";
import { isSeen } from "./document-step.ts";
import { previewText, requestText, wayBackLine } from "./slot-text.ts";
import type { Actor } from "./journal-port.ts";
import { findSlot, type RunState, type Slot } from "./state.ts";
import { basisText } from "./claims/claim.ts";
import { CRITERION_WORDS, criterionClaims } from "./claims/criterion.ts";
import { endClaim } from "./claims/end.ts";
import { settledClaim } from "./claims/settled.ts";
import { clean, countText, keysText, MARK_WORDS, skippedText, timeOf } from "./words.ts";
import { wordText } from "./wire-words.ts";

function slotOf(state: RunState, event: RunEvent): Slot | undefined {
  const target = state.targets.find(({ key }) => key === event.target_key);
  return findSlot(target?.phases[event.phase_id ?? ""], event.step_id, event.item);
}

const labelOf = (state: RunState, event: RunEvent): string =>
  clean(state.targets.find(({ key }) => key === event.target_key)?.label ?? "run");

/** The title of the step that an event is of. */
const titleOf = (state: RunState, event: RunEvent): string => clean(slotOf(state, event)?.title ?? event.step_id ?? "");

const viaText = ({ via }: Actor): string =>
  via === undefined ? "" : `, called over HTTP from ${clean(via.client)} (request ${clean(via.request)})`;

const databaseText = (server: EventOf<"run.created">["body"]["server"]): string =>
  server === null
    ? "no database"
    : `database ${clean(server.database)} on ${clean(server.hostname)}:${server.port} (${clean(server.version)}) as ${clean(server.user)}`;

const inputLines = ({ body: { inputs, input_sources: sources = {} } }: EventOf<"run.created">): string[] =>
  Object.entries(inputs).map(
    ([name, value]) =>
      `  input ${clean(name)} = ${clean(String(value))}${sources[name] === "default" ? " (by default)" : ""}`,
  );

function createdLines(event: EventOf<"run.created">): string[] {
  const { runbook, site, targets, server } = event.body;
  const lab =
    site.lab === null ? "" : `  LAB ${clean(site.lab)}${site.scale === 1 ? "" : ` at ${site.scale} times speed`}`;
  return [
    `${event.body.dry === true ? "DRY RUN" : "run"} ${event.run_id}: ${clean(runbook.title)}${lab}`,
    ...(event.body.dry === true ? ["  nothing is carried out; changes are previewed, rolled back and left out"] : []),
    `  site ${clean(site.name)}, ${databaseText(server)}`,
    `  by ${clean(event.actor.login)} (uid ${event.actor.uid}${event.actor.sudo_user === null ? "" : `, sudo by ${clean(event.actor.sudo_user)}`}) on ${clean(event.actor.host)}${viaText(event.actor)}`,
    `  targets: ${targets.map((target) => `${clean(target.label)} (${clean(target.key)})`).join(", ")}`,
    ...inputLines(event),
    ...(event.body.phases === undefined ? [] : [`  chosen phases: ${event.body.phases.join(", ")}`]),
    ...runbook.warnings.map((warning) => `  ! ${clean(warning)}`),
  ];
}

function closedLines(state: RunState, event: EventOf<"run.closed">): string[] {
  const { exit, followed_by } = event.body;
  const successor = followed_by === undefined ? "" : `; run ${followed_by} was begun for what it did not recover`;
  const lines = [`run ${event.run_id} is closed, exit ${exit}${successor}`];
  for (const target of state.targets) {
    const claim = endClaim(state, target);
    lines.push(`  ${clean(target.label)}: ${clean(claim.message)}  ${basisText(claim)}`);
  }
  const omissions = state.targets.flatMap((target) =>
    criterionClaims(state, target).filter(({ kind }) => kind === "not-asked"),
  );
  for (const message of new Set(omissions.map((claim) => claim.message))) lines.push(`  not asked: ${clean(message)}`);
  return lines;
}

/** A criterion as its claim says it, once it was looked at. */
function criterionLine(state: RunState, event: EventOf<"criterion.observed">): string[] {
  const target = state.targets.find(({ key }) => key === event.target_key);
  const claim = target && criterionClaims(state, target).find(({ criterion }) => criterion === event.body.criterion);
  return claim === undefined ? [] : [`${CRITERION_WORDS[claim.kind].padEnd(9)} ${clean(claim.message)}`];
}

function outcomeLine({ body: { outcome } }: EventOf<"step.outcome">): string {
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

function markLines(state: RunState, event: EventOf<"step.marked">): string[] {
  const { mark, says } = event.body;
  if (mark === "skipped-by-condition") return [];
  const rest = mark === "not-run-dry" ? leftOut(state, slotOf(state, event)) : [];
  return [`${MARK_WORDS[mark].padEnd(9)} ${titleOf(state, event)}: ${clean(says)}`, ...rest];
}

function previewLines(state: RunState, event: EventOf<"step.previewed">): string[] {
  const { preview } = event.body;
  const title = titleOf(state, event);
  if (typeof preview?.["blind"] === "string") return [`preview   ${title}: none, so no row was counted`];
  if (!isSeen(preview)) return [];
  if (typeof preview["matched"] !== "number") return [`preview   ${title}: looked at what it meets`];
  return [`preview   ${title}: ${countText(preview["matched"], "row")}, ${keysText(preview)}`];
}

function undoLines(state: RunState, event: EventOf<"step.undo-prepared">): string[] {
  const { kind, changes, requests = [] } = event.body.undo;
  const count = countText(changes.length + requests.length, "statement");
  return kind === "none" ? [] : [`undo      ${titleOf(state, event)}: ${kind}, kept in the journal (${count})`];
}

function settledLines(state: RunState, event: EventOf<"step.reconciled">): string[] {
  const { kind, message } = settledClaim(state, event);
  return [`${kind === "unknown" ? "IN DOUBT " : "looked   "} ${clean(message)}`];
}

const HOW: Readonly<Record<EventOf<"approval.given">["body"]["method"], string>> = {
  grant: "by the grant of",
  typed: "typed by",
  rehearsal: "without being asked, only rehearsed, by",
  key: "by",
};

function approvalLines({ body: { method, grant, by, page_digest } }: EventOf<"approval.given">): string[] {
  const authority = method === "grant" ? `${HOW.grant} ${grant ?? "?"}, written by` : HOW[method];
  return [`approved  ${authority} ${clean(by)}  (page ${page_digest.slice(0, 12)})`];
}

function jumpLines({ body: { seconds, before, after } }: EventOf<"clock.jumped">): string[] {
  const way = seconds < 0 ? `${-seconds} s back` : `${seconds} s ahead, or this machine slept`;
  return [
    `CLOCK     the wall clock jumped ${way}: from ${clean(before)} to ${clean(after)}; ages are not judged by it`,
  ];
}

function decisionLines({ body: { gate, choice, method, note } }: EventOf<"decision.made">): string[] {
  return [`decided   ${gate}: ${choice} (${wordText(method)})${note === undefined ? "" : `: ${clean(note)}`}`];
}

function evidenceLines({ body: { title, output, truncated: isShort } }: EventOf<"evidence.collected">): string[] {
  const note = isShort ? " (shortened)" : "";
  return [`evidence  ${clean(title)}: ${output.split("\n").length} lines${note}, in the report`];
}

/** The events that are said of the whole run. */
type Whole = Extract<EventType, `run.${string}` | `approval.${string}` | "operator.approved" | "clock.jumped">;
type Lines<T extends EventType> = {
  readonly [Type in T]: (state: RunState, event: EventOf<Type>) => readonly string[];
};

const RUN_LINES: Lines<Whole> = {
  "run.created": (_state, event) => createdLines(event),
  "run.resumed": (_state, { run_id, actor, body: { closes: note } }) => [
    note === undefined
      ? `run ${run_id} is taken up again by ${clean(actor.login)}; approvals from before are void`
      : `run ${run_id} is taken up by ${clean(actor.login)} only to be closed: ${clean(note)}`,
  ],
  "run.paused": (_state, { run_id, body: { reason, exit, says } }) => [
    `run ${run_id} is paused (${wordText(reason)}), exit ${exit}: ${clean(says)}`,
  ],
  "run.closed": closedLines,
  "approval.requested": () => [],
  "approval.given": (_state, event) => approvalLines(event),
  "approval.rejected": (_state, { body }) => [`REJECTED  ${clean(body.says)}`],
  "approval.expired": (_state, { body }) => [`expired   the approval is void: ${clean(body.says)}`],
  "operator.approved": (_state, { body: { by, page_digest } }) => [
    `approved  ${clean(by)} approved page ${page_digest.slice(0, 12)} beforehand; it counts for the same page of the next session, for five minutes`,
  ],
  "clock.jumped": (_state, event) => jumpLines(event),
};

const TARGET_LINES: Lines<Exclude<EventType, Whole>> = {
  "phase.expanded": (_state, { body: { title, skipped: reason } }) => [
    `--- ${clean(title)}${reason === null ? "" : `: ${skippedText(reason)}`}`,
  ],
  "phase.ended": (state, event) =>
    event.body.result === "failed" ? [`--- the phase failed for ${labelOf(state, event)}`] : [],
  "step.read": (_state, { body }) => [`ok        ${clean(body.says)}`],
  "step.previewed": previewLines,
  "step.marked": markLines,
  "step.intent": (state, event) => [`doing     ${titleOf(state, event)}`],
  "step.undo-prepared": undoLines,
  "step.accepted": (state, event) => [
    `waiting   ${titleOf(state, event)}: ${event.body.adopted ? "found again as" : "accepted as"} ${clean(event.body.id)}`,
  ],
  "step.outcome": (state, event) =>
    event.body.outcome.kind === "applied" ? [] : [`outcome   ${titleOf(state, event)}: ${outcomeLine(event)}`],
  "step.reconciled": settledLines,
  "step.verified": (state, event) => [
    `${event.body.holds ? "ok       " : "NOT SEEN "} ${titleOf(state, event)}; seen: ${clean(event.body.says)}`,
  ],
  "step.lapsed": (state, event) => [`LAPSED    ${titleOf(state, event)} came undone: ${clean(event.body.says)}`],
  "rung.entered": (_state, { body }) => [`watching  for at most ${body.box} s`],
  "rung.observed": (_state, { body }) => [`watching  ${clean(body.says)}`],
  "rung.ended": (_state, { body: { result, says } }) => [
    `${result === "done" ? "reacted  " : "TIMED OUT"} ${clean(says)}`,
  ],
  "decision.requested": (_state, { body }) => [`asked     ${clean(body.question)}`],
  "decision.made": (_state, event) => decisionLines(event),
  "hold.observed": (_state, { body: { holds, says } }) => [`${holds ? "holds    " : "NO LONGER"} ${clean(says)}`],
  // What holds is on the page of what is watched; among the lines it would hide what does not.
  "hold.looked": () => [],
  "criterion.observed": criterionLine,
  "evidence.collected": (_state, event) => evidenceLines(event),
  "operator.resolved": (state, event) => [`by hand   ${clean(settledClaim(state, event).message)}`],
  "operator.note": (_state, { body }) => [`note      ${clean(body.text)}`],
  "joblog.written": () => [],
};

/** A preview that stands on no page: of a dry run, or of what was approved before it could be made. */
const isUnpaged = (state: RunState, event: EventOf<"step.previewed">): boolean =>
  state.created.dry === true || (state.mode !== "person" && (slotOf(state, event)?.approval ?? null) !== null);

/** A preview as data, which has rows or says why it has none. */
const isRecord = (data: Json): data is JsonObject => data !== null && typeof data === "object" && !Array.isArray(data);

function isPreview(data: Json): data is JsonObject {
  return isRecord(data) && "matched" in data && (data["diff"] !== undefined || data["blind"] !== undefined);
}

/** A preview of a kind that has no rows: what it would meet. Older journals have rows without showing them. */
const isLook = (event: RunEvent): boolean =>
  event.type === "step.previewed" && isSeen(event.body.preview) && !("matched" in event.body.preview);

/** What an event shows by itself: a preview that is on no page, or why a step failed before anybody was asked. */
function evidenceIn(state: RunState, event: RunEvent): Json {
  if (event.type === "step.previewed") return isUnpaged(state, event) ? event.body.preview : null;
  return event.type === "step.marked" && event.body.mark === "failed" ? event.body.evidence : null;
}

/** The rows of such a preview. */
function diffLines(state: RunState, event: RunEvent): string[] {
  const { runbook } = state;
  const preview = evidenceIn(state, event);
  if (!isRecord(preview) || (!isPreview(preview) && !isLook(event))) return [];
  const step = event.step_id ?? "";
  const way = event.type === "step.previewed" ? [wayBackLine(runbook, step, preview)] : [];
  return [...previewText(runbook, step, preview, { width: 70 }), ...way].map((line) => `          ${line}`);
}

/** The row of a type takes events of that type: the compiler cannot follow that through the tables. */
const LINES = { ...RUN_LINES, ...TARGET_LINES } as ByEvent<(state: RunState, event: RunEvent) => readonly string[]>;

const isWhole = (type: EventType): type is Whole => Object.hasOwn(RUN_LINES, type);

/** The lines of one event, given the state after it. */
export function eventLines(state: RunState, event: RunEvent): string[] {
  const lines = LINES[event.type](state, event);
  const time = timeOf(event.wall_time);
  if (isWhole(event.type)) return lines.map((line, index) => (index === 0 ? `${time} ${line}` : `          ${line}`));
  const head = `${time} [${labelOf(state, event)}]`;
  return [...lines.map((line) => (line.startsWith("   ") ? line : `${head} ${line}`)), ...diffLines(state, event)];
}
