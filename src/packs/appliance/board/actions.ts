/**
 * The keys of the two runbooks that 0.1.0 shipped, whose files could name none. Of another runbook its name says nothing: it
 * would stand under a title that is not its own.
 */
import type { Explained } from "../../../runbooks/explain.ts";

type Action = NonNullable<Explained["action"]>;

const ACTIONS: readonly (Action & { readonly id: string })[] = [
  {
    id: "failed-execution-cleanup",
    key: "c",
    title: "Cleanup Failed Job",
    help: "begin Cleanup Failed Job for the marked VMs, or the one under the cursor; it asks before every change",
  },
  {
    id: "virtio-recovery",
    key: "r",
    title: "Recover",
    help: "begin the recovery of VMs whose VirtIO injection hangs; it asks before every change",
  },
];

/** The runbooks of a file; where none of them has a key, those of 0.1.0 have the ones that they had there. */
export function withActions(runbooks: readonly Explained[]): readonly Explained[] {
  if (runbooks.some(({ action }) => action !== undefined)) return runbooks;
  const actions = new Map<Explained | undefined, Action>(
    ACTIONS.map(({ id: name, ...action }) => [runbooks.find(({ id }) => id === name), action]),
  );
  return runbooks.map((runbook) => {
    const action = actions.get(runbook);
    return action === undefined ? runbook : { ...runbook, action };
  });
}
