/** The door to the person who decides. A terminal, a console and "nobody" each implement it. */
import { EXIT } from "./exit.ts";
import type { Choice } from "../phases/spec.ts";
import type { Asks } from "./bodies.ts";
import type { ApprovalDocument } from "./approval-document.ts";

export type Answer =
  /** `digest`: of the document that was on the page when it was answered. */
  | {
      readonly kind: "approved";
      readonly method: "key" | "typed" | "rehearsal";
      readonly by: string;
      readonly digest: string;
    }
  | { readonly kind: "rejected"; readonly says: string }
  /** Nobody is there who could answer. */
  | { readonly kind: "nobody" };

/** What answers a question about several targets where each is to be asked about by itself; no id of a choice is like it. */
export const APART = "@apart";

/** A choice that is advised, and why. */
export interface Advice {
  readonly choice: string;
  readonly message: string;
}

/** What follows from a choice; `brief` where a window has no room for the whole of it. */
export interface Consequence {
  readonly text: string;
  readonly brief: string;
}

export interface Question {
  readonly gate: string;
  readonly asks: Asks;
  readonly label: string;
  readonly question: string;
  readonly choices: readonly Choice[];
  /** Choices that count only with words of the person's own, and what is asked for. */
  readonly notes?: Readonly<Record<string, string>>;
  /** What is advised: it is the first of the choices. */
  readonly advice?: Advice;
  /** How many targets it is about, where each may be answered for by itself: `APART` asks for that. */
  readonly apart?: number;
  /** What follows from choices, by their ids. */
  readonly follows?: Readonly<Record<string, Consequence>>;
}

/** An input that a run has to be told before it begins. */
export interface InputQuestion {
  readonly name: string;
  readonly title: string;
  /** Why the runbook asks it; null where it does not say. */
  readonly reason: string | null;
  /** What fits, in words. */
  readonly form: string;
  /** The values to choose from; null where others fit as well. */
  readonly choices: readonly string[] | null;
  /** Why the last answer did not fit; '' at first. */
  readonly refusal: string;
}

/** What becomes of a failed step. `later` decides nothing: the run pauses. */
export type FailureAnswer =
  | { readonly kind: "decided"; readonly choice: string; readonly note: string }
  | { readonly kind: "later" }
  | { readonly kind: "nobody" };

/** Words of a person's own count from this many characters on: fewer tell the reader of the report nothing. */
export const NOTE_LEAST = 15;

/** The reason with which a question is withdrawn that a look has answered meanwhile. */
export const SEEN = "seen";

/**
 * Every question comes with a signal: once it is aborted the question is void. It leaves the screen, what was typed so far
 * counts for nothing, and the promise ends soon, with whatever: its answer is not looked at.
 */
export interface OperatorPort {
  /** Shows a page and waits for one decision about it. Enter alone never approves. */
  approve(page: ApprovalDocument, withdrawn?: AbortSignal): Promise<Answer>;
  /** Asks which way to go; null when nobody can say. */
  choose(question: Question, withdrawn?: AbortSignal): Promise<string | null>;
  /** Asks what becomes of a failed step; a choice that needs a note comes with one of at least `NOTE_LEAST`. */
  failed(question: Question, withdrawn?: AbortSignal): Promise<FailureAnswer>;
  /** Asks for a value before a run begins; null when nobody says one. */
  input(question: InputQuestion): Promise<string | null>;
  /** Aborted, with a `StopCause`, once a person or a signal asked to stop: the run pauses before its next step. */
  readonly stop: AbortSignal;
}

/** Who or what asked a run to stop, as the journal names it, and the exit code that the run ends with then. */
export interface StopCause {
  readonly by: string;
  readonly exit: number;
}

/** Ctrl-C, or a key of the console. */
export const BY_OPERATOR: StopCause = { by: "the operator", exit: EXIT.interrupted };

/** What asked to stop, or null while nobody did. */
export const stopCause = ({ stop }: Pick<OperatorPort, "stop">): StopCause | null =>
  stop.aborted ? (stop.reason as StopCause) : null;
