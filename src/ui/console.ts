/** The console without a terminal: model, sources and what the keys do. Ink draws it; tests press its keys. */
import { typeFilter, typeName } from "./ask/keys.ts";
import { reduceAsk, type AskEvent } from "./ask/reduce.ts";
import { reduceBoard, type BoardEvent } from "./board/reduce.ts";
import { perform } from "./actions.ts";
import { clean } from "../engine/words.ts";
import { BY_OPERATOR, type StopCause } from "../engine/operator-port.ts";
import type { ActionId } from "./key-binding.ts";
import { pressesIn, type Press } from "./press.ts";
import { bindingFor, unknownKey } from "./keys.ts";
import type { Tone } from "./line.ts";
import { Agenda } from "./agenda.ts";
import { Drive } from "./drive.ts";
import { modeOf, newModel, top, type Model, type Screen } from "./model.ts";
import type { ConsoleOperator } from "./operator.ts";
import { reduceRun, type RunUiEvent } from "./run/reduce.ts";
import type { SiteInfo, Sources, StartRequest } from "./sources.ts";
import { readNotes } from "./lookups.ts";
import { Watch } from "./watch.ts";
import { typeWords, writeMore } from "./writing.ts";
import { createStore, type Store, type Timers } from "./store.ts";
import { UNICODE, type Glyphs, type Look } from "./theme.ts";

/** How often a waiting run shows the time. */
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
  exit = 0;
  /** Who gets the words that are being written. */
  written: ((text: string) => void) | null = null;
  size: { columns: number; rows: number } = { columns: 80, rows: 24 };
  readonly #drive: Drive = new Drive(this);
  readonly agenda: Agenda;
  readonly #watch = new Watch(this);
  #leave: ((exit: number) => void) | null = null;
  readonly left: Promise<number>;

  constructor(wish: ConsoleWish) {
    this.wish = wish;
    this.store = createStore(newModel(wish.site), wish.timers);
    this.agenda = new Agenda(wish.timers);
    this.left = new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  get model(): Model {
    return this.store.get();
  }
  /** What stays on the normal screen afterwards. */
  get farewell(): string[] {
    return this.#drive.farewell;
  }
  get operator(): ConsoleOperator | null {
    return this.#drive.operator;
  }
  /** Whether a run is being driven here and now. */
  get driving(): boolean {
    return this.#drive.running;
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
      if (board !== model.board) this.#watch.stir();
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
    this.rearm();
  }

  // ---- keys

  /** One press: looked up in the key table, refused with its reason, or carried out. */
  press(press: Press): void {
    this.#watch.stir();
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

  /** Draws once more when the open question begins to listen. */
  rearm(): void {
    const armedAt = this.model.run?.question?.armedAt;
    const wait = (armedAt ?? 0) - this.wish.timers.now();
    if (armedAt !== undefined && wait > 0) this.agenda.later("arm", wait + 5, () => this.store.tick());
  }

  /** Draws the seconds of a run that is driven here, and what others wrote into it. */
  tick(): void {
    this.agenda.later("tick", TICK_MS, () => {
      if (!this.driving) return;
      void readNotes(this);
      if (this.model.run?.question === null && this.wish.calm !== true) this.store.tick();
      this.tick();
    });
  }

  /** Opens the console: the first frame needs none of this. */
  begin(): Promise<void> {
    return this.#watch.begin();
  }

  /** Asks for VMs and runs at once. */
  refresh(): Promise<void> {
    return this.#watch.refresh();
  }

  /** Asks for the journal's runs at once. */
  reloadRuns(): Promise<void> {
    return this.#watch.reloadRuns();
  }

  /** Resolves when nothing is being asked of the sources any more, so that they can be closed. */
  atRest(): Promise<void> {
    return this.#watch.atRest();
  }

  // ---- runs

  /** Begins or takes up a run and shows it; one at a time. */
  start(request: StartRequest): void {
    this.#drive.start(request);
  }

  /** Calls back when a run that is over was put away; false when there is none to wait for. */
  readonly afterwards = (then: () => void): boolean => this.#drive.afterwards(then);

  /** The run that is driven here has more events than it shows. */
  moreOfRun(): void {
    this.#drive.more();
  }

  /** Pauses the run after the step that is under way; at a question at once. */
  pause(cause: StopCause = BY_OPERATOR): void {
    this.#drive.pause(cause);
  }

  /** Waits until a driven run has stopped, at most `ms`. */
  settled(ms: number): Promise<boolean> {
    return this.#drive.settled(ms);
  }

  /** What stays on the normal screen of a run that is left while a step of it runs. */
  sayLeft(): void {
    this.#drive.sayLeft();
  }

  /** Ends the console; what was printed in the alternate screen is gone, the farewell stays. */
  quit(exit = this.exit): void {
    this.#watch.end();
    this.agenda.end();
    this.#leave?.(exit);
  }

  act(id: ActionId): void {
    perform(this, id, { key: "", text: "" });
  }
}
