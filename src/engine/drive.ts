/**
 * The only loop. `drive` is an async generator that yields events and does not advance until it is given the stored
 * ones back: so no effect can precede its journal line, and whoever drives may stop it between any two events.
 */
import { EXIT } from "./exit.ts";
import { approve, canary, climb, gate, rescue } from "./ask.ts";
import { execute, settle, verify } from "./attempt.ts";
import { ClockWatch } from "./clock-watch.ts";
import { Driver, type Drafts, type World } from "./driver.ts";
import { guard, leftBehind } from "./dry.ts";
import type { Bodies } from "./bodies.ts";
import { draft } from "./events.ts";
import { expandPhase } from "./enter.ts";
import { failure } from "./failure.ts";
import type { EventDraft, JournalEvent } from "./journal-port.ts";
import { lookWhenDue } from "./hold-look.ts";
import { watch } from "./ladder.ts";
import { askManual } from "./manual.ts";
import { Lanes } from "./lanes.ts";
import { collect, criterion, read, waitTogether } from "./look.ts";
import { approvalIdOf, nextApprovalId } from "./approval-id.ts";
import { isLeft } from "./phase-command.ts";
import { lanesOf, ready } from "./schedule.ts";
import { START, APPROVAL_MS, REST, type RunState } from "./state.ts";
import { targetsOf, type Command, type Ref } from "./command.ts";
import { stopCause } from "./operator-port.ts";
import { phaseDocument, restDocument, startDocument } from "./document.ts";
import { previewStep } from "./preview.ts";
import { unknownEnds } from "./doubt.ts";
import { closing } from "./closing.ts";
import { exitOf } from "./end.ts";
import { wordText } from "./wire-words.ts";

async function* close(driver: Driver): Drafts {
  yield* driver.emit("run.closed", {}, closing(driver.state));
}

function pauseOpen(driver: Driver): void {
  const exit = exitOf(driver.state);
  const open = driver.state.targets.filter((target) => isLeft(driver.state, target));
  const says = open.map((target) => `${target.label}: ${target.reason}`).join("; ");
  if (exit === null) throw new Error("a run was to be paused for targets of which none is open");
  driver.pause(exit === EXIT.doubt ? "in-doubt" : exit === EXIT.failed ? "failed" : "unreachable", exit, says);
}

/** Whatever else a run pauses for: while the end of a change is not known, that is what it is paused for. */
function doubtFirst(state: RunState, pause: Bodies["run.paused"]): Bodies["run.paused"] {
  const doubts = unknownEnds(state);
  if (doubts.length === 0 || pause.reason === "in-doubt") return pause;
  return {
    reason: "in-doubt",
    exit: EXIT.doubt,
    says: `${doubts.join("; ")}. Besides, ${wordText(pause.reason)}: ${pause.says}`,
  };
}

/** Questions, and watches: they stand for a while, so the last look at what their targets rest on must be young. */
const STANDS = new Set<Command["do"]>([
  "approve",
  "approve-rest",
  "gate",
  "manual",
  "watch",
  "climb",
  "failure",
  "rescue",
]);
/** What a session may begin with: not before its first look. An effect looks for itself, always. */
const BEGINS = new Set<Command["do"]>(["expand", "preview", "read", "wait"]);

/** What each command of the scheduler does. */
type Handlers = {
  readonly [Do in Command["do"]]: (driver: Driver, command: Extract<Command, { do: Do }>) => Drafts;
};

/** A command that only ends the session, or does nothing. */
const ending = (act: (driver: Driver) => void) =>
  // oxlint-disable-next-line require-yield -- as the others: it says nothing itself
  async function* (driver: Driver): Drafts {
    act(driver);
  };

const HANDLERS: Handlers = {
  start: (driver) => approve(driver, startDocument(driver.state, nextApprovalId(driver.state, START))),
  approve: (driver, command) => {
    const id = approvalIdOf(driver.state, command);
    return approve(driver, phaseDocument(driver.state, command.phase.id, id, command.targets));
  },
  "approve-rest": (driver, { targets }) =>
    approve(driver, restDocument(driver.state, nextApprovalId(driver.state, REST), targets)),
  canary: (driver, { first, targets }) => canary(driver, first, targets),
  expand: (driver, { target, phase }) => expandPhase(driver, target, phase),
  preview: (driver, { ref }) => previewStep(driver, ref),
  read: (driver, { ref }) => read(driver, ref),
  wait: (driver, { refs }) => waitTogether(driver, refs),
  gate: (driver, { refs }) => gate(driver, refs),
  execute: (driver, { ref }) => execute(driver, ref),
  manual: (driver, { ref }) => askManual(driver, ref),
  settle: (driver, { ref }) => settle(driver, ref),
  verify: (driver, { ref }) => verify(driver, ref),
  watch: (driver, { phase, targets }) => watch(driver, phase, targets),
  climb: (driver, { phase, targets }) => climb(driver, phase, targets),
  failure: (driver, { refs }) => failure(driver, refs),
  rescue: (driver, { targets, phase }) => rescue(driver, targets, phase),
  "end-phase": (driver, { target, phase, result }) =>
    driver.emit("phase.ended", { target: target.key, phase: phase.id }, { result }),
  criterion: (driver, command) => criterion(driver, command.target, command.criterion),
  collect: (driver, command) => collect(driver, command.collect),
  halt: (driver, { says }) => ending(() => driver.pause("too-many-failures", EXIT.failed, says))(driver),
  pause: ending(pauseOpen),
  close,
};

/** What a command looks at that a dry run may have left behind. */
function looksOf(command: Command): readonly Ref[] {
  if (command.do === "read") return [command.ref];
  return command.do === "wait" || command.do === "gate" ? command.refs : [];
}

async function* perform(driver: Driver, command: Command): Drafts {
  guard(driver, command);
  if (yield* leftBehind(driver, looksOf(command))) return;
  const old = STANDS.has(command.do);
  if ((old || BEGINS.has(command.do)) && !(yield* lookWhenDue(driver, targetsOf(command), old))) return;
  // The row of a command takes commands of its kind: the compiler cannot follow that through the table.
  yield* (HANDLERS[command.do] as (driver: Driver, command: Command) => Drafts)(driver, command);
}

/**
 * A jump of the wall clock, where there was one. When it may be a sleep of longer than an approval is good for, those that were
 * given before are void as well; what of them is already under way is carried to its end.
 */
function jumps({ state }: Driver, clock: ClockWatch): EventDraft[] {
  const body = clock.look();
  if (body === null) return [];
  const jump = draft(state.run_id, "clock.jumped", {}, body);
  if (body.seconds * 1_000 <= APPROVAL_MS) return [jump];
  const approvals = Object.values(state.approvals).filter(
    ({ id, status }) => status === "given" && !id.startsWith(START),
  );
  const says = `the clock jumped ${body.seconds} s ahead, and the run may have stood still that long`;
  return [jump, ...approvals.map(({ id }) => draft(state.run_id, "approval.expired", {}, { approval: id, says }))];
}

/** What can be begun now, beside what is under way. */
function startable({ state, pausing, heldKeys }: Driver, lanes: Lanes): readonly Command[] {
  if (pausing !== null || lanes.alone) return [];
  return ready(state, lanes.busy, heldKeys).slice(0, Math.max(0, lanesOf(state) - lanes.count));
}

/**
 * Drives a run until it is closed or paused. Yields the events that come next, several where several targets move at
 * once; give them back as they were stored, with `next(stored)`. Nothing that follows an event happens before that.
 */
export async function* drive(
  state: RunState,
  world: World,
): AsyncGenerator<readonly EventDraft[], RunState, readonly JournalEvent[]> {
  const driver = new Driver(state, world);
  const lanes = new Lanes();
  const clock = new ClockWatch(world.ports.clock, world.wallTime);
  try {
    for (;;) {
      const commands = startable(driver, lanes);
      const cause = stopCause(world.operator);
      if (commands.length > 0 && cause !== null)
        driver.pause("interrupted", cause.exit, `stopped by ${cause.by} between two steps`);
      else for (const command of commands) lanes.start(targetsOf(command), perform(driver, command));
      if (lanes.idle) {
        const reason = driver.pausing ?? driver.lacking;
        const pause = reason === null ? null : doubtFirst(driver.state, reason);
        if (pause !== null) driver.fold(yield [...jumps(driver, clock), draft(state.run_id, "run.paused", {}, pause)]);
        return driver.state;
      }
      const drafts = await lanes.drafts();
      const [jump, ...timeouts] = jumps(driver, clock);
      // Behind what has just come up: a step that was begun in this moment keeps its approval, a closed run has none.
      const expiries = drafts.some(({ type }) => type === "run.closed") ? [] : timeouts;
      const batch = jump === undefined ? drafts : [jump, ...drafts, ...expiries];
      if (batch.length > 0) driver.fold(yield batch);
      lanes.resume();
    }
  } finally {
    await lanes.abandon();
  }
}
