/** What the console asks by itself: the VMs and the journal's runs, again and again, until it is left. */
import type { Console } from "./console.ts";
import { openReplay, showLeft } from "./lookups.ts";
import { top } from "./model.ts";
import { SilentParts } from "./silent.ts";

/** How often the board asks again. */
const POLL_MS = 2000;
/** While nobody presses a key and nothing changes it asks less often. */
const QUIET_AFTER_MS = 30_000;
const QUIET_POLL_MS = 10_000;

export class Watch {
  readonly #console: Console;
  readonly #silent: SilentParts;
  #gone = false;
  #lively = 0;
  #work: Promise<void> = Promise.resolve();
  /** What is asked of the journal beside it. */
  #loading: Promise<unknown> = Promise.resolve();

  constructor(console: Console) {
    this.#console = console;
    this.#silent = new SilentParts(console);
  }

  /** Somebody pressed a key, or something changed: for a while it is asked more often. */
  stir(): void {
    this.#lively = this.#console.wish.timers.now();
  }

  /** Nothing more is asked. */
  end(): void {
    this.#gone = true;
  }

  #poll(): void {
    const quiet = this.#console.wish.timers.now() - this.#lively > QUIET_AFTER_MS;
    this.#console.agenda.later("poll", quiet ? QUIET_POLL_MS : POLL_MS, () => {
      const asked = this.refresh();
      this.#work = asked.catch(() => undefined);
      void asked.then(() => this.#poll());
    });
  }

  /** Opens the console: the first frame needs none of this. */
  begin(): Promise<void> {
    const begun = this.#begin();
    this.#work = begun.catch(() => undefined);
    return begun;
  }

  async #begin(): Promise<void> {
    const { open = {}, sources } = this.#console.wish;
    if (open.select !== undefined) this.#console.board({ type: "select", key: open.select });
    if (open.replay !== undefined) return openReplay(this.#console, open.replay);
    if (open.start !== undefined) return this.#console.start(open.start);
    await this.reloadRuns();
    const { items } = this.#console.model.journal;
    const first = items?.find(({ doubts }) => doubts.length > 0) ?? items?.find(({ status }) => status === "left");
    if (first !== undefined) await showLeft(this.#console, first);
    else if (open.hint !== undefined) this.#console.say(open.hint);
    // Before the VMs are there: what can be begun for one is known as soon as it is seen.
    const runbooks = await sources.runbooks();
    this.#console.store.set((model) => ({ ...model, runbooks }));
    if (this.#gone) return;
    await this.refresh();
    this.#poll();
  }

  /** Resolves when nothing is being asked of the sources any more, so that they can be closed. */
  async atRest(): Promise<void> {
    await Promise.all([this.#work, this.#loading, this.#silent.atRest()]);
  }

  async refresh(): Promise<void> {
    if (this.#gone || (top(this.#console.model) !== "board" && this.#console.model.board.trouble !== null)) return;
    await this.reloadRuns();
    if (this.#gone) return;
    const answer = await this.#console.wish.sources.board();
    this.#console.board(
      answer.ok
        ? { type: "loaded", vms: answer.value }
        : { type: "not loaded", why: answer.error, at: this.#console.wish.timers.now() },
    );
    if (answer.ok) this.#silent.ask();
  }

  /** The journal's runs; a run that ends while its console is left asks for them no more. */
  async reloadRuns(): Promise<void> {
    if (this.#gone) return;
    const asked = this.#console.wish.sources.runs();
    this.#loading = Promise.allSettled([this.#loading, asked]);
    const items = await asked;
    this.#console.store.set((model) =>
      JSON.stringify(model.journal.items) === JSON.stringify(items)
        ? model
        : { ...model, journal: { ...model.journal, items } },
    );
  }
}
