/** What the endpoint asks, answered from the real site and its journal. */
import type { Connections } from "../../connections/connect.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import type { RunEvent } from "../../engine/events.ts";
import { receiptFrom } from "../../engine/receipt.ts";
import { fold } from "../../engine/record.ts";
import type { StopCause } from "../../engine/operator-port.ts";
import type { Journal } from "../../journal/journal.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import { askSelection, candidates, type Candidate } from "../../runbooks/select.ts";
import { packOf, type Site } from "../packs.ts";
import type { Begun, Caller, Desk, Ended, FoundRun, Health, Order, Ordered, RunLineView } from "../../serve/desk.ts";
import { runOfTarget } from "../../ui/run-of-target.ts";
import type { RunSummary } from "../../ui/sources.ts";
import type { Values } from "../command.ts";
import { LEFT_AS_FAILED, runSummaries } from "../console/runs.ts";
import { EXIT } from "../../engine/exit.ts";
import { siteRequest } from "../session/request.ts";
import { newRunId } from "../session/ids.ts";
import type { Io } from "../io.ts";
import { lookAtHealth } from "./health.ts";
import { byName, byNameOrKey } from "./pick.ts";
import { serveRun } from "./run.ts";
import { workOf, type Book, type Work } from "./work.ts";
import { commandText } from "../site/name.ts";
import { Slots } from "../session/slots.ts";
import type { StandingGrants } from "../session/standing.ts";

export interface DeskOptions {
  readonly values: Values;
  readonly io: Io;
  /** The runbook behind the product's own routes; null where there are none. */
  readonly own: Book | null;
  readonly site: Site;
  readonly connections: Connections;
  readonly journal: Journal;
  readonly standing: StandingGrants;
  readonly maxRuns: number;
  /** So many runs may wait for their turn. */
  readonly maxWaiting: number;
  readonly log: (line: string) => void;
}

export interface RunningDesk extends Desk {
  /** Begins nothing more; running steps end, their runs pause. Waits until all have. */
  stop(): Promise<void>;
  /** Runs of the journal that nobody drives and that are not closed. */
  left(): readonly RunLineView[];
}

interface Driven {
  readonly runId: string;
  readonly work: Work;
  readonly key: string;
  begun: boolean;
}

const RUNS = 1_000;
const EVENTS_AT_ONCE = 500;
/** A look is good for so long: a probe that asks more often learns nothing new. */
const FRESH_MS = 1_000;

type Refusal = Extract<Begun, { kind: "busy" | "full" }>;

/** What the journal says of a run that was paused because the endpoint ends. */
const STOPPED: StopCause = { by: "the end of the endpoint", exit: EXIT.interrupted };

const STANDINGS = { closed: "closed", paused: "paused", driven: "running", left: "left-in-the-middle" } as const;

/** Whether nothing of a run keeps another of its target from being begun. */
const isOver = ({ status, outcome }: RunSummary): boolean => status === "closed" || outcome === LEFT_AS_FAILED;

class ServeDesk implements RunningDesk {
  readonly #options: DeskOptions;
  readonly #slots: Slots;
  readonly #interrupt = new AbortController();
  /** By the key of the target: what keeps a second call from beginning a second run. */
  readonly #driven = new Map<string, Driven>();
  readonly #working = new Set<Promise<unknown>>();
  readonly #summaries = runSummaries();
  #listed: { readonly seq: number; readonly runs: readonly RunSummary[] } = { seq: -1, runs: [] };
  /** By the digest of the runbook. */
  readonly #asking = new Map<string, Promise<Result<Candidate[], string>>>();
  #health: { readonly at: number; readonly look: Promise<Health> } | null = null;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#slots = new Slots(options.maxRuns);
  }

  async begin(name: string, caller: Caller): Promise<Begun> {
    if (this.#interrupt.signal.aborted) return { kind: "stopping" };
    const { own } = this.#options;
    if (own === null) return { kind: "unknown" };
    const answer = await this.#candidates(own);
    if (!answer.ok) return { kind: "unreachable", says: answer.error };
    const pick = byName(own, answer.value, name);
    return pick.ok ? this.#enter(pick.value.key, { ...own, given: null }, caller) : pick.error;
  }

  async order(order: Order, caller: Caller): Promise<Ordered> {
    if (this.#interrupt.signal.aborted) return { kind: "stopping" };
    const work = await workOf(order, this.#options);
    if (!work.ok) return work.error;
    const answer = await this.#candidates(work.value);
    if (!answer.ok) return { kind: "unreachable", says: answer.error };
    const pick = byNameOrKey(work.value, answer.value, order.target);
    if (!pick.ok) return pick.error;
    const { key, label } = pick.value;
    const begun = this.#enter(key, work.value, caller);
    return begun.kind === "begun" ? { ...begun, target: { key, label } } : begun;
  }

  /** Nothing waits from the look at the target to the entry: two calls cannot both find it free. */
  #enter(key: string, work: Work, caller: Caller): Exclude<Begun, { kind: "unknown" }> {
    const refusal = this.#refusal(key);
    if (refusal !== null) return refusal;
    const driven: Driven = { runId: this.#unusedId(), key, work, begun: false };
    this.#driven.set(key, driven);
    const end = this.#slots.use(() => this.#carry(driven, caller)).finally(() => this.#driven.delete(key));
    this.#track(end);
    return { kind: "begun", run_id: driven.runId, ended: end };
  }

  /** Why nothing is begun for a target at this moment. */
  #refusal(key: string): Refusal | null {
    return this.#openRun(key) ?? this.#full();
  }

  #full(): Refusal | null {
    const { maxRuns, maxWaiting } = this.#options;
    if (this.#driven.size < maxRuns + maxWaiting) return null;
    return { kind: "full", says: `${maxRuns} runs are under way and ${this.#slots.waiting} wait for their turn` };
  }

  #track(work: Promise<unknown>): void {
    const task = work.catch((error: unknown) => {
      this.#options.log(`this is a bug in Handrail: ${error instanceof Error ? error.message : String(error)}`);
    });
    this.#working.add(task);
    void task.finally(() => this.#working.delete(task));
  }

  async #carry(driven: Driven, { client, request }: Caller): Promise<Ended> {
    if (this.#interrupt.signal.aborted) return { kind: "stopping" };
    driven.begun = true;
    const { values, io, standing, log } = this.#options;
    const site = siteRequest(values);
    const via = { kind: "http" as const, client, request };
    const { runId, key, work } = driven;
    return serveRun({ runId, key, via, ...work, site, io, standing, log, stop: this.#interrupt.signal });
  }

  /** One question of a runbook for all who ask at the same time; a run asks again before it begins. */
  #candidates({ book }: Book): Promise<Result<Candidate[], string>> {
    const { digest } = book;
    const present = this.#asking.get(digest);
    if (present !== undefined) return present;
    const asking = this.#ask(book).finally(() => this.#asking.delete(digest));
    this.#asking.set(digest, asking);
    return asking;
  }

  async #ask({ runbook }: LoadedRunbook): Promise<Result<Candidate[], string>> {
    const { site, connections } = this.#options;
    const rows = await askSelection(runbook, connections);
    if (!rows.ok) return err(`${packOf(site).databaseTrouble(rows.error)} Nothing was begun`);
    return ok(candidates(runbook, rows.value));
  }

  /**
   * Another run of the target that is not closed. A doubt in it is for a person; nothing is begun beside it. One that was left
   * as failed ends when another is begun, which knows what it proved.
   */
  #openRun(key: string): Refusal | null {
    const own = this.#driven.get(key);
    if (own !== undefined)
      return { kind: "busy", says: `it is being recovered by run ${own.runId}`, run_id: own.runId };
    const open = runOfTarget(this.#runs(), key);
    if (open === undefined || isOver(open)) return null;
    const says =
      open.status === "driven"
        ? `it is being recovered by run ${open.run_id}, driven by ${open.driver}`
        : `run ${open.run_id} of it is not closed (${open.outcome}); take it up again first`;
    return { kind: "busy", says, run_id: open.run_id };
  }

  #unusedId(): string {
    const ids = new Set([...this.#driven.values()].map(({ runId }) => runId));
    for (;;) {
      const id = newRunId();
      if (!ids.has(id) && this.#options.journal.events(id).length === 0) return id;
    }
  }

  /** While nothing was appended, only a process that drives a run may have gone. */
  #runs(): readonly RunSummary[] {
    const seq = this.#options.journal.head()?.seq ?? 0;
    const { runs, seq: lastSeq } = this.#listed;
    if (seq === lastSeq && !runs.some(({ status }) => status === "driven")) return runs;
    const fresh = this.#summaries(this.#options.journal, RUNS);
    this.#listed = { seq, runs: fresh };
    return fresh;
  }

  #ours(runId: string): Driven | undefined {
    return [...this.#driven.values()].find((driven) => driven.runId === runId);
  }

  #line(run: RunSummary): RunLineView {
    const { run_id, runbook, created: time, targets, doubts } = run;
    const ours = this.#ours(run_id) !== undefined;
    const status = ours ? "running" : STANDINGS[run.status];
    return { run_id, runbook, created: time, targets, status, in_doubt: doubts.length > 0 && !ours };
  }

  runs(limit: number): RunLineView[] {
    return this.#runs()
      .slice(0, limit)
      .map((run) => this.#line(run));
  }

  left(): RunLineView[] {
    return this.runs(RUNS).filter(({ status }) => status === "paused" || status === "left-in-the-middle");
  }

  find(runId: string): FoundRun | null {
    const records = this.#options.journal.events(runId);
    const events = records.map(asRunEvent);
    const state = fold(records);
    if (state === null)
      return this.#ours(runId) === undefined ? null : { status: "queued", state: null, receipt: null };
    if (state.closed !== null) return { status: "closed", state, receipt: receiptFrom(events) };
    const status = this.#statusOf(runId);
    return { status, state, receipt: receiptFrom(events, status === "running") };
  }

  #statusOf(runId: string): (typeof STANDINGS)[keyof typeof STANDINGS] {
    const run = this.#runs().find(({ run_id }) => run_id === runId);
    return this.#ours(runId) === undefined ? STANDINGS[run?.status ?? "left"] : "running";
  }

  events(runId: string, lastSeq: number): RunEvent[] {
    return this.#options.journal.events(runId, lastSeq).slice(0, EVENTS_AT_ONCE).map(asRunEvent);
  }

  health(): Promise<Health> {
    const nowMs = performance.now();
    const { site, connections } = this.#options;
    if (this.#health === null || nowMs - this.#health.at > FRESH_MS)
      this.#health = { at: nowMs, look: lookAtHealth(site, connections) };
    return this.#health.look;
  }

  resumeWith(runId: string): string {
    const { values, io } = this.#options;
    return commandText(values, io.env, `resume ${runId}`);
  }

  async stop(): Promise<void> {
    this.#interrupt.abort(STOPPED);
    await Promise.all(this.#working);
  }
}

/** Makes the desk of one server. */
export const makeDesk = (options: DeskOptions): RunningDesk => new ServeDesk(options);
