/** The door to the person who decides. A terminal, a console and "nobody" each implement it. */
import type { Choice } from "../phases/spec.ts";
import type { Asks } from "./events.ts";
import type { ApprovalPage } from "./page.ts";

export type Answer =
  | { readonly kind: "approved"; readonly method: "key" | "typed"; readonly by: string }
  | { readonly kind: "rejected"; readonly says: string }
  /** Nobody is there who could answer. */
  | { readonly kind: "nobody" };

export interface Question {
  readonly gate: string;
  readonly asks: Asks;
  readonly label: string;
  readonly question: string;
  readonly choices: readonly Choice[];
}

export interface OperatorPort {
  /** Shows a page and waits for one decision about it. Enter alone never approves. */
  approve(page: ApprovalPage): Promise<Answer>;
  /** Asks which way to go; null when nobody can say. */
  choose(question: Question): Promise<string | null>;
  /** True once the person asked to stop: the run pauses before its next step. */
  stopRequested(): boolean;
}
