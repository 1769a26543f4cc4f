/** The keys of runbooks whose file names none. Files of version 0.1 could not: there a runbook's name said what it was for. */
import type { Explained } from "../../../runbooks/explain.ts";

type Action = NonNullable<Explained["action"]>;

const ACTIONS: readonly (Action & { readonly id: RegExp })[] = [
  {
    id: /cleanup/u,
    key: "c",
    title: "Cleanup Failed Job",
    help: "begin Cleanup Failed Job for the marked VMs, or the one under the cursor; it asks before every change",
  },
  {
    id: /virtio/u,
    key: "r",
    title: "Recover",
    help: "begin the recovery of VMs whose VirtIO injection hangs; it asks before every change",
  },
];

/** The runbooks of a file; where none of them has a key, the first of each name has the one that it had in 0.1. */
export function withActions(runbooks: readonly Explained[]): readonly Explained[] {
  if (runbooks.some(({ action }) => action !== undefined)) return runbooks;
  const actions = new Map<Explained | undefined, Action>(
    ACTIONS.map(({ id: pattern, ...action }) => [runbooks.find(({ id }) => pattern.test(id)), action]),
  );
  return runbooks.map((runbook) => {
    const action = actions.get(runbook);
    return action === undefined ? runbook : { ...runbook, action };
  });
}
