/**
 * A person at a plain terminal. One key approves a change, the typed name approves what cannot be undone; Enter alone
 * never does, nothing typed before the question counts, pasted text is refused, and every other key is no.
 */
import {
  APART,
  NOTE_LEAST,
  SEEN,
  type Answer,
  type FailureAnswer,
  type InputQuestion,
  type OperatorPort,
  type Question,
} from "../../engine/operator-port.ts";
import { documentLines } from "../../engine/document-lines.ts";
import { inputLines, questionLines } from "../../engine/question-text.ts";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { clean } from "../../engine/words.ts";
import { safeText } from "../../text/safe-text.ts";
import { lineWidth, type Io } from "../io.ts";
import { wrap } from "./wrap.ts";

/** How long a question stands before a key counts: a key that was on its way belongs to something else. */
const ARMING_MS = 400;
/** How often a name may be typed before the page counts as refused. */
const TRIES = 3;
const [CANCELLED, STOPPED] = ["cancelled at the terminal", "the question does not stand any longer"];
const WITHDRAWN =
  "\nThis question is withdrawn: what it rests on is no longer so, or cannot be looked at. What was typed counts for nothing.\n";
const ANSWERED = "\nThat is seen now; no answer is needed any more.\n";
const GONE = "the terminal went away";
const PASTE_BEGIN = "\u001b[200~";
const PASTE_END = "\u001b[201~";

type Input =
  | { readonly kind: "key"; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "end" }
  | { readonly kind: "stopped" };

/** Reads what arrives as keys: a paste is one thing, an escape sequence is one key. */
function split(chunk: string): Input[] {
  const inputs: Input[] = [];
  let rest = chunk;
  while (rest !== "") {
    if (rest.startsWith(PASTE_BEGIN)) {
      const end = rest.indexOf(PASTE_END);
      inputs.push({ kind: "paste", text: rest.slice(PASTE_BEGIN.length, end < 0 ? undefined : end) });
      rest = end < 0 ? "" : rest.slice(end + PASTE_END.length);
    } else {
      // oxlint-disable-next-line no-control-regex -- an escape sequence begins with ESC
      const key = /^\u001b(\[[0-9;]*[A-Za-z~]|.)?|^./su.exec(rest)?.[0] ?? rest;
      inputs.push({ kind: "key", text: key });
      rest = rest.slice(key.length);
    }
  }
  return inputs;
}

/** Keys of a terminal, one at a time, without echo. Ends when the terminal does. */
class Keys {
  readonly #io: Io;
  readonly #stop: AbortSignal;
  #queue: Input[] = [];
  #wake: (() => void) | null = null;
  #ended = false;

  constructor(io: Io, stop: AbortSignal) {
    this.#io = io;
    this.#stop = stop;
  }

  readonly #take = (data: Buffer | string): void => {
    this.#queue.push(...split(data.toString()));
    this.#wake?.();
  };
  readonly #wakeUp = (): void => this.#wake?.();
  readonly #end = (): void => {
    this.#ended = true;
    this.#wake?.();
  };

  /** Keys one by one, or lines again. A terminal that went away has no modes any more; that is no fault of ours, but its end. */
  #setRaw(isRaw: boolean): void {
    try {
      this.#io.stdin.setRawMode(isRaw);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EIO") throw error;
      this.#end();
    }
  }

  /** Takes the terminal over; what was typed before is thrown away once the question has stood long enough. */
  async open(): Promise<void> {
    const { stdin, out } = this.#io;
    this.#setRaw(true);
    stdin.setEncoding("utf8");
    stdin.on("data", this.#take);
    stdin.on("end", this.#end);
    // So does a terminal that went away tell of it.
    stdin.on("error", this.#end);
    this.#stop.addEventListener("abort", this.#wakeUp);
    stdin.resume();
    out("\u001b[?2004h");
    await new Promise((resolve) => void setTimeout(resolve, ARMING_MS));
    this.#queue = this.#queue.filter((input) => input.kind === "key" && input.text === "\u0003");
  }

  close(): void {
    const { stdin, out } = this.#io;
    out("\u001b[?2004l");
    stdin.off("data", this.#take);
    stdin.off("end", this.#end);
    stdin.off("error", this.#end);
    this.#stop.removeEventListener("abort", this.#wakeUp);
    this.#setRaw(false);
    stdin.pause();
  }

  async next(): Promise<Input> {
    for (;;) {
      if (this.#stop.aborted) return { kind: "stopped" };
      const input = this.#queue.shift();
      if (input !== undefined) return input;
      if (this.#ended) return { kind: "end" };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }
}

/** What was typed before Enter, or why nothing was. */
type Line = { readonly text: string; readonly why?: never } | { readonly text?: never; readonly why: string };

/** What comes in place of a key, and so of a line. */
const NO_KEY: Readonly<Record<Exclude<Input["kind"], "key">, string>> = {
  end: GONE,
  stopped: STOPPED,
  paste: "pasted text does not count; it has to be typed",
};
const ENTER = new Set(["\r", "\n"]);
const CANCEL = new Set(["\u0003", "\u001b"]);
const ERASE = new Set(["\u007f", "\b"]);

/** Reads a typed line with echo. What approves nothing may be pasted as well. */
async function typedLine(keys: Keys, io: Io, isPastable = false): Promise<Line> {
  let text = "";
  for (;;) {
    const input = await keys.next();
    if (input.kind === "paste" && isPastable) {
      text = echoKey(text, input.text.replace(/\s+/gu, " ").trim(), io);
      continue;
    }
    if (input.kind !== "key") return { why: NO_KEY[input.kind] };
    if (ENTER.has(input.text)) return { text };
    if (CANCEL.has(input.text)) return { why: CANCELLED };
    text = echoKey(text, input.text, io);
  }
}

/** The text of a line with one key more, as the terminal shows it. */
function echoKey(text: string, key: string, io: Io): string {
  if (ERASE.has(key)) {
    if (text !== "") io.out("\b \b");
    return Array.from(text).slice(0, -1).join("");
  }
  if (key.startsWith("\u001b") || key < " ") return text;
  io.out(safeText(key));
  return text + key;
}

/** An approval document as plain text of a width, with its title. */
export const documentText = (page: ApprovalDocument, width: number): string[] =>
  [{ text: `=== Approval needed: ${clean(page.title)} ===`, hang: 4 }, ...documentLines(page, width)].flatMap(
    ({ text, hang }) => wrap(text, width, { hang }),
  );

/** The questions of a run at a plain terminal, one after the other. */
class TerminalOperator implements OperatorPort {
  readonly stop: AbortSignal;
  readonly #io: Io;
  readonly #by: string;
  readonly #width: number;

  constructor(io: Io, by: string, stop: AbortSignal) {
    this.#io = io;
    this.#by = by;
    this.#width = lineWidth(io);
    this.stop = stop;
  }

  async #withKeys<T>(withdrawal: AbortSignal | undefined, ask: (keys: Keys) => Promise<T>): Promise<T> {
    const signal = withdrawal === undefined ? this.stop : AbortSignal.any([this.stop, withdrawal]);
    const keys = new Keys(this.#io, signal);
    await keys.open();
    try {
      return await ask(keys);
    } finally {
      keys.close();
      this.#io.out(withdrawal?.aborted === true ? (withdrawal.reason === SEEN ? ANSWERED : WITHDRAWN) : "\n");
    }
  }

  /** Words of the person's own; null when the choice is taken back. */
  async #ownWords(demand: string, withdrawal?: AbortSignal): Promise<string | null> {
    for (;;) {
      this.#io.out(`${demand} (at least ${NOTE_LEAST} characters, then Enter; Esc takes the choice back): `);
      const line = await this.#withKeys(withdrawal, (keys) => typedLine(keys, this.#io));
      if (line.text === undefined) return null;
      const note = line.text.trim();
      if (note.length >= NOTE_LEAST) return note;
      this.#io.out(`That says too little. Nothing was decided. `);
    }
  }

  /** A page that one key approves. */
  async #approveByKey({ digest }: ApprovalDocument, withdrawal?: AbortSignal): Promise<Answer> {
    this.#io.out("Press a to approve; any other key is no: ");
    const input = await this.#withKeys(withdrawal, (keys) => keys.next());
    // A terminal that went away has said nothing, as the page promises: it asks again.
    if (input.kind === "stopped" || input.kind === "end") return { kind: "nobody" };
    const isYes = input.kind === "key" && input.text === "a";
    return isYes
      ? { kind: "approved", method: "key", by: this.#by, digest }
      : { kind: "rejected", says: "no was said at the terminal" };
  }

  /** A page that the name of what it destroys approves. */
  async #approveByName(name: string, digest: string, withdrawal?: AbortSignal): Promise<Answer> {
    this.#io.out(`Type ${safeText(name)} and Enter to approve; Esc is no: `);
    for (let tries = TRIES; ;) {
      const line = await this.#withKeys(withdrawal, (keys) => typedLine(keys, this.#io));
      const answer = this.#answerOf(line, name, digest);
      if (answer !== null) return answer;
      const { text = "", why: reason = "that is not the name that was asked for" } = line;
      // Only a wrong name counts as a try: an empty line or a paste has said nothing.
      if (text !== "") tries -= 1;
      if (tries === 0) return { kind: "rejected", says: reason };
      this.#io.out(`${reason}. Nothing was done. Type ${safeText(name)} and Enter; Esc is no: `);
    }
  }

  /** What a line decides; null: the name may be typed again. */
  #answerOf({ text, why: reason }: Line, name: string, digest: string): Answer | null {
    if (text === name) return { kind: "approved", method: "typed", by: this.#by, digest };
    if (reason === STOPPED || reason === GONE) return { kind: "nobody" };
    return reason === CANCELLED ? { kind: "rejected", says: reason } : null;
  }

  approve(page: ApprovalDocument, withdrawal?: AbortSignal): Promise<Answer> {
    this.#io.out(`\n${documentText(page, this.#width).join("\n")}\n`);
    return page.typed === null
      ? this.#approveByKey(page, withdrawal)
      : this.#approveByName(page.typed, page.digest, withdrawal);
  }

  async choose(question: Question, withdrawal?: AbortSignal): Promise<string | null> {
    if (withdrawal?.aborted === true) return null;
    const lines = questionLines(question).flatMap((line) => wrap(line, this.#width));
    this.#io.out(`\n${lines.join("\n")}\n`);
    const way = question.apart === undefined ? "" : `, or t to decide for each of the ${question.apart} apart`;
    this.#io.out(`Press 1 to ${question.choices.length}${way}; any other key decides nothing and pauses the run: `);
    const input = await this.#withKeys(withdrawal, (keys) => keys.next());
    if (input.kind === "key" && input.text === "t" && question.apart !== undefined) return APART;
    const choice = input.kind === "key" ? question.choices[Number(input.text) - 1] : undefined;
    return choice?.id ?? null;
  }

  async input(question: InputQuestion): Promise<string | null> {
    const lines = inputLines(question).flatMap((line) => wrap(line, this.#width));
    this.#io.out(`\n${lines.join("\n")}\n${clean(question.name)} (Enter gives it, Esc none): `);
    return (await this.#withKeys(undefined, (keys) => typedLine(keys, this.#io, true))).text?.trim() ?? null;
  }

  async failed(question: Question, withdrawal?: AbortSignal): Promise<FailureAnswer> {
    for (;;) {
      const choice = await this.choose(question, withdrawal);
      if (choice === null) return { kind: "later" };
      const demand = question.notes?.[choice];
      if (demand === undefined) return { kind: "decided", choice, note: "" };
      const note = await this.#ownWords(demand, withdrawal);
      if (note !== null) return { kind: "decided", choice, note };
    }
  }
}

/** The operator port of a plain terminal. `by` is the person's login; `stop` ends a question without an answer. */
export const terminalOperator = (io: Io, by: string, stop: AbortSignal): OperatorPort =>
  new TerminalOperator(io, by, stop);

/** Nobody to ask: every question stays open. */
export const nobody = (stop: AbortSignal): OperatorPort => ({
  stop,
  approve: () => Promise.resolve({ kind: "nobody" }),
  choose: () => Promise.resolve(null),
  failed: () => Promise.resolve({ kind: "nobody" }),
  input: () => Promise.resolve(null),
});
