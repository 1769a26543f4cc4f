/** A site opened for work: journal, connections, locks, operator. What `run` and `resume` share. */
import { bootId } from "../connections/clock.ts";
import { connect, type Connections } from "../connections/connect.ts";
import { secretsOf, type Site } from "../connections/site.ts";
import { drive } from "../engine/drive.ts";
import type { World } from "../engine/driver.ts";
import { parseGrant, whyNot, type Grant, type GrantPlan } from "../engine/grant.ts";
import type { JournalEvent, Via } from "../engine/journal-port.ts";
import { fold, record, type Reader } from "../engine/record.ts";
import type { LockHeld } from "../engine/lock-port.ts";
import type { OperatorPort } from "../engine/operator-port.ts";
import type { RunState } from "../engine/state.ts";
import { doubtsOf } from "../engine/doubt.ts";
import { asRunEvent, draft, type Bodies } from "../engine/events.ts";
import { receiptFrom, type Receipt } from "../engine/receipt.ts";
import { receiptLines } from "../engine/receipt-text.ts";
import { holderOf, hostLocks } from "./host-locks.ts";
import type { Journal } from "../journal/journal.ts";
import { choosePhases } from "../runbooks/choose.ts";
import type { Runbook } from "../phases/spec.ts";
import { jsonReader, plainReader } from "../readers/plain.ts";
import { sentence } from "../engine/words.ts";
import { safeText } from "../text/safe-text.ts";
import { readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { whoActs } from "./actor.ts";
import { chooseSite } from "./config.ts";
import { keepHeapSmall } from "./small-heap.ts";
import { settingsOf, type NoticeTo } from "./settings.ts";
import { followNotices } from "./notices.ts";
import { commandText } from "./site-name.ts";
import { flag, many, one, type Values } from "./command.ts";
import { EXIT } from "./exit.ts";
import { newId } from "./ids.ts";
import { Stop, type Io } from "./io.ts";
import { followJobLog } from "./joblog.ts";
import { exitOfRefusal, openSiteJournal } from "./journal-open.ts";
import { makeKeyring } from "./keyring.ts";
import { locksDir } from "./paths.ts";
import { watchSignals } from "./stop-signals.ts";
import { nobody, terminalOperator } from "./terminal-operator.ts";

export interface Session {
  readonly site: Site;
  /** Where notices of its runs are sent, if anywhere. */
  readonly notice: NoticeTo | null;
  readonly journal: Journal;
  readonly connections: Connections;
  readonly io: Io;
  readonly values: Values;
  close(): Promise<void>;
}

/** Opens everything a run needs. Stops with 73/74 without a journal, with 69 without the database. */
export async function openSession(values: Values, io: Io, via: Via | null = null): Promise<Session> {
  keepHeapSmall();
  const site = await chooseSite(values, io.env);
  const keyring = makeKeyring();
  for (const secret of secretsOf(site)) keyring.add(secret);
  const settings = await settingsOf(values, io.env);
  for (const secret of settings.secrets) keyring.add(secret);
  const actor = via === null ? whoActs(io.env) : { ...whoActs(io.env), via };
  const { redactor: make } = keyring;
  const journal = openSiteJournal({ env: io.env, site: site.name, redactor: make, readOnly: false, actor });
  const redactor = keyring.redactor("message");
  const host = hostLocks(locksDir(io.env), site.name, actor);
  const connected = await connect(site, {
    redact: (text) => redactor.redact(text),
    keep: keyring.add,
    host,
    holder: holderOf(actor),
  });
  if (!connected.ok) {
    journal.close();
    throw new Stop(EXIT.unreachable, `${sentence(connected.error.message)} Nothing was executed`);
  }
  const connections = connected.value;
  const close = async (): Promise<void> => {
    await connections.close();
    journal.close();
  };
  return { site, notice: settings.notice, journal, connections, io, values, close };
}

/** The phases of `--phases`, `--from` and `--until`; undefined where none of them is given. */
export function phasesIn(values: Values, runbook: Runbook): readonly string[] | undefined {
  const [phases, from, until] = ["phases", "from", "until"].map((name) => one(values, name));
  const chosen = choosePhases(runbook, { phases, from, until });
  if (!chosen.ok) throw new Stop(EXIT.usage, `${chosen.error}. Nothing was executed`);
  return chosen.value;
}

/** `--decide STEP=CHOICE` as a record. */
export function decisionsIn(values: Values, runbook: Runbook): Record<string, string> {
  const gates = new Map<string, readonly string[]>();
  for (const phase of runbook.phases) {
    for (const step of phase.steps)
      if (step.does === "gate")
        gates.set(
          step.id,
          step.choices.map(({ id }) => id),
        );
    if (phase.rung !== undefined)
      gates.set(
        phase.id,
        phase.rung.climb.choices.map(({ id }) => id),
      );
    if (phase.rescue !== undefined)
      gates.set(
        phase.id,
        phase.rescue.choices.map(({ id }) => id),
      );
  }
  const decisions: Record<string, string> = {};
  for (const text of many(values, "decide")) {
    const [step = "", choice = ""] = text.split("=", 2);
    const choices = gates.get(step);
    if (choices === undefined)
      throw new Stop(
        EXIT.usage,
        `--decide ${text}: ${runbook.id} asks nothing named ${step}; it asks ${[...gates.keys()].join(", ")}`,
      );
    if (!choices.includes(choice))
      throw new Stop(EXIT.usage, `--decide ${text}: the choices are ${choices.join(", ")}`);
    decisions[step] = choice;
  }
  return decisions;
}

/** The grant of `--grant`, proved to fit. Its file must belong to somebody alone, who is the approver. */
export function grantIn(values: Values, plan: GrantPlan): Grant | null {
  const file = one(values, "grant");
  if (file === undefined) return null;
  let text: string;
  try {
    const found = statSync(file);
    if ((found.mode & 0o077) !== 0)
      throw new Stop(EXIT.badFile, `${file} can be changed or read by others; a grant has mode 0600`);
    if (found.uid !== 0 && found.uid !== process.getuid?.())
      throw new Stop(EXIT.badFile, `${file} belongs to uid ${found.uid}, not to you`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(EXIT.badFile, `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const grant = parseGrant(text, file);
  if (!grant.ok) throw new Stop(EXIT.badFile, grant.error);
  const misfit = whyNot(grant.value, plan, new Date().toISOString());
  if (misfit !== null) throw new Stop(EXIT.needed, `${misfit}. Nothing was executed`);
  return grant.value;
}

/** Takes the run's locks, or stops with 75 and the holder's name. */
export async function lockTargets(
  session: Session,
  targets: readonly { readonly key: string; readonly label: string }[],
  runId: string,
): Promise<void> {
  const locked = await session.connections.locks.acquire(targets, runId);
  if (locked.ok) return;
  const { error } = locked;
  await session.close();
  if (error.kind !== "held")
    throw new Stop(
      error.kind === "unreachable" ? EXIT.unreachable : EXIT.locked,
      `${sentence(error.message)} Nothing was executed`,
    );
  throw new Stop(
    EXIT.locked,
    `${safeText(error.target)} is being recovered by ${whoHolds(error)}. Nothing was executed`,
  );
}

/** Who holds a lock, as far as it is known; what is not known is said to be that. */
function whoHolds({ holder, connection = null }: LockHeld): string {
  if (holder !== null)
    return `${safeText(holder.login)} on ${safeText(holder.host)} (pid ${holder.pid}, run ${safeText(holder.run_id)}, since ${safeText(holder.since)})`;
  const unknown = "who, on which run and since when is not known";
  if (connection === null) return `somebody else; ${unknown}`;
  const from = connection.client === null ? "from where is not known" : `from ${safeText(connection.client)}`;
  return `somebody else, over connection ${connection.id} of the database server (${from}); ${unknown}`;
}

export type Mode = "person" | "grant" | "none";
export const modeOf = (io: Io, grant: Grant | null): Mode => (grant !== null ? "grant" : io.person ? "person" : "none");

const IN_DOUBT = "something is IN DOUBT: nothing was sent again; resume looks at it first";

/** What is said of a run when its session ends. */
function farewellLines(session: Session, state: RunState, exit: number): string[] {
  const { io, journal, values } = session;
  const head = journal.publishHead("screen", "end of a session");
  const shown = head.ok && head.value !== null ? `${head.value.seq}:${head.value.hash}` : "unknown";
  return [
    `journal head ${shown}`,
    ...(state.paused === null || state.created.dry === true
      ? []
      : [`take it up again with:\n  ${commandText(values, io.env, `resume ${state.run_id}`)}`]),
    `report with:\n  ${commandText(values, io.env, `report ${state.run_id}`)}`,
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

/** Lines on stdout; questions on the terminal where there is a person. */
export function plainFront({ io, values }: Session): Front {
  const json = flag(values, "json");
  const { stop, reader, close } = watchSignals(io.err);
  return {
    operator: io.person && !json ? terminalOperator(io, userInfo().username, stop) : nobody(stop),
    readers: [reader, json ? jsonReader(io.out) : plainReader(io.out)],
    notice: (text) => io.err(`handrail: ${text}\n`),
    farewell: (_state, lines, receipt) => {
      if (json) return io.out(`${JSON.stringify({ type: "receipt", ...receipt })}\n`);
      const summary = receiptLines(receipt, (words) => commandText(values, io.env, words));
      io.out([...summary, ...lines].map((line) => `${line}\n`).join(""));
    },
    close,
  };
}

export interface Course {
  readonly before: RunState | null;
  readonly first: JournalEvent;
  readonly grant: Grant | null;
  readonly decisions: Record<string, string>;
  /** Told how it ended, before the farewell. */
  readonly after?: ((state: RunState) => void) | undefined;
}

/** Appends the first event of this session and drives the run until it is closed or paused. Gives the exit code. */
export async function carryOut(session: Session, front: Front, course: Course): Promise<number> {
  const { journal, connections } = session;
  const { before, first, grant, decisions, after = () => undefined } = course;
  const events = journal.events(first.run_id);
  const state = fold(events);
  if (state === null) throw new Error("the run was not written");
  // A statement, an undo or a dry run is no job of the appliance: nothing of it goes into the JobLog.
  const unlogged = state.created.direct !== undefined || state.created.dry === true;
  const jobLog = unlogged ? null : followJobLog(connections.jobLog, (text) => front.notice(text));
  const notices = followNotices(session, (text) => front.notice(text));
  const followers = [jobLog, notices].filter((follower) => follower !== null);
  const readers = [...front.readers, ...followers.map(({ reader }) => reader)];
  // The readers fold for themselves, so they see the run from its beginning; only what is new is printed.
  replayInto(readers, events, before);
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
    const ended = await record(drive(state, world), journal, readers);
    if (!ended.ok) {
      front.notice(ended.error.message);
      front.notice("nothing further was executed; an effect that could not be written down is looked at on resume");
      const left = fold(journal.events(first.run_id));
      if (left === null || doubtsOf(left).length === 0) return exitOfRefusal(ended.error);
      front.notice(IN_DOUBT);
      return EXIT.doubt;
    }
    await Promise.all(followers.map((follower) => follower.drain()));
    if (jobLog !== null && ended.value.started) noteJobLog(session, ended.value, jobLog.written());
    after(ended.value);
    const exit = ended.value.closed?.exit ?? ended.value.paused?.exit ?? EXIT.bug;
    const receipt = receiptFrom(journal.events(ended.value.run_id).map(asRunEvent));
    front.farewell(ended.value, farewellLines(session, ended.value, exit), receipt);
    return exit;
  } finally {
    front.close();
    await session.close();
  }
}

/** Writes down what of the run is in the appliance's JobLog: the receipt tells it. */
function noteJobLog({ journal }: Session, { run_id }: RunState, written: Bodies["joblog.written"]): void {
  journal.append([draft(run_id, "joblog.written", {}, written)]);
}

function replayInto(readers: readonly Reader[], events: readonly JournalEvent[], before: RunState | null): void {
  const quiet = before?.last_seq ?? 0;
  for (const event of events) {
    for (const reader of readers) {
      reader(asRunEvent(event), event.seq <= quiet);
    }
  }
}

/** Who is recorded as the author of a grant. */
export const grantAuthor = (io: Io): string => {
  const actor = whoActs(io.env);
  return `${actor.login} (uid ${actor.uid}) on ${actor.host}`;
};
