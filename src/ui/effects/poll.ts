/** What the console asks by itself: the targets and the journal's runs, again and again, until it is left. */
import { changeBoard, loseTargets, moveTo, recall } from "../board/change.ts";
import { lastLookOf } from "../board/last-look.ts";
import { modeOf } from "../mode.ts";
import { top, type Model } from "../model.ts";
import { begin, showRuns } from "../runs/act.ts";
import { startRun } from "../start.ts";
import { ask, update } from "../update.ts";
import { showTargets } from "../subject.ts";
import type { StartRequest } from "../sources.ts";
import type { Host } from "./host.ts";
import { SilentParts } from "./silent.ts";

/** How often the board asks again. */
const POLL_MS = 2000;
/** While nobody presses a key and nothing changes it asks less often. */
const QUIET_AFTER_MS = 30_000;
const QUIET_POLL_MS = 10_000;

/** So long the database may let somebody wait, in milliseconds, before what it said last is shown: most answer by then. */
const LAST_LOOK_MS = 300;

/** What comes with the targets is drawn with them where they are there by then: a frame takes a tenth of a start. */
const SOON = true;

/** What to open besides the board. */
export interface Opening {
  readonly start?: StartRequest;
  readonly replay?: string;
  readonly select?: string;
  /** Said in the message line at first. */
  readonly hint?: string;
}

/** Whether a board that is not looked at is asked for: where nothing is known yet, or the next target is chosen from it. */
const isWanted = (model: Model): boolean =>
  top(model) === "board" || (!model.session.single && (model.board.trouble === null || modeOf(model) === "ended"));

export class Poll {
  readonly #host: Host;
  readonly #silent: SilentParts;
  #gone = false;
  #lively = 0;
  /** Whether the next question waits for its time, and nothing is being asked. */
  #isWaiting = false;
  #work: Promise<void> = Promise.resolve();
  /** The journal's runs that are being read, or were. */
  #runs: Promise<void> = Promise.resolve();
  /** What is asked of the journal beside it. */
  #loading: Promise<unknown> = Promise.resolve();

  constructor(host: Host) {
    this.#host = host;
    this.#silent = new SilentParts(host);
  }

  /** Somebody pressed a key, or something changed: for a while it is asked more often. */
  stir(): void {
    const wasQuiet = this.#isQuiet();
    this.#lively = this.#host.timers.now();
    // Who comes back to a quiet board is shown what is so now, not what was ten seconds ago.
    if (wasQuiet && this.#isWaiting) this.#askIn(0);
  }

  /** Nothing more is asked. */
  end(): void {
    this.#gone = true;
  }

  #isQuiet(): boolean {
    return this.#host.timers.now() - this.#lively > QUIET_AFTER_MS;
  }

  #poll(): void {
    this.#askIn(this.#isQuiet() ? QUIET_POLL_MS : POLL_MS);
  }

  #askIn(ms: number): void {
    this.#isWaiting = true;
    this.#host.agenda.later("poll", ms, () => {
      this.#isWaiting = false;
      const answer = this.refresh();
      this.#work = answer.catch(() => undefined);
      void answer.then(() => this.#poll());
    });
  }

  /** Opens the console: the first frame needs none of this. */
  begin(opening: Opening): Promise<void> {
    const begun = this.#begin(opening);
    this.#work = begun.catch(() => undefined);
    return begun;
  }

  async #begin({ select, replay, start, hint }: Opening): Promise<void> {
    if (select !== undefined)
      void this.#host.take((model) => update(changeBoard(model, (board) => moveTo(board, select))));
    if (replay !== undefined) return this.#replay(replay);
    if (start !== undefined) return void this.#host.take((model) => startRun(model, start));
    this.#host.agenda.later("last look", LAST_LOOK_MS, () => void this.#recall());
    // The database is asked first: while it answers, there is time for the journal and the runbooks.
    const refreshed = this.refresh();
    const begun = this.#runs.then(() => this.#host.take((model) => begin(model, hint), SOON));
    await Promise.all([begun, refreshed]);
    this.#poll();
  }

  /** Opens a past run; where the journal has none of that name, the board is what stands there. */
  async #replay(runId: string): Promise<void> {
    await this.#host.take((model) => ask(model, { type: "read replay", run_id: runId, from: "beginning" }));
    await this.refresh();
  }

  async #readRunbooks(): Promise<void> {
    if (this.#host.model().runbooks !== null) return;
    const runbooks = await this.#host.sources.runbooks();
    void this.#host.take((model) => update({ ...model, runbooks }), SOON);
  }

  /** Resolves when nothing is being asked of the sources any more, so that they can be closed. */
  async atRest(): Promise<void> {
    await Promise.all([this.#work, this.#loading, this.#silent.atRest()]);
  }

  /** Asks for targets and runs at once, and from then on again and again. */
  async refresh(): Promise<void> {
    if (this.#gone || !isWanted(this.#host.model())) return;
    // The runbooks before the targets are shown: what can be begun for one is known as soon as it is seen.
    const [answer] = await Promise.all([
      this.#host.sources.board(),
      (this.#runs = this.readRuns()),
      this.#readRunbooks(),
    ]);
    if (this.#gone) return;
    void this.#host.take((model, { nowMs }) =>
      update(
        answer.ok
          ? showTargets(model, answer.value)
          : changeBoard(model, (board) => loseTargets(board, answer.error, nowMs)),
      ),
    );
    if (answer.ok) this.#silent.ask();
    await (answer.ok ? this.#remember() : this.#recall());
    this.#poll();
  }

  /** What the board said last time, while the database has never answered. */
  async #recall(): Promise<void> {
    const { trouble, lastLook } = this.#host.model().board;
    if (this.#gone || trouble === "" || lastLook !== null) return;
    const look = (await this.#host.sources.lastLook?.()) ?? null;
    if (look !== null) void this.#host.take((model) => update(changeBoard(model, (board) => recall(board, look))));
  }

  /** Keeps what it says now for the next time, but for what is hidden from it. */
  async #remember(): Promise<void> {
    const model = this.#host.model();
    if (model.board.filter === "") await this.#host.sources.remember?.(lastLookOf(model, this.#host.timers.now()));
  }

  /** The journal's runs; a run that ends while its console is left asks for them no more. */
  async readRuns(): Promise<void> {
    if (this.#gone) return;
    const answer = this.#host.sources.runs();
    this.#loading = Promise.allSettled([this.#loading, answer]);
    const items = await answer;
    void this.#host.take((model) => update(showRuns(model, items)), SOON);
  }
}
