/** A climb that dies on any rung, or whose engine, daemon or CloudStack does: resumed, it ends right or is honestly in doubt. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventDraft } from "../src/engine/journal-port.ts";
import { killProcess, startProcess } from "../src/packs/appliance/lab/index.ts";
import {
  ABANDON,
  around,
  COMPLETE,
  expectEnd,
  expectOnce,
  fresh,
  moments,
  ofStep,
  survive,
  undisturbed,
  undisturbedRun,
  WHOLE_PLAN,
} from "./support/climb.ts";
import { crashing, resumed, seeded, type Crash } from "./support/crash.ts";
import { expectRestUntouched } from "./support/effects.ts";
import { anIncident, VIRTIO, type Incident } from "./support/incident.ts";
import { ends, expectCompleted, rungEnds } from "./support/ladder.ts";
import { sampled } from "./support/sample.ts";

const SCALE = 120;
/** The box of the rung, seconds of the lab's time. */
const BOX_S = 300;
let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ runbook: VIRTIO, scale: SCALE });
});

afterAll(() => incident.down());

/** HANDRAIL_SEED plays the crashes of one run again. */
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);

describe("a run that completes a failover by hand", () => {
  it(`survives its death around the signal, around the new VM, and anywhere else (HANDRAIL_SEED=${seed})`, async () => {
    const drafts = await undisturbed(incident, COMPLETE);
    const named = ofStep("end-process", "deploy");
    const rest = moments(drafts, (event) => around(event) && !named(event));
    expect(rest.length).toBeGreaterThan(20);
    const pick = seeded(seed);
    const some = Array.from({ length: 1 }, () => rest[pick(rest.length)]).filter((crash) => crash !== undefined);
    const all = sampled([...moments(drafts, named), ...some], 2);
    expect(all.length).toBeGreaterThanOrEqual(3);
    for (const crash of all) {
      const { exit } = await survive(incident, COMPLETE, crash);
      expect(exit, `died at ${crash.manner} ${crash.k} (${drafts[crash.k - 1]?.type}), seed ${seed}`).toBe(0);
    }
  });
});

describe("a run on the rungs of the plan", () => {
  it("is in doubt about a nudge that it cannot prove, and sends it no second time", async () => {
    const before = await undisturbedRun(
      incident,
      ABANDON,
      ({ type, step_id }) => type === "step.outcome" && step_id === "touch",
    );
    expect(before.at(-1)).toMatchObject({ type: "step.outcome", step_id: "touch" });
    const { exit, run } = await survive(incident, ABANDON, { k: before.length, manner: "unwritten" });
    expect([exit, rungEnds(incident.events(run), "nudge")]).toEqual([3, []]);
  });

  it("keeps the time that has passed in a box, and the decisions, over its death", async () => {
    const { one, was } = await fresh(incident);
    const entered = ({ type, phase_id }: EventDraft): boolean => type === "rung.entered" && phase_id === "advance";
    const crash: Crash = { k: Number.POSITIVE_INFINITY, manner: "after", stop: entered };
    const { run } = await crashing(incident, one.key, { decide: WHOLE_PLAN }, crash);
    // the whole box passes while nobody watches
    await sleep((BOX_S / incident.lab.scale) * 1_000);
    const [said] = await resumed(incident, one.key, { decide: ["advance=release", "ending=abandon"] });
    expect([said?.exit, said?.err]).toEqual([0, ""]);
    const events = incident.events(run);
    const at = (wanted: string): number =>
      Date.parse(events.find(({ type, phase_id }) => type === wanted && phase_id === "advance")?.wall_time ?? "");
    const taken = Date.parse(events.find(({ type }) => type === "run.resumed")?.wall_time ?? "");
    expect(at("rung.ended") - at("rung.entered")).toBeGreaterThanOrEqual((BOX_S / incident.lab.scale) * 1_000 - 10);
    const left = (at("rung.ended") - taken) / 1_000;
    expect(left, "a box begun anew would have taken all its time again").toBeLessThan(BOX_S / incident.lab.scale);
    const decided = events.flatMap((event) =>
      event.type === "decision.made" ? [`${event.body.gate}=${event.body.choice}`] : [],
    );
    expect(decided).toEqual(WHOLE_PLAN);
    await expectEnd(incident, WHOLE_PLAN, one, was);
  });
});

/** Runs until the intent of a step, kills a process of the appliance there, and lets the run see what that does to it. */
async function killedAt(role: "api" | "daemon" | "cloudstack", step: string, decide: readonly string[]) {
  const { one, was } = await fresh(incident);
  let killed = false;
  const between = async ({ type, step_id }: EventDraft): Promise<void> => {
    if (killed || type !== "step.intent" || step_id !== step) return;
    killed = true;
    await killProcess(incident.lab, role);
  };
  const crash: Crash = { k: Number.POSITIVE_INFINITY, manner: "after", between };
  const { run, drafts } = await crashing(incident, one.key, { decide }, crash);
  expect(killed, `${step} was reached`).toBe(true);
  await startProcess(incident.lab, role);
  return { one, was, run, last: drafts.at(-1) };
}

describe("a run whose appliance falls away", () => {
  it.each([
    ["daemon", "attach-os"],
    ["cloudstack", "deploy"],
  ] as const)("pauses when the %s is killed at %s, and ends right once it is back", async (role, step) => {
    const { one, was, run, last } = await killedAt(role, step, COMPLETE);
    expect(last).toMatchObject({ type: "run.paused", step_id: null });
    expect([3, 69]).toContain(last?.body["exit"]);
    const said = (await resumed(incident, one.key, { decide: COMPLETE })).at(-1);
    expect([said?.exit, said?.err]).toEqual([0, ""]);
    await expectOnce(incident, run);
    await expectEnd(incident, COMPLETE, one, was);
  });

  it("asks when the engine is killed at its release, and a new run finds it gone and completes by hand", async () => {
    const { one, was, run, last } = await killedAt("api", "end-process", [...COMPLETE, "release=stop"]);
    expect(last).toMatchObject({ type: "run.closed", body: { exit: 4 } });
    expect(rungEnds(incident.events(run), "release")).toEqual(["timed-out"]);
    expect(ends(incident, run)).toEqual({ pgtest1: "stopped" });
    const said = await incident.recover({ vm: [one.key], decide: ["way=emergency", "ending=complete"] });
    expect([said.exit, said.err]).toEqual([0, ""]);
    expect(said.out).toContain("The engine of pgtest1 is gone.");
    await expectCompleted(incident.lab, one, was);
    await expectRestUntouched(incident.lab, was);
  });
});
