/**
 * A person at a plain terminal. One key approves a change, the typed name approves what cannot be undone; Enter alone
 * never does, nothing typed before the question counts, pasted text is refused, and every other key is no.
 */
import { NOTE_LEAST, type FailureAnswer, type OperatorPort, type Question } from "../../engine/operator-port.ts";
import { documentLines } from "../../engine/document-lines.ts";
import { questionLines } from "../../engine/question-text.ts";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { clean } from "../../engine/words.ts";
import { safeText } from "../../text/safe-text.ts";
import type { Io } from "../io.ts";

/** How long a question stands before a key counts: a key that was on its way belongs to something else. */
const ARMING_MS = 400;
/** How often a name may be typed before the page counts as refused. */
const TRIES = 3;
const CANCELLED = "cancelled at the terminal";
const STOPPED = "the question does not stand any longer";
const WITHDRAWN =
  "\nThis question is withdrawn: what it rests on is no longer so, or cannot be looked at. What was typed counts for nothing.\n";
const GONE = "the terminal went away";
const PASTE_BEGIN = "\u001b[200~";
const PASTE_END = "\u001b[201~";

type Input =
  | { readonly kind: "key"; readonly text: string }
  | { readonly kind: "paste" }
  | { readonly kind: "end" }
  | { readonly kind: "stopped" };

/** Reads what arrives as keys: a paste is one thing, an escape sequence is one key. */
function split(chunk: string): Input[] {
  const inputs: Input[] = [];
  let rest = chunk;
  while (rest !== "") {
    if (rest.startsWith(PASTE_BEGIN)) {
      const end = rest.indexOf(PASTE_END);
      inputs.push({ kind: "paste" });
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

  /** Takes the terminal over; what was typed before is thrown away once the question has stood long enough. */
  async open(): Promise<void> {
    const { stdin, out } = this.#io;
    stdin.setRawMode(true);
    stdin.setEncoding("utf8");
    stdin.on("data", this.#take);
    stdin.on("end", this.#end);
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
    this.#stop.removeEventListener("abort", this.#wakeUp);
    stdin.setRawMode(false);
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

/** Reads a typed line with echo. null: cancelled or pasted. */
async function typedLine(keys: Keys, io: Io): Promise<{ text: string } | { why: string }> {
  let text = "";
  for (;;) {
    const input = await keys.next();
    if (input.kind === "end") return { why: GONE };
    if (input.kind === "stopped") return { why: STOPPED };
    if (input.kind === "paste") return { why: "pasted text does not count; it has to be typed" };
    const { text: key } = input;
    if (key === "\r" || key === "\n") return { text };
    if (key === "\u0003" || key === "\u001b") return { why: CANCELLED };
    if (key === "\u007f" || key === "\b") {
      if (text !== "") io.out("\b \b");
      text = Array.from(text).slice(0, -1).join("");
    } else if (!key.startsWith("\u001b") && key >= " ") {
      text += key;
      io.out(safeText(key));
    }
  }
}

/**
 * Breaks a line between words, the rest under the text it belongs to (or `hang` columns in): a name cut in two is a name
 * misread.
 */
export function wrap(line: string, width: number, hang?: number): string[] {
  const under = hang ?? /^ *(\d+\. |\d+  )?/u.exec(line)?.[0].length ?? 0;
  const indent = " ".repeat(Math.min(under, Math.floor(width / 2)));
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const cut = rest.lastIndexOf(" ", width);
    const at = cut > indent.length ? cut : width;
    lines.push(rest.slice(0, at));
    rest = indent + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

/** An approval document as plain text of a width, with its title. */
export const documentText = (page: ApprovalDocument, width: number): string[] =>
  [{ text: `=== Approval needed: ${clean(page.title)} ===`, hang: 4 }, ...documentLines(page, width)].flatMap(
    ({ text, hang }) => wrap(text, width, hang),
  );

/** The operator port of a plain terminal. `by` is the person's login; `stop` ends a question without an answer. */
export function terminalOperator(io: Io, by: string, stop: AbortSignal): OperatorPort {
  const width = Math.max(40, process.stdout.columns ?? 80);
  const show = (lines: readonly string[]): void =>
    io.out(`\n${lines.flatMap((line) => wrap(line, width)).join("\n")}\n`);
  const withKeys = async <T>(withdrawn: AbortSignal | undefined, ask: (keys: Keys) => Promise<T>): Promise<T> => {
    const keys = new Keys(io, withdrawn === undefined ? stop : AbortSignal.any([stop, withdrawn]));
    await keys.open();
    try {
      return await ask(keys);
    } finally {
      keys.close();
      io.out(withdrawn?.aborted === true ? WITHDRAWN : "\n");
    }
  };
  const choose = async (question: Question, withdrawn?: AbortSignal): Promise<string | null> => {
    if (withdrawn?.aborted === true) return null;
    show(questionLines(question));
    io.out(`Press 1 to ${question.choices.length}; any other key decides nothing and pauses the run: `);
    const input = await withKeys(withdrawn, (keys) => keys.next());
    const picked = input.kind === "key" ? question.choices[Number(input.text) - 1] : undefined;
    return picked?.id ?? null;
  };
  /** Words of the person's own; null when the choice is taken back. */
  const ownWords = async (wanted: string, withdrawn?: AbortSignal): Promise<string | null> => {
    for (;;) {
      io.out(`${wanted} (at least ${NOTE_LEAST} characters, then Enter; Esc takes the choice back): `);
      const line = await withKeys(withdrawn, (keys) => typedLine(keys, io));
      if (!("text" in line)) return null;
      const note = line.text.trim();
      if (note.length >= NOTE_LEAST) return note;
      io.out(`That says too little. Nothing was decided. `);
    }
  };
  return {
    stop,
    approve: async (page, withdrawn) => {
      const { digest } = page;
      io.out(`\n${documentText(page, width).join("\n")}\n`);
      if (page.typed === null) {
        io.out("Press a to approve; any other key is no: ");
        const input = await withKeys(withdrawn, (keys) => keys.next());
        if (input.kind === "stopped") return { kind: "nobody" };
        const yes = input.kind === "key" && input.text === "a";
        return yes
          ? { kind: "approved", method: "key", by, digest }
          : { kind: "rejected", says: "no was said at the terminal" };
      }
      io.out(`Type ${safeText(page.typed)} and Enter to approve; Esc is no: `);
      for (let left = TRIES; ;) {
        const line = await withKeys(withdrawn, (keys) => typedLine(keys, io));
        if ("text" in line && line.text === page.typed) return { kind: "approved", method: "typed", by, digest };
        const why = "why" in line ? line.why : "that is not the name that was asked for";
        if (why === STOPPED) return { kind: "nobody" };
        // Only a wrong name counts as a try: an empty line or a paste has said nothing.
        if ("text" in line && line.text !== "") left -= 1;
        if (left === 0 || why === CANCELLED || why === GONE) return { kind: "rejected", says: why };
        io.out(`${why}. Nothing was done. Type ${safeText(page.typed)} and Enter; Esc is no: `);
      }
    },
    choose,
    failed: async (question, withdrawn): Promise<FailureAnswer> => {
      for (;;) {
        const choice = await choose(question, withdrawn);
        if (choice === null) return { kind: "later" };
        const wanted = question.notes?.[choice];
        if (wanted === undefined) return { kind: "decided", choice, note: "" };
        const note = await ownWords(wanted, withdrawn);
        if (note !== null) return { kind: "decided", choice, note };
      }
    },
  };
}

/** Nobody to ask: every question stays open. */
export const nobody = (stop: AbortSignal): OperatorPort => ({
  stop,
  approve: () => Promise.resolve({ kind: "nobody" }),
  choose: () => Promise.resolve(null),
  failed: () => Promise.resolve({ kind: "nobody" }),
});
