/** The runbooks that keys begin: which one a key means, and why none. */
import { ACTION_KEYS } from "../runbooks/action-keys.ts";
import type { Explained } from "../runbooks/explain.ts";
import type { Model } from "./model.ts";

/** What is said while nobody knows yet which runbooks there are. */
export const UNREAD = "the runbooks are still being read; press it again";

/** The runbook that a key begins; with null the first that any key does. */
export const runbookOf = ({ runbooks }: Pick<Model, "runbooks">, key: string | null): Explained | undefined =>
  runbooks?.find(({ action }) => action !== undefined && (key === null || action.key === key));

/** Why a key, or any, begins no runbook. */
export function whyNone({ runbooks }: Pick<Model, "runbooks">, key: string | null): string {
  if (runbooks === null) return UNREAD;
  return `no runbook has ${key === null ? "a key" : `the key ${key}`}: give one \`action: {key: ${key ?? "m"}, title, help}\` in its file`;
}

/** Whether the site would begin a runbook by this key for one of its targets. */
export const isMeant = ({ board }: Model, key: string): boolean =>
  ACTION_KEYS.test(key) &&
  board.targets.some(({ reading: { advice, begins } }) => advice.key === key || begins.includes(key));
