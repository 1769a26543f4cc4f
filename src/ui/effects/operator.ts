/** The operator port of the console: a question becomes a screen, a key becomes its answer. */
import type { Answer, FailureAnswer, OperatorPort, StopCause } from "../../engine/operator-port.ts";
import { inputLines } from "../../engine/question-text.ts";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { ARMING_MS } from "../ask/change.ts";
import type { ConsoleQuestion, OpenQuestion } from "../model.ts";

export interface ConsoleOperator extends OperatorPort {
  /** Says yes to the page with that digest. */
  approved(method: "key" | "typed", digest: string): void;
  rejected(says: string): void;
  /** Answers a question; null decides nothing. `note`: the words that a choice needs. */
  chosen(id: string | null, note?: string): void;
  /** Pauses before the next step; a question that is open stays unanswered. */
  stopNow(cause: StopCause): void;
}

export interface OperatorWish {
  readonly by: string;
  readonly now: () => number;
  readonly show: (question: OpenQuestion | null) => void;
}

/** A question that waits for its answer: one at a time. */
class Waiting<T> {
  #resolve: ((answer: T) => void) | null = null;

  ask(): Promise<T> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Answers; `prepare` is done first, where somebody waits at all. */
  answer(answer: T, prepare: () => void): void {
    const resolve = this.#resolve;
    this.#resolve = null;
    if (resolve === null) return;
    prepare();
    resolve(answer);
  }
}

interface Decision {
  readonly choice: string | null;
  readonly note: string;
}

const NOBODY: Answer = { kind: "nobody" };
const LATER: Decision = { choice: null, note: "" };

const answerOf = ({ choice, note }: Decision): FailureAnswer =>
  choice === null ? { kind: "later" } : { kind: "decided", choice, note };

export function consoleOperator({ by, now, show }: OperatorWish): ConsoleOperator {
  const stopping = new AbortController();
  const pages = new Waiting<Answer>();
  const choices = new Waiting<Decision>();
  const hide = (): void => show(null);
  const settle = (answer: Answer): void => pages.answer(answer, hide);
  const decide = (decision: Decision): void => choices.answer(decision, hide);
  /** Asks, unless the run is to stop; a question that is withdrawn leaves the screen with all that was typed. */
  const put = <T>(waiting: Waiting<T>, nothing: T, question: OpenQuestion, withdrawn?: AbortSignal): Promise<T> => {
    if (stopping.signal.aborted || withdrawn?.aborted === true) return Promise.resolve(nothing);
    withdrawn?.addEventListener("abort", () => (settle(NOBODY), decide(LATER)), { once: true });
    const answer = waiting.ask();
    show(question);
    return answer;
  };
  const decision = (question: ConsoleQuestion, withdrawn?: AbortSignal): Promise<Decision> =>
    put(choices, LATER, { kind: "choice", question, armedAt: now() + ARMING_MS, scroll: 0 }, withdrawn);
  return {
    stop: stopping.signal,
    approve: (page: ApprovalDocument, withdrawn) => {
      const open = {
        kind: "page",
        page,
        armedAt: now() + ARMING_MS,
        typed: "",
        scroll: 0,
        openFolds: [],
        sight: null,
      } as const;
      return put(pages, NOBODY, open, withdrawn);
    },
    choose: async (question, withdrawn) => (await decision(question, withdrawn)).choice,
    failed: async (question, withdrawn) => answerOf(await decision(question, withdrawn)),
    input: async (question) => {
      const { name } = question;
      const text = inputLines(question).slice(1).join("\n");
      const { choice, note } = await decision({ gate: name, asks: "input", label: name, question: text, choices: [] });
      return choice === null ? null : note;
    },
    approved: (method, digest) => settle({ kind: "approved", method, by, digest }),
    rejected: (says) => settle({ kind: "rejected", says }),
    chosen: (id, note = "") => decide({ choice: id, note }),
    stopNow: (cause) => {
      stopping.abort(cause);
      settle(NOBODY);
      decide(LATER);
    },
  };
}
