/** A second run of a VM, refused at its first page, as an older Handrail let it begin beside one in doubt. */
import { newRunId } from "../../src/cli/session/ids.ts";
import { openSession } from "../../src/cli/session/session.ts";
import { draft } from "../../src/engine/events.ts";
import { quietIo, type Incident } from "./incident.ts";

/** Writes it behind the run `of`, for the same VM: closed as refused, or paused as Handrail 0.1 left it. Gives its id. */
export async function refusedRun(incident: Incident, of: string, closes: boolean): Promise<string> {
  const session = await openSession({ lab: true }, quietIo(incident.env).io);
  try {
    const [first] = incident.events(of);
    if (first?.type !== "run.created") throw new Error("the run has no beginning");
    const run = newRunId();
    const says = "rejected at the terminal";
    const approval = "@start#1";
    const page = { approval, page_digest: "0".repeat(64), risk: "change", typed: null, covers: [] } as const;
    const ends = first.body.targets.map(({ key, label }) => ({ key, label, end: "refused" as const, says }));
    const rejected = draft(
      run,
      "approval.rejected",
      {},
      { approval, says, ...(closes ? { ends: true as const } : {}) },
    );
    const last = closes
      ? draft(run, "run.closed", {}, { exit: 4, ends })
      : draft(run, "run.paused", {}, { reason: "rejected", exit: 4, says });
    const created = draft(run, "run.created", {}, first.body);
    const stored = session.journal.append([created, draft(run, "approval.requested", {}, page), rejected, last]);
    if (!stored.ok) throw new Error(stored.error.message);
    return run;
  } finally {
    await session.close();
  }
}
