/** The post-incident report of a run in Markdown: who, what, to what, in which order, with what proof, and what is open. */
import { apply } from "../engine/apply.ts";
import { basisText } from "../engine/claims/claim.ts";
import {
  CRITERION_WORDS,
  criterionClaims,
  type CriterionClaim,
  type CriterionClaimKind,
} from "../engine/claims/criterion.ts";
import { endClaim } from "../engine/claims/end.ts";
import { stepClaim } from "../engine/claims/step.ts";
import { eventLines } from "../engine/event-text.ts";
import type { RunEvent } from "../engine/events.ts";
import { documentIn } from "../engine/document-record.ts";
import { documentLines } from "../engine/document-lines.ts";
import { previewText, requestText, wayBackLine } from "../engine/slot-text.ts";
import { receiptFrom, type Receipt } from "../engine/receipt.ts";
import { receiptParts, type CommandText } from "../engine/receipt-text.ts";
import type { PhaseState, RunState, Slot, TargetState } from "../engine/state.ts";
import type { ApprovalDocument } from "../engine/approval-document.ts";
import { clean, MARK_WORDS, skippedText } from "../engine/words.ts";
import type { JsonObject } from "../ports/json.ts";
import { safeText } from "../text/safe-text.ts";

/** Markdown that data cannot break out of: HTML and link characters escaped. */
const md = (text: string): string => clean(text).replace(/[\\`*_[\]<>|#]/gu, (char) => `\\${char}`);

/** A fence longer than any run of backticks inside. */
function codeBlock(lines: readonly string[], language = ""): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/gu)].map((run) => run[0].length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence];
}

/** The versions that drove the run, in their order, each once. */
const versionsOf = (events: readonly RunEvent[]): string[] => [
  ...new Set(
    events.flatMap((event) => (event.type === "run.created" || event.type === "run.resumed" ? [event.body.tool] : [])),
  ),
];

const resultText = ({ status, exit }: Receipt): string =>
  status === "closed" || status === "paused" ? `${status}, exit ${exit ?? "?"}` : "not closed";

const spanText = (events: readonly RunEvent[]): string => `${events[0]?.seq ?? 0} to ${events.at(-1)?.seq ?? 0}`;

function head(receipt: Receipt, events: readonly RunEvent[], journalHead: string): string[] {
  const { runbook, site, lab } = receipt;
  return [
    `# Report of run ${receipt.run_id}${receipt.dry ? " (DRY RUN)" : ""}`,
    "",
    `| | |`,
    `|---|---|`,
    `| Runbook | ${md(runbook.title)} (\`${runbook.id}\`, digest \`${runbook.digest.slice(0, 16)}\`) |`,
    `| Result | ${md(resultText(receipt))} |`,
    `| By | ${receipt.actors.map(md).join("; ")} |`,
    `| Handrail | ${versionsOf(events).map(md).join(", then ")} |`,
    `| Site | ${md(site)}${lab === null ? "" : ` (LAB ${md(lab)})`} |`,
    `| Database server | ${md(receipt.server)} |`,
    `| From | ${receipt.from} |`,
    `| To | ${receipt.to} |`,
    `| Events | ${spanText(events)}, journal head \`${journalHead}\` |`,
    "",
  ];
}

/** What a boss asks, first. Signs: seen by Handrail, said by somebody, concluded from the journal. */
function summary(receipt: Receipt, command: CommandText): string[] {
  return receiptParts(receipt, command).flatMap(({ title, lines }) => [
    `## ${title}`,
    "",
    ...lines.map((line) => `- ${md(line)}`),
    "",
  ]);
}

function evidenceLines({ runbook }: RunState, slot: Slot): string[] {
  const way = wayBackLine(runbook, slot.step, slot.preview);
  const lines = [
    ...requestText(runbook, slot),
    ...previewText(runbook, slot.step, slot.preview, { width: 100, most: 400 }),
    ...(way === "" ? [] : [way]),
  ];
  if (slot.attempt?.remote !== null && slot.attempt?.remote !== undefined)
    lines.push(`accepted as: ${clean(slot.attempt.remote)}`);
  if (slot.outcome !== null)
    lines.push(
      `outcome: ${slot.outcome.kind} ${clean(JSON.stringify((slot.outcome as { evidence: JsonObject }).evidence))}`,
    );
  return lines;
}

/** A phase, and each of its changes. */
function phasePart(state: RunState, { title, skipped: reason, status, slots }: PhaseState): string[] {
  return [
    `### ${md(title)}`,
    "",
    reason === null ? status : md(skippedText(reason)),
    "",
    ...slots.flatMap((slot) =>
      slot.does === "change" ? [changeLine(slot), "", ...codeBlock(evidenceLines(state, slot)), ""] : [],
    ),
  ];
}

/** How a change ended, with what that rests on. */
function changeLine(slot: Slot): string {
  const claim = stepClaim(slot);
  const reason = claim.message === slot.title ? "" : `: ${md(claim.message)}`;
  const [word, basis] = slot.mark === null ? [slot.status, ""] : [MARK_WORDS[slot.mark], ` ${md(basisText(claim))}`];
  return `**${md(word)}** ${md(slot.title)}${reason}${basis}`;
}

function targetPart(state: RunState, target: TargetState, driven: boolean): string[] {
  const claim = endClaim(state, target, driven);
  const lines = [
    `## ${md(target.label)} (\`${clean(target.key)}\`)`,
    "",
    `${md(claim.message)} ${md(basisText(claim))}`,
    "",
  ];
  for (const { id } of state.runbook.phases) {
    const phase = target.phases[id];
    if (phase !== undefined) lines.push(...phasePart(state, phase));
  }
  lines.push("### Success criteria", "", ...criterionClaims(state, target).map(criterionLine), "");
  return lines;
}

const TICKS: Readonly<Record<CriterionClaimKind, string>> = {
  met: "[x]",
  "met-of-nothing": "[?]",
  "not-met": "[ ]",
  "not-seen": "[?]",
  "not-asked": "[-]",
};

const criterionLine = (claim: CriterionClaim): string =>
  `- ${TICKS[claim.kind]} ${claim.criterion}: ${CRITERION_WORDS[claim.kind]}: ${md(claim.message)} ${md(basisText(claim))}`;

/** Every page that was asked about, as it stood there, with what became of it in the summary above. */
function pages(documents: readonly ApprovalDocument[]): string[] {
  return documents.flatMap((document) => [
    `## Page: ${md(document.title)} (\`${clean(document.approval)}\`)`,
    "",
    ...codeBlock(
      documentLines(document, 100).map(({ text }) => text),
      "text",
    ),
    "",
  ]);
}

function evidence(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === "evidence.collected"
      ? [
          `## Evidence: ${md(event.body.title)}`,
          "",
          ...codeBlock(event.body.output.split("\n").map(safeText), "text"),
          "",
        ]
      : [],
  );
}

interface ReportWish {
  readonly command: CommandText;
  readonly doubts?: readonly string[];
  readonly driven?: boolean;
}

const doubtsPart = (doubts: readonly string[]): string[] =>
  doubts.length === 0 ? [] : ["## IN DOUBT in other runs", "", ...doubts.map((line) => `- ${md(line)}`), ""];

function goOn({ status, run_id }: Receipt, command: CommandText, driven: boolean): string[] {
  if (status === "closed") return [];
  return driven
    ? ["A process drives it just now; this is how far it is.", ""]
    : [`Take it up again with \`${command(`resume ${run_id}`)}\`.`, ""];
}

/**
 * The report of a run. `journalHead` is `seq:hash` of the journal when it was made; keep it to prove later that nothing was
 * cut. `doubts`: what other runs left in doubt about its targets, as lines. `command` writes a command as it is called here.
 * `driven`: a process is at the run just now, so what was sent and has not answered is under way.
 */
export function report(
  events: readonly RunEvent[],
  journalHead: string,
  { command, doubts = [], driven = false }: ReportWish,
): string {
  let state: RunState | null = null;
  const timeline: string[] = [];
  const documents: ApprovalDocument[] = [];
  for (const event of events) {
    state = apply(state, event);
    const document = event.type === "approval.requested" ? documentIn(state, event.body) : null;
    if (document !== null) documents.push(document);
    timeline.push(...eventLines(state, event));
  }
  if (state === null) throw new Error("a run without events has no report");
  const receipt = receiptFrom(events, driven);
  return [
    ...head(receipt, events, journalHead),
    ...doubtsPart(doubts),
    ...summary(receipt, command),
    ...goOn(receipt, command, driven),
    ...state.targets.flatMap((target) => targetPart(state, target, driven)),
    ...pages(documents),
    ...evidence(events),
    "## Timeline (UTC)",
    "",
    ...codeBlock(timeline, "text"),
    "",
    `Verify with \`${command(`journal verify --anchor ${journalHead}`)}\`.`,
    "",
  ].join("\n");
}
