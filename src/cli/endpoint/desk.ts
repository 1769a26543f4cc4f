/** What the endpoint asks, answered from the real site and its journal. */
import type { Connections } from "../../connections/connect.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import type { RunEvent } from "../../engine/events.ts";
import { receiptFrom } from "../../engine/receipt.ts";
import { fold } from "../../engine/record.ts";
import type { StopCause } from "../../engine/operator-port.ts";
import { countText, sentence } from "../../engine/words.ts";
import type { Journal } from "../../journal/journal.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import { askSelection, candidates, describeCandidate, type Candidate } from "../../runbooks/select.ts";
import { packOf, type Site } from "../packs.ts";
import { safeText } from "../../text/safe-text.ts";
import type { Begun, Caller, Desk, Ended, FoundRun, Health, Part, RunLineView } from "../../serve/desk.ts";
import { runOfTarget } from "../../ui/run-of-target.ts";
import type { RunSummary } from "../../ui/sources.ts";
import type { Values } from "../command.ts";
import { LEFT_AS_FAILED, runSummaries } from "../console/runs.ts";
import { TARGET } from "../target.ts";
import { EXIT } from "../../engine/exit.ts";
import { siteRequest } from "../session/request.ts";
import { newRunId } from "../session/ids.ts";
import type { Io } from "../io.ts";
import { serveRun } from "./run.ts";
import { commandText } from "../site/name.ts";
import { Slots } from "../session/slots.ts";
import type { StandingGrants } from "../session/standing.ts";

export interface DeskOptions {
  readonly values: Values;
  readonly io: Io;
  readonly book: LoadedRunbook;
  readonly file: string;
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
  readonly key: string;
  begun: boolean;
}

const RUNS = 1_000;
const EVENTS_AT_ONCE = 500;
/** A look is good for so long: a probe that asks more often learns nothing new. */
const FRESH_MS = 1_000;
const PART_MS = 8_000;

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
  #asking: Promise<Result<Candidate[], string>> | null = null;
  #health: { readonly at: number; readonly look: Promise<Health> } | null = null;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#slots = new Slots(options.maxRuns);
  }

  async begin(name: string, caller: Caller): Promise<Begun> {
    if (this.#interrupt.signal.aborted) return { kind: "stopping" };
    const answer = await this.#candidates();
    if (!answer.ok) return { kind: "unreachable", says: answer.error };
    const pick = this.#pick(answer.value, name);
    if (!pick.ok) return pick.error;
    const { key } = pick.value;
    // No await from here to the entry: two calls cannot both find the target free.
    const refusal = this.#refusal(key);
    if (refusal !== null) return refusal;
    const driven: Driven = { runId: this.#unusedId(), key, begun: false };
    this.#driven.set(key, driven);
    const end = this.#slots.use(() => this.#carry(driven, caller)).finally(() => this.#driven.delete(key));
    this.#track(end);
    return { kind: "begun", run_id: driven.runId, ended: end };
  }

  /** The name alone counts, as ever: a key would be taken for the name of another target some day. */
  #pick(pool: readonly Candidate[], name: string): Result<Candidate, Begun> {
    const hits = pool.filter(({ label }) => label === name);
    const [hit] = hits;
    if (hit === undefined) return err({ kind: "unknown" });
    if (hits.length === 1) return ok(hit);
    const { runbook } = this.#options.book;
    const list = hits.map((candidate) => safeText(describeCandidate(runbook, candidate))).join("; ");
    return err({
      kind: "ambiguous",
      says: `${countText(hits.length, TARGET)} bear this name: ${list}. Recover one by its key in the console`,
    });
  }

  /** Why nothing is begun for a target at this moment. */
  #refusal(key: string): Begun | null {
    return this.#openRun(key) ?? this.#full();
  }

  #full(): Begun | null {
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
    const { values, io, book, file, standing, log } = this.#options;
    const site = siteRequest(values);
    const via = { kind: "http" as const, client, request };
    const { runId, key } = driven;
    return serveRun({ runId, key, via, book, file, site, io, standing, log, stop: this.#interrupt.signal });
  }

  /** One question for all who ask at the same time; a run asks again before it begins. */
  #candidates(): Promise<Result<Candidate[], string>> {
    return (this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    }));
  }

  async #ask(): Promise<Result<Candidate[], string>> {
    const { site, connections, book } = this.#options;
    const rows = await askSelection(book.runbook, connections);
    if (!rows.ok) return err(`${packOf(site).databaseTrouble(rows.error)} Nothing was begun`);
    return ok(candidates(book.runbook, rows.value));
  }

  /**
   * Another run of the target that is not closed. A doubt in it is for a person; nothing is begun beside it. One that was left
   * as failed ends when another is begun, which knows what it proved.
   */
  #openRun(key: string): Begun | null {
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
    if (this.#health === null || nowMs - this.#health.at > FRESH_MS) this.#health = { at: nowMs, look: this.#look() };
    return this.#health.look;
  }

  async #look(): Promise<Health> {
    const { site, connections } = this.#options;
    const looks = { database: connections.look("SELECT 1 AS one"), ...packOf(site).health(connections) };
    const parts = Object.entries(looks).map(async ([name, answer]) => [name, await partOf(answer)] as const);
    return Object.fromEntries(await Promise.all(parts));
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

async function partOf(look: Promise<Result<unknown, { readonly message: string }>>): Promise<Part> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Part>((resolve) => {
    timer = setTimeout(() => resolve({ well: false, says: `no answer after ${PART_MS / 1000} seconds` }), PART_MS);
  });
  const answer = look.then((got): Part =>
    got.ok ? { well: true, says: "it answers" } : { well: false, says: sentence(got.error.message) },
  );
  const part = await Promise.race([answer, late]);
  clearTimeout(timer);
  return part;
}

/** Makes the desk of one server. */
export const makeDesk = (options: DeskOptions): RunningDesk => new ServeDesk(options);
