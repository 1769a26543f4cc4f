/** The operator port of the console: a question becomes a screen, a key becomes its answer. */
import type { Answer, FailureAnswer, OperatorPort, Question, StopCause } from "../../engine/operator-port.ts";
import type { ApprovalDocument } from "../../engine/approval-document.ts";
import { ARMING_MS } from "../ask/change.ts";
import type { OpenQuestion } from "../model.ts";

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

export function consoleOperator({ by, now, show }: OperatorWish): ConsoleOperator {
  const stopping = new AbortController();
  let answer: ((answer: Answer) => void) | null = null;
  let choose: ((choice: string | null, note: string) => void) | null = null;
  /** Asks, unless the run is to stop; a question that is withdrawn leaves the screen with all that was typed. */
  const put = <T>(
    nothing: T,
    withdrawn: AbortSignal | undefined,
    ask: (resolve: (with_: T) => void) => void,
  ): Promise<T> => {
    if (stopping.signal.aborted || withdrawn?.aborted === true) return Promise.resolve(nothing);
    withdrawn?.addEventListener("abort", () => (settle({ kind: "nobody" }), decide(null)), { once: true });
    return new Promise(ask);
  };
  const settle = (with_: Answer): void => {
    const waiting = answer;
    answer = null;
    if (waiting !== null) show(null);
    waiting?.(with_);
  };
  const decide = (id: string | null, note = ""): void => {
    const waiting = choose;
    choose = null;
    if (waiting !== null) show(null);
    waiting?.(id, note);
  };
  return {
    stop: stopping.signal,
    approve: (page: ApprovalDocument, withdrawn) =>
      put<Answer>({ kind: "nobody" }, withdrawn, (resolve) => {
        answer = resolve;
        show({ kind: "page", page, armedAt: now() + ARMING_MS, typed: "", scroll: 0, seen: false });
      }),
    choose: (question: Question, withdrawn) =>
      put<string | null>(null, withdrawn, (resolve) => {
        choose = resolve;
        show({ kind: "choice", question, armedAt: now() + ARMING_MS, scroll: 0 });
      }),
    failed: (question: Question, withdrawn) =>
      put<FailureAnswer>({ kind: "later" }, withdrawn, (resolve) => {
        choose = (choice, note) => resolve(choice === null ? { kind: "later" } : { kind: "decided", choice, note });
        show({ kind: "choice", question, armedAt: now() + ARMING_MS, scroll: 0 });
      }),
    approved: (method, digest) => settle({ kind: "approved", method, by, digest }),
    rejected: (says) => settle({ kind: "rejected", says }),
    chosen: decide,
    stopNow: (cause) => {
      stopping.abort(cause);
      settle({ kind: "nobody" });
      decide(null);
    },
  };
}
