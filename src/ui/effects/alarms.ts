/** Calls somebody who looks elsewhere: once for each thing, and never by taking a key. */
import { alarmOf } from "../alarm.ts";
import { isOver, type Model } from "../model.ts";
import { say, update } from "../update.ts";
import type { Host } from "./host.ts";

/** A question rings once nobody has pressed a key for so long. */
const SILENCE_MS = 10_000;
/** Who has just pressed a key sees the screen. */
const PRESENCE_MS = 3_000;

/** Rings a terminal: by its bell, by a notice of its desktop, in its title. `ring("")` takes the title back. */
export type Ring = (text: string) => void;

export class Alarms {
  readonly #host: Host;
  readonly #ring: Ring;
  #rung = false;
  /** When the last key was pressed. */
  #pressed = 0;
  /** The question that rings where nobody answers it, and its words. */
  #waiting: { readonly question: unknown; readonly text: string } | null = null;

  constructor(host: Host, ring: Ring) {
    this.#host = host;
    this.#ring = ring;
  }

  /** The model has changed. */
  watch(before: Model, model: Model): void {
    const alarm = alarmOf(before, model);
    if (alarm === null) return;
    if (alarm.urgent) return this.#call(alarm.text, this.#host.timers.now() - this.#pressed < PRESENCE_MS);
    this.#waiting = { question: questionOf(model), text: alarm.text };
    this.#wait();
  }

  /** Somebody pressed a key: whoever is there need not be called. */
  stir(): void {
    this.#pressed = this.#host.timers.now();
    if (this.#rung) this.#ring("");
    this.#rung = false;
    if (this.#waiting !== null) this.#wait();
  }

  /** The console is left: the terminal is as it was. */
  end(): void {
    if (this.#rung) this.#ring("");
  }

  #wait(): void {
    this.#host.agenda.later("alarm", SILENCE_MS, () => {
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting !== null && questionOf(this.#host.model()) === waiting.question) this.#call(waiting.text, false);
    });
  }

  #call(text: string, hasSomebody: boolean): void {
    if (!hasSomebody) {
      this.#rung = true;
      this.#ring(text);
    }
    // On the page of the run itself it stands there anyway.
    void this.#host.take((model) => update(isOnScreen(model) ? model : say(model, text, "danger")));
  }
}

/** The question itself: scrolling and typing make new ones of what is around it. */
function questionOf({ run }: Model): unknown {
  const open = run?.question ?? null;
  return open?.kind === "page" ? open.page : open?.question;
}

const isOnScreen = ({ screens, run }: Model): boolean =>
  screens.at(-1) === "run" && run !== null && (run.question !== null || isOver(run));
