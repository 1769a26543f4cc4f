/** A batch over very many machines as a person carries it through, and what must hold of it. */
import { expect } from "vitest";
import type { RunEvent } from "../../src/engine/events.ts";
import { endOf } from "../../src/engine/end.ts";
import { clearFaults, fault, loadWorld } from "../../src/packs/appliance/lab/index.ts";
import { effects, expectRecovered, query, volumesOf } from "./effects.ts";
import type { Incident } from "./incident.ts";
import { byPerson } from "./person.ts";

/** Brings up `count` stuck machines of which one in twenty cannot be detached and one in twenty cannot be reverted. */
async function manyWithFaults(incident: Incident, count: number): Promise<{ failing: readonly string[] }> {
  await loadWorld(incident.lab, `many-stuck:${count}`);
  const rows = await query(
    incident.lab,
    "select context_id, vm_name from vm_replication_contexts where vm_name like 'batch-vm-%' order by vm_name",
  );
  const failing: string[] = [];
  for (const [at, row] of rows.entries()) {
    if (at % 20 !== 7) continue;
    const [volume] = await volumesOf(incident.lab, String(row["context_id"]));
    const detach = at % 40 === 7;
    const params = detach
      ? { command: "detachVolume", id: volume?.id ?? "", code: 530, text: "the hypervisor does not answer" }
      : { command: "revertSnapshot", id: volume?.snapshot ?? "", code: 431, text: "the storage does not answer" };
    await fault(incident.lab, detach ? "cloudstack-refuse" : "cloudstack-fail-job", params);
    failing.push(String(row["vm_name"]));
  }
  return { failing };
}

export const mend = (incident: Incident): Promise<void> => clearFaults(incident.lab);

const OBJECT = /^(?:detach|attach|detachVolume|attachVolume|revertSnapshot|deleteSnapshot)$/u;

/** The ledger and the journals of these runs tell the same: every effect once, intended, and none claimed beside it. */
export async function expectLedgerAgrees(incident: Incident, runs: readonly (readonly RunEvent[])[]): Promise<void> {
  const all = await effects(incident.lab);
  const attempts = new Map<string, string>();
  const verified = new Set<string>();
  const latest = new Map<string, string>();
  for (const event of runs.flat()) {
    const slot = [event.run_id, event.target_key, event.phase_id, event.step_id, event.item].join("\n");
    if (event.type === "step.intent") {
      attempts.set(event.attempt_id ?? "", event.step_id ?? "");
      latest.set(slot, event.attempt_id ?? "");
    }
    if (event.type === "step.verified" && event.body.holds) verified.add(latest.get(slot) ?? "none");
  }
  const sql = all.filter(({ what, entry }) => what.startsWith("sql ") && entry.by === "handrail");
  const sent = sql.map(({ entry }) => String(entry["attempt"]));
  expect(new Set(sent).size, "a statement was committed twice").toBe(sent.length);
  expect(sent.filter((attempt) => !attempts.has(attempt))).toEqual([]);
  const statements = new Set([
    "clear-tracking",
    "close-jobs",
    "close-tracking",
    "close-steps",
    "reset-context",
    "reset-modes",
  ]);
  const claimed = [...verified].filter((attempt) => statements.has(attempts.get(attempt) ?? ""));
  expect(new Set(claimed)).toEqual(new Set(sent.filter((attempt) => verified.has(attempt))));
  const accepted = all.filter(
    ({ what, entry, end }) => entry.by === "volume-daemon" && end === "accepted" && OBJECT.test(what),
  );
  const intended = [...attempts.values()].filter((step) => step === "detach" || step === "attach");
  expect(accepted.length, "requests to the daemon").toBe(intended.length);
  for (const what of ["revertSnapshot", "deleteSnapshot"]) {
    const ids = all.filter((effect) => effect.what === what && effect.end === "done").map(({ id }) => id);
    expect(new Set(ids).size, `${what} happened twice`).toBe(ids.length);
  }
}

/** A batch of which one machine in twenty fails, and the retry after the cause was mended: at most nine decisions. */
export async function expectFewDecisions(incident: Incident, count: number): Promise<void> {
  const { failing } = await manyWithFaults(incident, count);
  const first = await byPerson(incident, { "all-stuck": true, "max-parallel": "16" });
  const failed = first.state.targets.filter((target) => endOf(first.state, target) !== "recovered");
  expect(failed.map(({ label }) => label).sort()).toEqual([...failing].sort());
  const ends = first.state.closed?.ends ?? [];
  for (const { says } of ends.filter(({ end }) => end !== "recovered")) expect(says).toMatch(/does not answer/u);
  expect(first.exit).toBe(1);

  await mend(incident);
  const second = await byPerson(incident, { retry: first.state.run_id, "max-parallel": "16" });
  expect(second.exit).toBe(0);
  expect(second.state.targets.map(({ label }) => label).sort()).toEqual([...failing].sort());
  expect(first.asked.length + second.asked.length).toBeLessThanOrEqual(9);

  for (const { key } of first.state.targets) await expectRecovered(incident.lab, key, []);
  await expectLedgerAgrees(incident, [incident.events(first.state.run_id), incident.events(second.state.run_id)]);
  const stuck = "select count(*) n from vm_replication_contexts where current_status = 'failed_over_test'";
  expect(await query(incident.lab, stuck)).toEqual([{ n: 0 }]);
}
