/**
 * The console without a terminal: it holds the model, and carries out what the changes of it ask for. Ink draws it; tests
 * press its keys.
 */
import type { StopCause } from "../engine/operator-port.ts";
import { withFoot } from "./answers/view.ts";
import { isNews } from "./board/change.ts";
import { ignoreKey } from "./ask/act.ts";
import { changeQuestion } from "./ask/change.ts";
import { seeQuestion } from "./ask/view.ts";
import type { Effect } from "./effect.ts";
import { Agenda } from "./effects/agenda.ts";
import { Alarms, type Ring } from "./effects/alarms.ts";
import { carry, type Reach } from "./effects/carry.ts";
import { Drive } from "./effects/drive.ts";
import type { Host } from "./effects/host.ts";
import { Poll, type Opening } from "./effects/poll.ts";
import { isAsked, pasteText, pressKey } from "./input.ts";
import { modeOf } from "./mode.ts";
import { isDriving, top, type Model } from "./model.ts";
import { newModel } from "./new-model.ts";
import type { Reader } from "./read/text.ts";
import type { Order } from "./order.ts";
import { pressesIn, type Press } from "./press.ts";
import { pause, tellLeft } from "./start.ts";
import { wordsOf, type SiteInfo, type Sources } from "./sources.ts";
import { createStore, type Store, type Timers } from "./store.ts";
import { UNICODE, type Glyphs, type Look, type Theme } from "./theme.ts";
import { update, type ModelChange } from "./update.ts";

export interface ConsoleWish {
  readonly site: SiteInfo;
  readonly sources: Sources;
  readonly timers: Timers;
  readonly glyphs?: Glyphs;
  /** The terminal's background; null asks the terminal. */
  readonly theme?: Theme | null;
  /** No redrawing only since a limit of time was crossed. */
  readonly calm?: boolean;
  readonly open?: Opening;
  /** Hands text to the terminal's clipboard. */
  readonly copy?: (text: string) => void;
  /** Hands the terminal to the program that the person reads with. */
  readonly reader?: Reader;
  /** Calls somebody who looks elsewhere; '' once somebody is there. */
  readonly ring?: Ring;
  /** The order of the lists as the last console left it. */
  readonly order?: Partial<Order>;
  /** Keeps it for the next one. */
  readonly remember?: (order: Partial<Order>) => void;
  /** Stops the process for Ctrl-Z. */
  readonly suspend: () => void;
}

const armedAt = ({ run }: Model): number | null => run?.question?.armedAt ?? null;

const inOrder = (model: Model, { sort = model.board.sort, group = model.journal.group }: Partial<Order>): Model => ({
  ...model,
  board: { ...model.board, sort },
  journal: { ...model.journal, group },
});

export class Console {
  readonly store: Store;
  readonly #wish: ConsoleWish;
  readonly #reach: Reach;
  readonly #alarms: Alarms;
  size: { columns: number; rows: number } = { columns: 80, rows: 24 };
  /** Draws every cell of the window; whoever draws sets it. */
  redraw: () => void = () => undefined;
  #leave: ((exit: number) => void) | null = null;
  /** Resolves with the exit code once the person has left. */
  readonly left: Promise<number>;

  constructor(wish: ConsoleWish) {
    this.#wish = wish;
    const { site, timers, open, copy, reader, remember, suspend, ring = () => undefined } = wish;
    const single = open?.start !== undefined || open?.replay !== undefined;
    const model = inOrder(
      newModel(site, {
        single,
        clipboard: copy !== undefined,
        reader: reader !== undefined,
        theme: wish.theme ?? "any",
      }),
      wish.order ?? {},
    );
    this.store = createStore(model, timers);
    this.left = new Promise((resolve) => {
      this.#leave = resolve;
    });
    const host = this.#host();
    this.#alarms = new Alarms(host, ring);
    this.#reach = {
      host,
      drive: new Drive(host),
      poll: new Poll(host),
      copy: (text) => copy?.(text),
      reader: (text) => reader?.(text) ?? Promise.resolve(""),
      remember: (order) => remember?.(order),
      suspend,
      redraw: () => this.redraw(),
      quit: (exit) => this.quit(exit),
    };
  }

  #host(): Host {
    const { sources, timers, calm = false } = this.#wish;
    return {
      sources,
      timers,
      calm,
      agenda: new Agenda(timers),
      model: () => this.model,
      take: (change, soon) => this.take(change, soon),
      draw: () => this.store.tick(),
    };
  }

  get model(): Model {
    return this.store.get();
  }
  /** What stays on the normal screen afterwards. */
  get farewell(): readonly string[] {
    return this.model.session.farewell.flatMap(({ lines }) => lines);
  }
  /** The exit code of the run that was driven last. */
  get exit(): number {
    return this.model.session.exit;
  }
  /** Whether a run is being driven here and now. */
  get driving(): boolean {
    return isDriving(this.model);
  }

  look(): Look {
    const { glyphs = UNICODE, timers } = this.#wish;
    return withFoot(this.model, { ...this.size, glyphs, words: wordsOf(this.model.site), nowMs: timers.now() });
  }

  /** Changes the model and carries out what the change asks for; resolves when that is answered. */
  take(change: ModelChange, soon = false): Promise<void> {
    const previous = this.model;
    const { model, effects } = change(previous, this.look());
    this.store.set(() => model, soon);
    if (isNews(previous.board, model.board)) this.#reach.poll.stir();
    if (armedAt(model) !== armedAt(previous)) this.#rearm();
    this.#alarms.watch(previous, model);
    return this.#carry(effects);
  }

  async #carry(effects: readonly Effect[]): Promise<void> {
    await Promise.all(effects.map((effect) => carry(effect, this.#reach)));
  }

  /** Draws once more when the open question begins to listen. */
  #rearm(): void {
    const { agenda, timers, draw } = this.#reach.host;
    const wait = (armedAt(this.model) ?? 0) - timers.now();
    if (wait > 0) agenda.later("arm", wait + 5, draw);
  }

  /** The window has another size: what an open question shows in it is on the screen from now on. */
  lookAgain(): void {
    void this.take((model, look) =>
      update(top(model) === "run" ? changeQuestion(model, (question) => seeQuestion(question, look)) : model),
    );
  }

  /** What the first frame did not wait for: speed of a lab, banners. */
  setSite(site: SiteInfo): void {
    void this.take((model) => update({ ...model, site }), true);
  }

  /** The colours for a background. */
  setTheme(theme: Theme): void {
    void this.take((model) => update({ ...model, session: { ...model.session, theme } }));
  }

  /** One press of a key. */
  press(press: Press): void {
    this.#reach.poll.stir();
    this.#alarms.stir();
    void this.take((model, look) => pressKey(model, press, look));
  }

  /** Characters that came in one piece: one after the other where that is harmless, as one where a question is open. */
  type(text: string): void {
    if (isAsked(this.model)) void this.take((model, look) => update(ignoreKey(model, look)));
    else if (modeOf(this.model) === "typed") this.press({ key: "", text });
    else for (const press of pressesIn(text)) this.press(press);
  }

  /** Pasted text. */
  paste(text: string): void {
    void this.take((model, look) => pasteText(model, text, look));
  }

  /** Opens the console: the first frame needs none of this. */
  begin(): Promise<void> {
    return this.#reach.poll.begin(this.#wish.open ?? {});
  }

  /** Resolves when nothing is being asked of the sources any more, so that they can be closed. */
  atRest(): Promise<void> {
    return this.#reach.poll.atRest();
  }

  /** Pauses the run after the step that is under way; at a question at once. */
  pause(cause: StopCause): void {
    void this.take((model) => pause(model, cause));
  }

  /** Waits until a driven run has stopped, at most `ms`. */
  settled(ms: number): Promise<boolean> {
    return this.#reach.drive.settled(ms);
  }

  /** What stays on the normal screen of a run that is left while a step of it runs. */
  sayLeft(): void {
    void this.take((model) => update(tellLeft(model)));
  }

  /** Ends the console; what was printed in the alternate screen is gone, the farewell stays. */
  quit(exit = this.exit): void {
    this.#reach.poll.end();
    this.#reach.host.agenda.end();
    this.#alarms.end();
    this.#leave?.(exit);
  }
}
