/** What comes of it when a run is stopped since what it rests on is no longer so: others go on, a resume asks first. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply } from "../src/engine/apply.ts";
import { endOf } from "../src/engine/end.ts";
import type { RunEvent } from "../src/engine/events.ts";
import type { RunState } from "../src/engine/state.ts";
import { failure } from "../src/ports/outcome.ts";
import { err } from "../src/ports/result.ts";
import { loadWorld } from "../src/packs/appliance/lab/index.ts";
import { watched } from "./support/beside.ts";
import { crashing } from "./support/crash.ts";
import { before, done, effects, expectRecovered, keyOf, query, volumesOf } from "./support/effects.ts";
import { anIncident, RUNBOOK, VIRTIO, type Incident } from "./support/incident.ts";
import { engine, momentOf, sentSince } from "./support/strangers.ts";

let incident: Incident;
const processes: (() => void)[] = [];
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(async () => {
  for (const end of processes) end();
  await incident.down();
});

/** Starts an engine at a disk; ended at the latest when the tests are. */
function start(volume: string): () => void {
  const kill = engine(volume);
  const end = (): void => {
    if (processes.splice(processes.indexOf(end), 1).length > 0) kill();
  };
  processes.push(end);
  return end;
}

const folded = (events: readonly RunEvent[]): RunState | null =>
  events.reduce<RunState | null>((state, event) => apply(state, event), null);

describe("one machine", () => {
  it("is stopped again by every resume while it lasts, and recovered once it is over", async () => {
    const { lab } = incident;
    await incident.world("stuck-virtio");
    const key = await keyOf(lab, "pgtest1");
    const was = await before(lab, [key]);
    const [volume] = await volumesOf(lab, key);
    let end = (): void => undefined;
    const { exit, state } = await watched(incident, { vm: [key] }, ({ type, step_id }) => {
      if (type === "step.accepted" && step_id === "detach") end = start(volume?.id ?? "");
    });
    expect([exit, state.paused?.reason]).toEqual([4, "hold-broken"]);
    expect(state.paused?.says).toMatch(/^pgtest1: process \d+ .* holds .*Nothing more is begun for it/u);

    const moment = await momentOf(lab);
    const again = await incident.resume({ vm: [key] });
    expect(again.exit).toBe(4);
    expect(await sentSince(lab, moment)).toEqual([]);
    expect(again.out).toMatch(/No longer so +nobody-at-the-disks of pgtest1: process/u);

    end();
    const last = await incident.resume({ vm: [key] });
    expect(last.exit).toBe(0);
    expect(last.out).toMatch(/holds +Still no process holds one of the VM's disks/u);
    expect(last.out).toMatch(/nobody-at-the-disks of pgtest1: .* so again when looked at/u);
    await expectRecovered(lab, key, was.jobs);
  });

  it("has nothing sent for it while what it rests on cannot be looked at", async () => {
    const { lab } = incident;
    await incident.world("stuck-virtio");
    const key = await keyOf(lab, "pgtest1");
    let blind = false;
    const { run } = await crashing(
      incident,
      key,
      {},
      {
        k: Number.POSITIVE_INFINITY,
        manner: "after",
        between: ({ type, phase_id }) => {
          if (type === "phase.ended" && phase_id === "analyse") blind = true;
          return Promise.resolve();
        },
        ports: (ports) => ({
          ...ports,
          process: {
            ...ports.process,
            holders: (devices) =>
              blind
                ? Promise.resolve(err(failure("unreachable", "there is no process table")))
                : ports.process.holders(devices),
          },
        }),
      },
    );
    expect(folded(incident.events(run))?.paused).toMatchObject({ reason: "unreachable", exit: 69 });
    expect(await effects(lab)).toEqual([]);
  });
});

it("in a batch the others go on to their end, and the one that was stopped follows", async () => {
  const { lab } = incident;
  await incident.world("bare");
  await loadWorld(lab, "many-stuck:10");
  const rows = await query(
    lab,
    "select context_id, vm_name from vm_replication_contexts where vm_name like 'batch-vm-%' order by vm_name",
  );
  const key = String(rows[3]?.["context_id"]);
  const [volume] = await volumesOf(lab, key);
  let end = (): void => undefined;
  const options = { "all-stuck": true, "no-canary": true, "max-parallel": "4" };
  const { exit, state } = await watched(incident, options, ({ type, step_id, target_key }) => {
    if (type === "step.accepted" && step_id === "detach" && target_key === key) end = start(volume?.id ?? "");
  });
  expect([exit, state.paused?.reason]).toEqual([4, "hold-broken"]);
  expect(done(await effects(lab), "revertSnapshot")).not.toContain(volume?.snapshot);
  const others = state.targets.filter((target) => target.key !== key);
  expect(new Set(others.map((target) => endOf(state, target)))).toEqual(new Set(["recovered"]));
  end();
  const last = await incident.resume({ vm: state.targets.map((target) => target.key) });
  expect([last.exit, last.err]).toEqual([0, ""]);
});

it("a dry run looks at each once, says it, and goes on", async () => {
  await incident.world("stuck-virtio");
  const key = await keyOf(incident.lab, "pgtest1");
  const said = await incident.cli("plan", [RUNBOOK], { vm: [key] });
  expect(said.exit).toBe(5);
  const seen = incident.events(said.run).flatMap(({ type, body }) => (type === "hold.observed" ? [body.hold] : []));
  expect(seen.toSorted()).toEqual([
    "job-open",
    "no-cleanup-by-the-api",
    "no-other-failover",
    "nobody-at-the-disks",
    "nobody-moves-a-volume",
    "snapshots-there",
  ]);
  expect(said.out).toMatch(/holds +Nobody else moves one of the VM's volumes/u);
});

it("a completion by hand is stopped by an engine that begins again", async () => {
  const virtio = await anIncident({ runbook: VIRTIO });
  try {
    await virtio.world("stuck-virtio:alive");
    const key = await keyOf(virtio.lab, "pgtest1");
    const [volume] = await volumesOf(virtio.lab, key);
    const decide = ["way=release", "ending=complete"];
    const { exit, state } = await watched(virtio, { vm: [key], decide }, ({ type, step_id }) => {
      if (type === "step.accepted" && step_id === "deploy") start(volume?.id ?? "");
    });
    expect([exit, state.paused?.reason]).toEqual([4, "hold-broken"]);
    expect(done(await effects(virtio.lab), "detach")).toEqual([]);
  } finally {
    await virtio.down();
  }
});
