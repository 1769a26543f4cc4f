/** The runbook of the small world: a look, a gate, a change through the daemon, one through CloudStack that destroys. */
import { explain, type Explained } from "../../src/runbooks/explain.ts";
import { loadRunbooks } from "../../src/runbooks/load.ts";

const SOURCE = `handrail: 1
runbooks:
  - id: small-cleanup
    title: Clean up a failed test failover
    action:
      key: c
      title: Cleanup Failed Job
      help: begin Cleanup Failed Job for the marked VMs, or the one under the cursor; it asks for which, where some of them are not shown, and before every change
    summary: Puts the volumes back.
    severity: high
    target: { noun: VM, nouns: VMs }
    strategy: sequence
    warnings: [A revert throws away what the test failover wrote.]
    select:
      sql: SELECT context_id, vm_name, current_status FROM vm_replication_contexts
      columns: { context_id: text, vm_name: text, current_status: text }
      key: context_id
      label: vm_name
      stuck: target.current_status == 'failed_over_test'
      show: [current_status]
    probes:
      is-off:
        title: Volume \${item.volume_id} is detached
        kind: volume
        op: look
        volumes: "[item.volume_id]"
        appliance: "'appliance'"
        expect: result.size() > 0 && result.all(v, v.where == 'detached')
        because: volume \${item.volume_id} is still attached
      is-gone:
        title: Snapshot \${item.volume_id} is gone
        kind: cloudstack
        command: listSnapshots
        params: { volumeid: item.volume_id }
        columns: { id: text }
        expect: result.size() == 0
        none_expected: a volume whose snapshot was deleted has none to list
        because: the snapshot is still there
      nothing-left:
        title: Every volume is off
        kind: volume
        op: look
        volumes: "['vol-1', 'vol-2']"
        appliance: "'appliance'"
        expect: result.size() > 0 && result.all(v, v.where == 'detached')
        because: a volume is still attached
    phases:
      - id: look
        title: Look before touching anything
        steps:
          - id: volumes
            title: Ask for each volume
            kind: volume
            op: look
            volumes: "['vol-1', 'vol-2']"
            appliance: "'appliance'"
            facts: { volumes: result }
          - id: keep
            title: Decide about the test VM
            kind: gate
            question: Keep the test VM of \${target.vm_name}?
            choices:
              - { id: keep, title: Keep it }
              - { id: stop, title: Stop here, then: stop }
      - id: detach
        title: 2 Detach the volumes
        steps:
          - id: detach
            title: Detach volume \${item.volume_id}
            kind: volume
            op: detach
            foreach: facts.volumes
            key: item.volume_id
            volume: item.volume_id
            verify: is-off
            limit: 60
            undo: { none: it is attached again in the next phase }
      - id: snapshots
        title: 3 Delete the snapshots
        steps:
          - id: delete
            title: Delete snapshot of \${item.volume_id}
            kind: cloudstack
            command: deleteSnapshot
            foreach: facts.volumes
            key: item.volume_id
            params: { id: item.volume_id }
            verify: is-gone
            limit: 180
            risk: destroy
            undo: { none: the snapshot cannot be brought back }
    printed:
      - id: clear
        title: "the document's SQL: clear the snapshot tracking"
        sql: UPDATE ossea_volumes SET snapshot_id = ''
        whose: { table: ossea_volumes, column: vm_context_id, in: "[target.context_id]" }
        instead: clears the tracking of the selected VMs only
    success:
      - { id: volumes-off, probe: nothing-left }
`;

/** The runbook, checked as every runbook is. */
export function runbookHere(change: (source: string) => string = (source) => source) {
  const loaded = loadRunbooks(change(SOURCE), "small.yaml");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error, null, 1));
  const [first] = loaded.value.runbooks;
  if (first === undefined) throw new Error("no runbook");
  return first;
}

/** The same as a ladder: a rung that waits for the engine, and what comes after climbing from it. */
export const asLadder = (source: string): string =>
  source
    .replace("strategy: sequence", "strategy: ladder")
    .replace(
      "    probes:\n",
      `    probes:
      engine-moved:
        title: The engine began a step of its own
        kind: sql.read
        sql: SELECT name FROM job_steps WHERE job_id = :job
        params: { job: target.context_id }
        columns: { name: text }
        expect: result.size() > 0
        because: the engine has begun nothing since
`,
    )
    .replace(
      "      - id: detach\n        title: 2 Detach the volumes\n",
      `      - id: nudge
        title: 1 Nudge the engine
        steps:
          - id: touch
            title: Touch the tracking row
            kind: check
        rung:
          box: 120
          every: 5
          done_when: engine-moved
          climb:
            question: The nudge did not move the engine. What next?
            choices:
              - { id: detach, title: Go on without the engine }
              - { id: again, title: Watch for another 2 minutes, then: again }
              - { id: stop, title: Stop here; only a timestamp was changed, then: stop }
      - id: detach
        title: 2 Detach the volumes
        when: "decisions['nudge'] == 'detach'"
`,
    );

/** Another runbook as the plan tells of it, begun by another key. */
export const RECOVERY: Explained = {
  ...explain(runbookHere().runbook),
  id: "small-recovery",
  action: {
    key: "r",
    title: "Recover",
    help: "begin the recovery of VMs whose VirtIO injection hangs; it asks before every change",
  },
};

/** The same with a hold: the second volume stays where it is until the run itself begins to delete snapshots. */
export const withHold = (source: string): string =>
  source.replace(
    "    probes:\n",
    `    holds:
      - { id: second-stays, probe: second-is-on, from: look, until: snapshots }
    probes:
      second-is-on:
        title: Nobody takes the second volume off
        kind: volume
        op: look
        volumes: "['vol-2']"
        appliance: "'appliance'"
        expect: result.size() > 0 && result.all(v, v.where == 'appliance')
        because: somebody took vol-2 off
`,
  );
