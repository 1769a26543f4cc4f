/**
 * `handrail approve RUN STEP`: shows the page that a paused run waits for, as the journal has it, and writes a person's
 * answer with its digest. Nothing is executed here: `resume` takes the run up, and where the page is the same then, it counts.
 */
import { userInfo } from "node:os";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { documentIn } from "../../engine/document-record.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import { draft, type RunEvent } from "../../engine/events.ts";
import type { JournalEvent } from "../../engine/journal-port.ts";
import { fold } from "../../engine/record.ts";
import { START, type RunState } from "../../engine/state.ts";
import { clean, sentence } from "../../engine/words.ts";
import type { Answer } from "../../engine/operator-port.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { Journal } from "../../journal/journal.ts";
import { flag, type Invocation } from "../command.ts";
import { isDriven } from "../session/driven.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { exitOfRefusal } from "../session/granted.ts";
import { findRun, openSiteJournal } from "../session/journal.ts";
import { openPages } from "../session/open-pages.ts";
import { knownSecrets } from "../session/known-secrets.ts";
import { commandText, siteName } from "../site/name.ts";
import { watchSignals } from "../session/stop-signals.ts";
import { terminalOperator } from "../terminal/operator.ts";
import { whyNoTerminal } from "../terminal/wants-console.ts";

type Requested = Extract<RunEvent, { type: "approval.requested" }>;

const isAbout = ({ body, phase_id }: Requested, step: string): boolean =>
  body.approval === step ||
  phase_id === step ||
  (phase_id === START && step === "start") ||
  body.covers.some((cover) => cover.step === step);

/** The newest open page of a paused run that is about a step or a phase. */
function openPage(events: readonly JournalEvent[], state: RunState, step: string): ApprovalDocument {
  const open = events
    .map(asRunEvent)
    .filter(
      (event): event is Requested =>
        event.type === "approval.requested" && state.approvals[event.body.approval]?.status === "open",
    );
  const request = open.findLast((event) => isAbout(event, step));
  if (request === undefined) {
    const waits = openPages(state).join(", ");
    throw new Stop(
      EXIT.usage,
      `run ${state.run_id} waits for no approval of ${step}; ${waits === "" ? "it waits for none" : `it waits for ${waits}`}. Nothing was approved`,
    );
  }
  const snapshot = fold(events.filter(({ seq }) => seq <= request.seq));
  const document = snapshot === null ? null : documentIn(snapshot, request.body);
  if (document === null)
    throw new Stop(
      EXIT.usage,
      `the page was not kept (it is too large, or an older Handrail asked): take run ${state.run_id} up instead`,
    );
  return document;
}

function pausedRun(
  journal: Journal,
  name: string,
): { readonly events: readonly JournalEvent[]; readonly state: RunState } {
  const { run_id } = findRun(journal, name);
  const events = journal.events(run_id);
  const state = fold(events);
  if (state === null || state.closed !== null)
    throw new Stop(EXIT.usage, `run ${run_id} is closed: there is nothing to approve`);
  if (isDriven(journal, run_id))
    throw new Stop(EXIT.locked, `run ${run_id} is being driven just now: its page is answered where it stands`);
  if (state.paused === null)
    throw new Stop(
      EXIT.usage,
      `run ${run_id} was left in the middle: take it up first, it looks what became of its last step`,
    );
  return { events, state };
}

/** A yes that counts outside of a rehearsal. */
type Approved = Extract<Answer, { kind: "approved" }> & { readonly method: "key" | "typed" };

/** A person's yes; a sentence where it is none. Stops where there is nobody to ask. */
async function askPerson(page: ApprovalDocument, io: Io, stop: AbortSignal): Promise<Result<Approved, string>> {
  const reason = whyNoTerminal(io);
  if (reason !== null)
    throw new Stop(
      EXIT.needed,
      `an approval is a person's: say this at a terminal (--json prints the page); here ${reason}. Nothing was approved`,
    );
  const answer = await terminalOperator(io, userInfo().username, stop).approve(page);
  if (answer.kind === "approved" && answer.method !== "rehearsal") return ok({ ...answer, method: answer.method });
  return err(answer.kind === "rejected" ? answer.says : "nobody answered");
}

export async function run({ values, rest: [name = "", step = ""], io }: Invocation): Promise<number> {
  const site = await siteName(values, io.env);
  const { redactor } = await knownSecrets(values, io);
  const json = flag(values, "json");
  const journal = openSiteJournal({ env: io.env, site, redactor, readOnly: json });
  const { stop, close } = watchSignals(io.err);
  try {
    const { events, state } = pausedRun(journal, name);
    const document = openPage(events, state, step);
    if (json) {
      io.out(`${JSON.stringify(document)}\n`);
      return EXIT.done;
    }
    const answer = await askPerson(document, io, stop);
    if (!answer.ok) {
      io.err(`handrail: not approved: ${answer.error}. Nothing was executed\n`);
      return EXIT.stopped;
    }
    const { approval } = document;
    const { digest: page_digest, method, by } = answer.value;
    const result = journal.append([
      draft(state.run_id, "operator.approved", {}, { approval, page_digest, method, by }),
    ]);
    if (!result.ok) throw new Stop(exitOfRefusal(result.error), sentence(result.error.message));
    io.out(
      `Page ${page_digest.slice(0, 16)} of run ${clean(state.run_id)} is approved for five minutes.\nNothing was executed yet; take the run up with:\n  ${commandText(values, io.env, `resume ${state.run_id}`)}\nWhere the page is another one then, it is asked about again.\n`,
    );
    return EXIT.done;
  } finally {
    close();
    journal.close();
  }
}
