/** Carries a run out in an open session: who shows it, what follows it, and what is said at its end. */
import { bootId } from "../../connections/clock.ts";
import { drive } from "../../engine/drive.ts";
import type { Decisions, World } from "../../engine/driver.ts";
import type { Grant } from "../../engine/grant.ts";
import type { JournalEvent, JournalRefusal } from "../../engine/journal-port.ts";
import { fold, record, type Reader } from "../../engine/record.ts";
import type { OperatorPort } from "../../engine/operator-port.ts";
import type { RunState } from "../../engine/state.ts";
import { doubtsOf } from "../../engine/doubt.ts";
import { clean } from "../../engine/words.ts";
import type { Bodies } from "../../engine/bodies.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import { draft } from "../../engine/events.ts";
import { receiptFrom, type Receipt } from "../../engine/receipt.ts";
import { jsonReader, plainReader } from "../../readers/plain.ts";
import { userInfo } from "node:os";
import { followNotices } from "./notices.ts";
import { openPages } from "./open-pages.ts";
import { farewellText, receiptText } from "../terminal/farewell.ts";
import { lineWidth } from "../io.ts";
import { bookWords } from "../runbook/library.ts";
import { commandText, shellWord } from "../site/name.ts";
import { optionsFor } from "./target-words.ts";
import { EXIT } from "../../engine/exit.ts";
import { newId } from "./ids.ts";
import { exitOfRefusal } from "./granted.ts";
import { watchSignals } from "./stop-signals.ts";
import { nobody, terminalOperator } from "../terminal/operator.ts";
import type { Follower } from "../../connections/connect.ts";
import type { Session } from "./session.ts";
import type { Journal } from "../../journal/journal.ts";

const IN_DOUBT = "something is IN DOUBT: nothing was sent again; resume looks at it first";

/** The targets that failed, as options of a command. */
const failedOf = ({ site }: Session, { runbook, targets }: RunState): string =>
  optionsFor(
    site,
    runbook,
    targets.filter(({ status }) => status === "failed").map(({ key }) => shellWord(clean(key))),
  );

/** How the page that a run waits for is seen and approved without driving it. */
function approveLines(state: RunState, command: (words: string) => string): string[] {
  if (state.paused?.reason !== "approval-needed") return [];
  const step = openPages(state).at(-1);
  if (step === undefined) return [];
  return [`see the page it waits for and approve it with:\n  ${command(`approve ${state.run_id} ${step}`)}`];
}

/** The journal's head as it is shown at the end of a session, which is written down. */
function publishedHead(journal: Journal): string {
  const head = journal.publishHead("screen", "end of a session");
  return head.ok && head.value !== null ? `${head.value.seq}:${head.value.hash}` : "unknown";
}

/** Where the steps were written at which a dry run failed; who only wants to see that all is well waits for no parser. */
async function failedAt(state: RunState): Promise<string[]> {
  if (state.targets.every(({ undecided }) => undecided === null)) return [];
  const { failureLines } = await import("../runbook/place.ts");
  return failureLines(state);
}

/** What is said of a run when its session ends. */
async function farewellLines(session: Session, state: RunState, exit: number): Promise<string[]> {
  const { journal } = session;
  const { request, io } = session;
  const command = (words: string): string => commandText(request, io.env, words);
  const words = await bookWords(request, io.env, { file: state.created.file, id: state.runbook.id });
  return [
    ...(state.created.dry === true ? await failedAt(state) : []),
    `journal head ${publishedHead(journal)}`,
    ...(state.paused === null || state.created.dry === true
      ? []
      : [`take it up again with:\n  ${command(`resume ${state.run_id}`)}`]),
    ...(state.paused?.reason === "failed" && state.created.dry !== true
      ? [
          `or begin anew, which looks where everything is now and repeats nothing that this run proved:\n  ${command(`run ${words}${failedOf(session, state)}`)}`,
        ]
      : []),
    ...approveLines(state, command),
    `report with:\n  ${command(`report ${state.run_id}`)}`,
    ...(exit === EXIT.doubt ? [IN_DOUBT] : []),
  ];
}

/** Who shows a run and answers its questions: plain text at a terminal, JSON lines, or the console. */
export interface Front {
  readonly operator: OperatorPort;
  readonly readers: readonly Reader[];
  /** What does not stop the run but must be known. */
  notice(text: string): void;
  farewell(state: RunState, lines: readonly string[], receipt: Receipt): void;
  close(): void;
}

export type MakeFront = (session: Session) => Front;

/** Lines on stdout, or events as JSON; questions on the terminal where there is a person and no JSON is wanted. */
export const plainFront =
  (isJson: boolean): MakeFront =>
  (session) =>
    printing(session, isJson);

function printing({ io, request }: Session, isJson: boolean): Front {
  const { stop, reader, close } = watchSignals(io.err);
  return {
    operator: io.person && !isJson ? terminalOperator(io, userInfo().username, stop) : nobody(stop),
    readers: [reader, isJson ? jsonReader(io.out) : plainReader(io.out)],
    notice: (text) => io.err(`handrail: ${text}\n`),
    farewell: (_state, lines, receipt) => {
      if (isJson) return io.out(`${JSON.stringify({ type: "receipt", ...receipt })}\n`);
      const width = lineWidth(io);
      const command = (words: string): string => commandText(request, io.env, words);
      io.out(`${receiptText(receipt, command, width)}${farewellText(lines, width)}`);
    },
    close,
  };
}

export interface Course {
  /** The run as it was before this session; null for a new one. */
  readonly earlierState: RunState | null;
  readonly first: JournalEvent;
  readonly grant: Grant | null;
  readonly decisions: Decisions;
  /** Told how it ended, before the farewell. */
  readonly onEnd?: ((state: RunState) => void) | undefined;
}

/** A statement, an undo or a dry run is no job of the product: nothing of it goes into its log. */
const isJob = ({ created: { direct, dry } }: RunState): boolean => direct === undefined && dry !== true;

const followLog = ({ connections }: Session, front: Front, state: RunState): Follower | null =>
  isJob(state) ? connections.follow((text) => front.notice(text)) : null;

/** The exit code of a run that the journal refused to go on with; what it left in doubt counts first, and is told. */
function exitAfter({ journal }: Session, front: Front, runId: string, refusal: JournalRefusal): number {
  const remnant = fold(journal.events(runId));
  if (remnant === null || doubtsOf(remnant).length === 0) return exitOfRefusal(refusal);
  front.notice(IN_DOUBT);
  return EXIT.doubt;
}

const exitOf = ({ closed: end, paused: pause }: RunState): number => end?.exit ?? pause?.exit ?? EXIT.bug;

/** Appends the first event of this session and drives the run until it is closed or paused. Gives the exit code. */
export async function carryOut(session: Session, front: Front, course: Course): Promise<number> {
  const { journal, connections } = session;
  const { earlierState, first, grant, decisions, onEnd = () => undefined } = course;
  const events = journal.events(first.run_id);
  const state = fold(events);
  if (state === null) throw new Error("the run was not written");
  const log = followLog(session, front, state);
  const notices = followNotices(session, (text) => front.notice(text));
  const followers = [log, notices].filter((follower) => follower !== null);
  const readers = [...front.readers, ...followers.map(({ reader }) => reader)];
  // The readers fold for themselves, so they see the run from its beginning; only what is new is printed.
  replayInto(readers, events, earlierState);
  const world: World = {
    ports: connections,
    locks: connections.locks,
    operator: front.operator,
    grant,
    decisions,
    newId,
    wallTime: () => new Date().toISOString(),
    bootId: bootId(),
  };
  try {
    const result = await record(drive(state, world), journal, readers);
    if (!result.ok) {
      front.notice(result.error.message);
      front.notice("nothing further was executed; an effect that could not be written down is looked at on resume");
      log?.leave();
      return exitAfter(session, front, first.run_id, result.error);
    }
    await Promise.all(followers.map((follower) => follower.drain()));
    if (log !== null && result.value.started) noteLog(session, result.value, log.written());
    onEnd(result.value);
    const exit = exitOf(result.value);
    const receipt = receiptFrom(journal.events(result.value.run_id).map(asRunEvent));
    front.farewell(result.value, await farewellLines(session, result.value, exit), receipt);
    return exit;
  } finally {
    front.close();
    await session.close();
  }
}

/** Writes down what of the run is in the product's own log: the receipt tells it. */
function noteLog({ journal }: Session, { run_id }: RunState, body: Bodies["joblog.written"]): void {
  journal.append([draft(run_id, "joblog.written", {}, body)]);
}

function replayInto(readers: readonly Reader[], events: readonly JournalEvent[], earlierState: RunState | null): void {
  const quiet = earlierState?.last_seq ?? 0;
  for (const event of events) {
    for (const reader of readers) {
      reader(asRunEvent(event), event.seq <= quiet);
    }
  }
}
