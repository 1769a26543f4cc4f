/** The console without a terminal: model, sources and what the keys do. Ink draws it; tests press its keys. */
import { typeFilter, typeName } from "./ask/keys.ts";
import { reduceAsk, type AskEvent } from "./ask/reduce.ts";
import { pageBelow } from "./ask/view.ts";
import { reduceBoard, type BoardEvent } from "./board/reduce.ts";
import { perform } from "./actions.ts";
import { settledClaim } from "../engine/claims/settled.ts";
import type { RunEvent } from "../engine/events.ts";
import { clean } from "../engine/words.ts";
import { BY_OPERATOR, type StopCause } from "../engine/operator-port.ts";
import type { ActionId } from "./key-binding.ts";
import { pressesIn, type Press } from "./press.ts";
import { bindingFor, unknownKey } from "./keys.ts";
import type { Tone } from "./line.ts";
import { modeOf, newModel, newRun, top, type Model, type OpenQuestion, type Screen } from "./model.ts";
import { consoleOperator, type ConsoleOperator } from "./operator.ts";
import { History } from "./run/history.ts";
import { reduceRun, type RunUiEvent } from "./run/reduce.ts";
import { commandOf, type RunEnd, type SiteInfo, type Sources, type StartRequest } from "./sources.ts";
import { openReplay, readNotes, showLeft } from "./lookups.ts";
import { stopWriting, typeWords, writeMore } from "./writing.ts";
import { createStore, type Store, type Timers } from "./store.ts";
import { UNICODE, type Glyphs, type Look } from "./theme.ts";

/** How often the board asks again, and how often a waiting run shows the time. */
const POLL_MS = 2000;
/** While nobody presses a key and nothing changes it asks less often. */
const QUIET_AFTER_MS = 30_000;
const QUIET_POLL_MS = 10_000;
const TICK_MS = 1000;

export interface ConsoleWish {
  readonly site: SiteInfo;
  readonly sources: Sources;
  readonly timers: Timers;
  readonly glyphs?: Glyphs;
  /** No redrawing only to count seconds. */
  readonly calm?: boolean;
  /** What to open besides the board. */
  readonly open?: {
    readonly start?: StartRequest;
    readonly replay?: string;
    readonly select?: string;
    /** Said in the message line at first. */
    readonly hint?: string;
  };
  /** Hands text to the terminal's clipboard. */
  readonly copy?: (text: string) => void;
  /** Stops the process for Ctrl-Z. */
  readonly suspend: () => void;
}

export class Console {
  readonly store: Store;
  readonly wish: ConsoleWish;
  /** What stays on the normal screen afterwards. */
  readonly farewell: string[] = [];
  exit = 0;
  /** Who gets the words that are being written. */
  written: ((text: string) => void) | null = null;
  size: { columns: number; rows: number } = { columns: 80, rows: 24 };
  /** How each run ended that was driven here, the newest last. */
  #ends: readonly { readonly run: string | null; readonly lines: readonly string[] }[] = [];
  #operator: ConsoleOperator | null = null;
  #running: Promise<void> | null = null;
  #timers = new Map<string, () => void>();
  #gone = false;
  #lively = 0;
  #work: Promise<void> = Promise.resolve();
  #leave: ((exit: number) => void) | null = null;
  readonly left: Promise<number>;

  constructor(wish: ConsoleWish) {
    this.wish = wish;
    this.store = createStore(newModel(wish.site), wish.timers);
    this.left = new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  get model(): Model {
    return this.store.get();
  }
  get operator(): ConsoleOperator | null {
    return this.#operator;
  }
  /** Whether a run is being driven here and now. */
  get driving(): boolean {
    return this.#running !== null;
  }

  look(): Look {
    return { ...this.size, glyphs: this.wish.glyphs ?? UNICODE, now: this.wish.timers.now() };
  }

  // ---- changes of the model

  say(text: string, tone: Tone = "plain"): void {
    this.store.set((model) =>
      model.message.text === text ? model : { ...model, message: { text: clean(text), tone } },
    );
  }
  show(screen: Screen): void {
    this.store.set((model) => ({
      ...model,
      screens: [...model.screens, screen],
      message: { text: "", tone: "plain" },
    }));
  }
  back(): void {
    this.store.set((model) => ({
      ...model,
      screens: model.screens.length > 1 ? model.screens.slice(0, -1) : model.screens,
    }));
  }
  /** What the first frame did not wait for: speed of a lab, banners. */
  setSite(site: SiteInfo): void {
    this.store.set((model) => ({ ...model, site }));
  }
  board(event: BoardEvent): void {
    this.store.set((model) => {
      const board = reduceBoard(model.board, event);
      if (board !== model.board) this.#lively = this.wish.timers.now();
      return board === model.board ? model : { ...model, board };
    });
  }
  run(event: RunUiEvent, soon = false): void {
    this.store.set((model) => {
      if (top(model) === "replay" && model.replay !== null) return { ...model, replay: reduceRun(model.replay, event) };
      return model.run === null ? model : { ...model, run: reduceRun(model.run, event) };
    }, soon);
  }
  ask(event: AskEvent): void {
    this.store.set((model) => {
      if (model.run?.question === null || model.run === null) return model;
      return { ...model, run: { ...model.run, question: reduceAsk(model.run.question, event) } };
    });
    this.#rearm();
  }

  // ---- keys

  /** One press: looked up in the key table, refused with its reason, or carried out. */
  press(press: Press): void {
    this.#lively = this.wish.timers.now();
    const mode = modeOf(this.model);
    if (this.model.message.text !== "") this.say("");
    if (mode === "typed" && typeName(this, press)) return;
    if (mode === "filter" && typeFilter(this, press)) return;
    if (mode === "writing" && typeWords(this, press)) return;
    const binding = bindingFor(mode, press.key);
    if (binding === undefined) {
      if (mode === "approval" || mode === "decision") this.ask({ type: "ignored", at: this.wish.timers.now() });
      return this.say(unknownKey(mode, press.key), "waiting");
    }
    const can = binding.enabled?.(this.model) ?? true;
    if (can === true) perform(this, binding.id, press);
    else this.say(can, "waiting");
  }

  /** Characters that came in one piece: one after the other where that is harmless, as one where a question is open. */
  type(text: string): void {
    const mode = modeOf(this.model);
    if (mode === "approval" || mode === "decision") this.ask({ type: "ignored", at: this.wish.timers.now() });
    else if (mode === "typed") this.press({ key: "", text });
    else for (const press of pressesIn(text)) this.press(press);
  }

  /** Pasted text: it never confirms anything; only the filter takes it. */
  paste(text: string): void {
    const mode = modeOf(this.model);
    if (mode === "filter") typeFilter(this, { key: "", text: text.replace(/\s+/gu, " ") });
    else if (mode === "writing") writeMore(this, text);
    else {
      if (this.model.run?.question !== null) this.ask({ type: "pasted", at: this.wish.timers.now() });
      this.say("pasted text does not count here; it has to be typed", "waiting");
    }
  }

  // ---- time

  /** Does something later, once under each name, and never after the console was left. */
  later(name: string, ms: number, then: () => void): void {
    if (this.#gone) return;
    this.#timers.get(name)?.();
    this.#timers.set(name, this.wish.timers.later(ms, then));
  }

  /** Draws once more when the open question begins to listen. */
  #rearm(): void {
    const armedAt = this.model.run?.question?.armedAt;
    const wait = (armedAt ?? 0) - this.wish.timers.now();
    if (armedAt !== undefined && wait > 0) this.later("arm", wait + 5, () => this.store.tick());
  }

  #tick(): void {
    this.later("tick", TICK_MS, () => {
      if (!this.driving) return;
      void readNotes(this);
      if (this.model.run?.question === null && this.wish.calm !== true) this.store.tick();
      this.#tick();
    });
  }

  #poll(): void {
    const quiet = this.wish.timers.now() - this.#lively > QUIET_AFTER_MS;
    this.later("poll", quiet ? QUIET_POLL_MS : POLL_MS, () => {
      const asked = this.refresh();
      this.#work = asked.catch(() => undefined);
      void asked.then(() => this.#poll());
    });
  }

  // ---- sources

  /** Opens the console: the first frame needs none of this. */
  begin(): Promise<void> {
    const begun = this.#begin();
    this.#work = begun.catch(() => undefined);
    return begun;
  }

  async #begin(): Promise<void> {
    const { open = {}, sources } = this.wish;
    if (open.select !== undefined) this.board({ type: "select", key: open.select });
    if (open.replay !== undefined) return openReplay(this, open.replay);
    if (open.start !== undefined) return this.start(open.start);
    await this.reloadRuns();
    const { items } = this.model.journal;
    const first = items?.find(({ doubts }) => doubts.length > 0) ?? items?.find(({ status }) => status === "left");
    if (first !== undefined) await showLeft(this, first);
    else if (open.hint !== undefined) this.say(open.hint);
    await this.refresh();
    this.#poll();
    if (this.#gone) return;
    const runbooks = await sources.runbooks();
    this.store.set((model) => ({ ...model, runbooks }));
  }

  /** Resolves when nothing is being asked of the sources any more, so that they can be closed. */
  atRest(): Promise<void> {
    return this.#work;
  }

  async refresh(): Promise<void> {
    if (this.#gone || (top(this.model) !== "board" && this.model.board.trouble !== null)) return;
    await this.reloadRuns();
    if (this.#gone) return;
    const answer = await this.wish.sources.board();
    this.board(
      answer.ok
        ? { type: "loaded", vms: answer.value }
        : { type: "not loaded", why: answer.error, at: this.wish.timers.now() },
    );
  }

  async reloadRuns(): Promise<void> {
    const items = await this.wish.sources.runs();
    this.store.set((model) =>
      JSON.stringify(model.journal.items) === JSON.stringify(items)
        ? model
        : { ...model, journal: { ...model.journal, items } },
    );
  }

  // ---- runs

  /** Begins or takes up a run and shows it; one at a time. */
  start(request: StartRequest): void {
    if (this.driving) return this.say("a run is going on already", "waiting");
    const title =
      request.kind === "resume" ? `Taking run ${request.run_id} up again` : "Preparing: locks, journal, first look";
    const history = new History();
    const operator = consoleOperator({
      by: this.wish.site.operator,
      now: () => this.wish.timers.now(),
      show: (question) => this.#question(question),
    });
    this.#operator = operator;
    this.store.set((model) => ({
      ...model,
      run: newRun("driving", title, history),
      left: null,
      board: {
        ...model.board,
        selected: model.board.selected ?? (request.kind === "new" ? (request.keys[0] ?? null) : null),
      },
      screens: [...model.screens.filter((screen) => screen === "board" || screen === "journal"), "run"],
      message: { text: "", tone: "plain" },
    }));
    const hooks = {
      operator,
      onEvent: (event: RunEvent, past: boolean): void => {
        history.push(event);
        this.moreOfRun();
        if (!past) this.#sayWhatBecame(event);
      },
      onNotice: (notice: string): void =>
        this.store.set((model) => (model.run === null ? model : { ...model, run: { ...model.run, notice } })),
    };
    this.#running = this.wish.sources.start(request, hooks).then((end) => this.#ended(end));
    this.#tick();
  }

  /** What became of a doubt is one sentence that stays until a key is pressed: the log scrolls on. */
  #sayWhatBecame(event: RunEvent): void {
    const state = this.model.run?.history.stateAt(this.model.run.history.length) ?? null;
    if (state === null || (event.type !== "step.reconciled" && event.type !== "operator.resolved")) return;
    const { kind, message } = settledClaim(state, event);
    this.say(message, kind === "unknown" ? "unknown" : "plain");
  }

  /** The run that is driven here has more events than it shows. */
  moreOfRun(): void {
    this.store.set(
      (model) => (model.run === null ? model : { ...model, run: reduceRun(model.run, { type: "more" }) }),
      true,
    );
  }

  #question(question: OpenQuestion | null): void {
    stopWriting(this);
    this.store.set((model) =>
      model.run === null ? model : { ...model, run: { ...reduceRun(model.run, { type: "more" }), question } },
    );
    if (question?.kind === "page" && pageBelow(question, this.look()).last === 0) this.ask({ type: "seen" });
    this.#rearm();
  }

  async #ended(end: RunEnd): Promise<void> {
    this.#running = null;
    this.#operator = null;
    this.exit = end.exit;
    // What a run that was taken up again had said at its earlier end is no longer true.
    const said = { run: this.model.run?.state?.run_id ?? null, lines: [end.refused, ...end.lines].filter(Boolean) };
    this.#ends = [...this.#ends.filter(({ run }) => run === null || run !== said.run), said];
    this.farewell.splice(0, Infinity, ...this.#ends.flatMap(({ lines }) => lines));
    this.store.set((model) =>
      model.run === null
        ? model
        : {
            ...model,
            run: { ...reduceRun(model.run, { type: "follow" }), ended: end, question: null },
            board: { ...model.board, marked: [] },
            screens: model.screens.filter((screen) => screen !== "leave"),
          },
    );
    if (end.refused !== "") this.say(end.refused, "danger");
    await this.reloadRuns();
  }

  /** Pauses the run after the step that is under way; at a question at once. */
  pause(cause: StopCause = BY_OPERATOR): void {
    this.#operator?.stopNow(cause);
    this.store.set((model) => (model.run === null ? model : { ...model, run: { ...model.run, stopping: true } }));
  }

  /** Waits until a driven run has stopped, at most `ms`. */
  async settled(ms: number): Promise<boolean> {
    if (this.#running === null) return true;
    let undo = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      undo = this.wish.timers.later(ms, () => resolve(false));
    });
    const done = await Promise.race([this.#running.then(() => true), late]);
    undo();
    return done;
  }

  /** What stays on the normal screen of a run that is left while a step of it runs. */
  sayLeft(): void {
    const run = this.model.run?.state?.run_id;
    if (this.driving && run !== undefined)
      this.farewell.push(
        `left at once; look what became of it with:\n  ${commandOf(this.model.site, `resume ${run}`)}`,
      );
  }

  /** Ends the console; what was printed in the alternate screen is gone, the farewell stays. */
  quit(exit = this.exit): void {
    this.#gone = true;
    for (const undo of this.#timers.values()) undo();
    this.#timers.clear();
    this.#leave?.(exit);
  }

  act(id: ActionId): void {
    perform(this, id, { key: "", text: "" });
  }
}
