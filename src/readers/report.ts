/** The post-incident report of a run in Markdown: who, what, to what, in which order, with what proof, and what is open. */
import { apply } from "../engine/apply.ts";
import type { RunEvent } from "../engine/events.ts";
import { endOf, type RunState, type Slot, type TargetState } from "../engine/state.ts";
import type { JsonObject } from "../phases/json.ts";
import { safeText } from "../text/safe-text.ts";
import { previewLines } from "../engine/diff-lines.ts";
import { eventLines } from "../engine/event-text.ts";
import { requestLines } from "../engine/page-text.ts";
import { counts } from "../engine/chosen.ts";
import { clean, END_SENTENCES, endSentence, MARK_WORDS, skippedText } from "../engine/words.ts";
import type { ChangePreview } from "../phases/ports.ts";

/** Markdown that data cannot break out of: HTML and link characters escaped. */
const md = (text: string): string => clean(text).replace(/[\\`*_[\]<>|#]/gu, (char) => `\\${char}`);

/** A fence longer than any run of backticks inside. */
function fenced(lines: readonly string[], language = ""): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/gu)].map((run) => run[0].length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence];
}

function head(state: RunState, events: readonly RunEvent[], journalHead: string): string[] {
  const [first] = events;
  const last = events.at(-1);
  const { created } = state;
  const actors = [
    ...new Set(
      events.map(
        (event) =>
          `${event.actor.login} (uid ${event.actor.uid}${event.actor.sudo_user === null ? "" : `, sudo by ${event.actor.sudo_user}`}${event.actor.ssh_client === null ? "" : `, from ${event.actor.ssh_client}`}) on ${event.actor.host}`,
      ),
    ),
  ];
  const result =
    state.closed === null
      ? state.paused === null
        ? "still open"
        : `paused: ${state.paused.reason}`
      : `closed, exit ${state.closed.exit}`;
  return [
    `# Report of run ${state.run_id}`,
    "",
    `| | |`,
    `|---|---|`,
    `| Runbook | ${md(created.runbook.title)} (\`${created.runbook.id}\`, digest \`${created.runbook_digest.slice(0, 16)}\`) |`,
    `| Result | ${md(result)} |`,
    `| By | ${actors.map(md).join("; ")} |`,
    `| Site | ${md(created.site.name)}${created.site.lab === null ? "" : ` (LAB ${md(created.site.lab)})`} |`,
    `| Database server | ${md(`${created.server.database} on ${created.server.hostname}:${created.server.port}, ${created.server.version}`)} |`,
    `| From | ${first?.wall_time ?? ""} |`,
    `| To | ${last?.wall_time ?? ""} |`,
    `| Events | ${first?.seq ?? 0} to ${last?.seq ?? 0}, journal head \`${journalHead}\` |`,
    "",
  ];
}

function evidenceLines(slot: Slot): string[] {
  const lines = slot.request === null ? [] : requestLines(slot.request);
  if (slot.preview !== null && slot.preview["none"] !== true)
    lines.push(...previewLines(slot.preview as unknown as ChangePreview, { width: 100, most: 400 }));
  if (slot.attempt?.remote !== null && slot.attempt?.remote !== undefined)
    lines.push(`accepted as: ${clean(slot.attempt.remote)}`);
  if (slot.outcome !== null)
    lines.push(
      `outcome: ${slot.outcome.kind} ${clean(JSON.stringify((slot.outcome as { evidence: JsonObject }).evidence))}`,
    );
  return lines;
}

function targetPart(state: RunState, target: TargetState): string[] {
  const end = endOf(target);
  const lines = [
    `## ${md(target.label)} (\`${clean(target.key)}\`)`,
    "",
    `${endSentence(end, state.created.phases !== undefined)}${target.reason === "" ? "" : `. ${md(target.reason)}`}`,
    "",
  ];
  for (const phase of state.runbook.phases) {
    const found = target.phases[phase.id];
    if (found === undefined) continue;
    const changes = found.slots.filter((slot) => slot.does === "change");
    lines.push(
      `### ${md(found.title)}`,
      "",
      found.skipped === null ? found.status : md(skippedText(found.skipped)),
      "",
    );
    for (const slot of changes) {
      const word = slot.mark === null ? slot.status : MARK_WORDS[slot.mark];
      lines.push(
        `**${md(word)}** ${md(slot.title)}${slot.reason === "" ? "" : `: ${md(slot.reason)}`}`,
        "",
        ...fenced(evidenceLines(slot)),
        "",
      );
    }
  }
  lines.push("### Success criteria", "");
  for (const criterion of state.runbook.success) {
    const { id, by = "" } = criterion;
    const seen = target.criteria[id];
    if (!counts(state, criterion)) {
      lines.push(`- ${id}: not looked at, since phase ${md(by)} was not chosen`);
      continue;
    }
    lines.push(
      seen === undefined ? `- [ ] ${id}: not observed` : `- [${seen.holds ? "x" : " "}] ${id}: ${md(seen.says)}`,
    );
  }
  lines.push("");
  return lines;
}

/** What rests on a person's word rather than on what Handrail did. */
function spokenFor(target: TargetState, slot: Slot): string[] {
  const what = slot.mark === "skipped by the operator" ? "left out" : slot.mark === "by hand" ? "done by hand" : null;
  return what === null ? [] : [`- ${md(target.label)}: ${what}: ${md(slot.title)}: ${md(slot.reason)}`];
}

function open(state: RunState): string[] {
  const lines: string[] = [];
  for (const target of state.targets) {
    if (endOf(target) !== "recovered")
      lines.push(`- ${md(target.label)}: ${END_SENTENCES[endOf(target)]}. ${md(target.reason)}`);
    for (const [gate, choice] of Object.entries(target.decisions))
      lines.push(`- ${md(target.label)}: decided at ${md(gate)}: **${md(choice)}**`);
    for (const { slots } of Object.values(target.phases))
      lines.push(...slots.flatMap((slot) => spokenFor(target, slot)));
    for (const phase of Object.values(target.phases))
      if (phase.skipped?.includes("kept") === true) lines.push(`- ${md(target.label)}: ${md(phase.skipped)}`);
  }
  return ["## What is open and what was decided", "", ...(lines.length === 0 ? ["Nothing."] : lines), ""];
}

function evidence(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === "evidence.collected"
      ? [`## Evidence: ${md(event.body.title)}`, "", ...fenced(event.body.output.split("\n").map(safeText), "text"), ""]
      : [],
  );
}

/** The report. `journalHead` is `seq:hash` of the journal when it was made; keep it to prove later that nothing was cut. */
export function report(events: readonly RunEvent[], journalHead: string): string {
  let state: RunState | null = null;
  const timeline: string[] = [];
  for (const event of events) {
    state = apply(state, event);
    timeline.push(...eventLines(state, event));
  }
  if (state === null) throw new Error("a run without events has no report");
  return [
    ...head(state, events, journalHead),
    ...open(state),
    ...state.targets.flatMap((target) => targetPart(state, target)),
    ...evidence(events),
    "## Timeline (UTC)",
    "",
    ...fenced(timeline, "text"),
    "",
    `Verify with \`handrail journal verify --anchor ${journalHead}\`.`,
    "",
  ].join("\n");
}
