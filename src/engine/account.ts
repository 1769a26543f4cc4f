/** A run with the ledger of what people and rules did in it: what receipts are made of. */
import { apply } from "./apply.ts";
import type { RunEvent } from "./events.ts";
import { EMPTY_LEDGER, enter, type Ledger } from "./ledger.ts";
import type { RunState } from "./state.ts";

/** A run folded with its ledger. */
export interface Account {
  readonly state: RunState;
  readonly ledger: Ledger;
}

/** Folds one event into an account; the first is `run.created`. */
export function foldAccount(account: Account | null, event: RunEvent): Account {
  const state = apply(account?.state ?? null, event);
  return { state, ledger: enter(account?.ledger ?? EMPTY_LEDGER, state, event) };
}
