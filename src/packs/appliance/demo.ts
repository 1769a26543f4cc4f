/** The first minute: five stuck test failovers in a lab, recovered for real. */
import type { Demo } from "../lab.ts";

export const demo: Demo = {
  world: "stuck-virtio",
  lab: "a private database server, a Volume Daemon, a CloudStack and an OMA API on loopback",
  trouble:
    "Five test failovers are stuck after VirtIO injection: snapshots made, volumes attached, the engine has ended.",
  approvals:
    "There is no terminal to ask, so both runs are approved by grants written beforehand: the runbook, the five VMs, its contracts.",
  acts: [
    {
      text: "1. The cleanup, after the engines have ended.",
      runbook: "failed-execution-cleanup",
      decide: [],
      world: null,
    },
    {
      text: "2. The VirtIO recovery. The same five VMs, but the engines are still blocked in their injection: it is ended, and the failovers are completed by hand.",
      runbook: "virtio-recovery",
      decide: ["way=release", "ending=complete"],
      world: "stuck-virtio:alive",
    },
  ],
  selected: "ctx-pgtest1-20250822-112636",
  hint: "Try c: clean pgtest1 up. p p: your own SQL.",
};
