/**
 * Whether the terminal is light or dark, by its own answer (OSC 11). Its bytes come among the keys, at any time and in any
 * pieces, and are taken out before anybody reads keys: they are never one.
 */
import type { Theme } from "./theme.ts";
import type { Timers } from "./store.ts";

const ESC = "\u001b";
const BEL = "\u0007";
const QUESTION = `${ESC}]11;?${BEL}`;
/** An answer as a whole. */
const ANSWER = new RegExp(`${ESC}\\]11;([0-9a-gr:/]*)(?:${BEL}|${ESC}\\\\)`, "iu");
/** The beginning of one, behind all keys; a lone Esc may be either. */
const BEGINNING = new RegExp(`${ESC}(?:\\](?:1(?:1(?:;[0-9a-gr:/]{0,64}${ESC}?)?)?)?)?$`, "iu");
/** What is left of an answer that goes on as none does: it is dropped, since no person sends such a beginning. */
const TORSO = new RegExp(`${ESC}\\]11;[0-9a-gr:/]*`, "iu");
/** How the rest of an answer begins whose Esc was taken for a key. */
const REST = /^\](?:$|1(?:$|1(?:$|;)))/u;
/** How long an answer may change colours: later somebody reads already. */
const LIMIT_MS = 150;
/** How long an Esc waits for the rest of an answer, and how long after the question it still does. */
const HOLD_MS = 100;
const HOLDING_MS = 5000;

/** Light or dark by the brightness of `rgb:rrrr/gggg/bbbb`; null where that is no such answer. */
export function themeOf(answer: string): Theme | null {
  const parts = /^rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/iu.exec(answer)?.slice(1) ?? [];
  if (parts.length < 3) return null;
  const [red = 0, green = 0, blue = 0] = parts.map((part) => Number.parseInt(part, 16) / (16 ** part.length - 1));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 ? "light" : "dark";
}

/** Takes the answers of a terminal out of what comes from it. */
export class Answers {
  readonly #take: (answer: string) => void;
  #held = "";
  /** Whether the last that was let through was an Esc, which may have been the beginning of an answer. */
  #escaped = false;

  constructor(take: (answer: string) => void) {
    this.#take = take;
  }

  /** Whether an Esc waits that may be a key. */
  get hasEscape(): boolean {
    return this.#held === ESC;
  }

  /** The keys of a piece; what may be the beginning of an answer waits for the next. */
  keysIn(piece: string): string {
    let text = `${this.#escaped && REST.test(piece) ? ESC : this.#held}${piece}`;
    for (let match = ANSWER.exec(text); match !== null; match = ANSWER.exec(text)) {
      this.#take(match[1] ?? "");
      text = text.slice(0, match.index) + text.slice(match.index + match[0].length);
    }
    this.#held = BEGINNING.exec(text)?.[0] ?? "";
    return this.#let(text.slice(0, text.length - this.#held.length).replace(TORSO, ""));
  }

  /** An Esc that waited and was a key after all. What looks more like an answer goes on waiting for its end. */
  release(): string {
    if (!this.hasEscape) return "";
    this.#held = "";
    return this.#let(ESC);
  }

  #let(keys: string): string {
    if (keys !== "") this.#escaped = keys.endsWith(ESC);
    return keys;
  }
}

/** The keyboard of a terminal that is asked for its background. */
export class Background {
  readonly #keyboard: NodeJS.ReadStream;
  readonly #timers: Timers;
  readonly #answers: Answers;
  /** Keys that waited and are due. */
  #due = "";
  #forget = (): void => undefined;
  #asked = 0;
  #isAnswered = false;
  #isLate = false;

  /** `tell`: called with the theme, where the answer came in time. */
  constructor(keyboard: NodeJS.ReadStream, timers: Timers, tell: (theme: Theme) => void) {
    this.#keyboard = keyboard;
    this.#timers = timers;
    this.#answers = new Answers((answer) => {
      const theme = themeOf(answer);
      this.#isAnswered = true;
      if (theme !== null && !this.#isLate) tell(theme);
    });
  }

  /** The keyboard as it is read: without answers. */
  get stdin(): NodeJS.ReadStream {
    const read = (): string | null => this.#read();
    return new Proxy(this.#keyboard, {
      get: (target, name) => {
        if (name === "read") return read;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** Asks the terminal; nobody waits for it. */
  ask(write: (text: string) => void): void {
    this.#asked = this.#timers.now();
    write(QUESTION);
    // What came meanwhile is read before the second one is due: where we were busy ourselves the terminal is not late.
    this.#timers.later(LIMIT_MS, () => void this.#timers.later(0, () => void (this.#isLate = true)));
  }

  #read(): string | null {
    for (;;) {
      const due = this.#due;
      this.#due = "";
      if (due !== "") return due;
      const piece: unknown = this.#keyboard.read();
      if (piece === null) return null;
      this.#forget();
      const keys = this.#answers.keysIn(String(piece));
      if (this.#answers.hasEscape) this.#wait();
      const all = keys + this.#due;
      this.#due = "";
      if (all !== "") return all;
    }
  }

  /** Where an answer is hardly to be expected any more an Esc is a key at once. */
  #wait(): void {
    const isExpected = !this.#isAnswered && this.#timers.now() - this.#asked <= HOLDING_MS;
    if (isExpected) this.#forget = this.#timers.later(HOLD_MS, () => this.#release());
    else this.#due = this.#answers.release();
  }

  #release(): void {
    this.#due += this.#answers.release();
    if (this.#due !== "") this.#keyboard.emit("readable");
  }
}
