/** A climb that dies on any rung, or whose engine, daemon or CloudStack does: resumed, it ends right or is honestly in doubt. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventDraft } from "../src/engine/journal-port.ts";
import { killProcess, startProcess } from "../src/lab/index.ts";
import { crashing, resumed, seeded, type Crash, type Manner } from "./support/crash.ts";
import { done, effects, expectRecovered, expectRestUntouched } from "./support/effects.ts";
import { anIncident, VIRTIO, type Incident } from "./support/incident.ts";
import { beforeWith, ends, expectCompleted, injections, rungEnds, stuckOnes, type Stuck } from "./support/ladder.ts";

const SCALE = 120;
let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ runbook: VIRTIO, scale: SCALE });
});

afterAll(() => incident.down());

const COMPLETE = ["way=release", "ending=complete"];
const ABANDON = ["way=plan", "nudge=release", "ending=abandon"];
const WHOLE_PLAN = ["way=plan", "nudge=advance", "advance=release", "ending=abandon"];
/** HANDRAIL_SEED plays the crashes of one run again. */
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);

type Was = Awaited<ReturnType<typeof beforeWith>>;

/** A fresh world with one stuck failover to climb for; four more hang beside it. */
async function fresh(): Promise<{ one: Stuck; was: Was }> {
  await incident.world("stuck-virtio:alive");
  const [one] = await stuckOnes(incident.lab, ["pgtest1"]);
  if (one === undefined) throw new Error("nobody is stuck");
  return { one, was: await beforeWith(incident.lab, [one.key]) };
}

/** Nothing happened twice, nobody unknown wrote, and the other engines still hang. */
async function expectOnce(run: string): Promise<void> {
  const all = await effects(incident.lab);
  const hits = [...new Set(all.map(({ what }) => what))].flatMap((what) =>
    done(all, what)
      .filter((id) => id !== "")
      .map((id) => `${what} ${id}`),
  );
  const ours = all.flatMap(({ what, entry }) => (entry.by === "handrail" ? [what] : []));
  const ended = incident
    .events(run)
    .flatMap((event) =>
      event.type === "step.outcome" && event.step_id === "end-process" && event.body.outcome.kind === "applied"
        ? [String(event.item)]
        : [],
    );
  for (const list of [hits, ours, ended]) expect(list.filter((one, at) => list.indexOf(one) !== at)).toEqual([]);
  expect(all.filter(({ entry }) => entry.by === "unknown")).toEqual([]);
  expect(injections(incident.lab).length).toBeGreaterThanOrEqual(8);
}

async function expectEnd(decide: readonly string[], one: Stuck, was: Was): Promise<void> {
  if (decide.includes("ending=complete")) await expectCompleted(incident.lab, one, was);
  else await expectRecovered(incident.lab, one.key, [one.job]);
  await expectRestUntouched(incident.lab, was);
  expect(injections(incident.lab)).toHaveLength(8);
}

/** One crash and its resumes. Gives the last exit code, with what was right about it checked. */
async function survive(decide: readonly string[], crash: Crash): Promise<{ exit: number; run: string }> {
  const { one, was } = await fresh();
  const { run } = await crashing(incident, one.key, { decide }, crash);
  const exit = (await resumed(incident, one.key, { decide })).at(-1)?.exit ?? -1;
  await expectOnce(run);
  if (exit === 0) await expectEnd(decide, one, was);
  else await expectRestUntouched(incident.lab, was);
  return { exit, run };
}

/** The events of a climb that nothing disturbs, to choose crashes from. */
async function undisturbed(decide: readonly string[]): Promise<readonly EventDraft[]> {
  const { one } = await fresh();
  const { drafts } = await crashing(incident, one.key, { decide }, { k: Number.POSITIVE_INFINITY, manner: "after" });
  return drafts;
}

let plan: Promise<readonly EventDraft[]> | null = null;
/** A climb over nudge and advance that nothing disturbs. */
const planned = (): Promise<readonly EventDraft[]> => (plan ??= undisturbed(["way=plan", "nudge=advance"]));

/** The event is durable and what it announces did not happen; or what it tells of happened and the line was lost. */
const mannerOf = (event: EventDraft): Manner =>
  event.type === "step.intent" || event.type === "rung.entered" ? "after" : "unwritten";

function moments(drafts: readonly EventDraft[], wanted: (event: EventDraft) => boolean): Crash[] {
  return drafts.flatMap((event, at) => (wanted(event) ? [{ k: at + 1, manner: mannerOf(event) }] : []));
}

const around = ({ type }: EventDraft): boolean => /^step\.(intent|accepted|outcome)$/u.test(type);
const ofStep =
  (...steps: string[]) =>
  (event: EventDraft): boolean =>
    around(event) && steps.includes(event.step_id ?? "");

describe("a run that completes a failover by hand", () => {
  it(`survives its death around the signal, around the new VM, and anywhere else (HANDRAIL_SEED=${seed})`, async () => {
    const drafts = await undisturbed(COMPLETE);
    const named = ofStep("end-process", "deploy");
    const rest = moments(drafts, (event) => around(event) && !named(event));
    expect(rest.length).toBeGreaterThan(20);
    const pick = seeded(seed);
    const some = Array.from({ length: 2 }, () => rest[pick(rest.length)]).filter((crash) => crash !== undefined);
    const all = [...moments(drafts, named), ...some];
    expect(all.length).toBe(7);
    for (const crash of all) {
      const { exit } = await survive(COMPLETE, crash);
      expect(exit, `died at ${crash.manner} ${crash.k} (${drafts[crash.k - 1]?.type}), seed ${seed}`).toBe(0);
    }
  });
});

describe("a run on the rungs of the plan", () => {
  it("is in doubt about a nudge that it cannot prove, and sends it no second time", async () => {
    const crashes = moments(await planned(), ofStep("touch"));
    expect(crashes).toHaveLength(2);
    for (const crash of crashes) {
      const { exit, run } = await survive(ABANDON, crash);
      expect([exit, rungEnds(incident.events(run), "nudge")]).toEqual([3, []]);
    }
  });

  it("goes on with the nudge's watch where it was, and with what was decided", async () => {
    const drafts = await undisturbed(["way=plan"]);
    const watched = (event: EventDraft): boolean => event.type === "rung.observed" || event.type === "rung.ended";
    const crashes = moments(drafts, watched);
    expect(crashes.length).toBeGreaterThanOrEqual(2);
    for (const crash of crashes) {
      const { exit, run } = await survive(ABANDON, crash);
      const entered = incident
        .events(run)
        .filter(({ type, phase_id }) => type === "rung.entered" && phase_id === "nudge");
      expect([exit, entered.length]).toEqual([0, 1]);
    }
  });

  it("finds out that the advance was written, and writes it no second time", async () => {
    const [, crash] = moments(await planned(), ofStep("set-creating-vm"));
    if (crash === undefined) throw new Error("nothing was advanced");
    const { exit, run } = await survive(WHOLE_PLAN, crash);
    expect([exit, rungEnds(incident.events(run), "advance")]).toEqual([0, ["timed out"]]);
  });

  it("keeps the time that has passed in a box, and the decisions, over its death", async () => {
    const [entered] = moments(
      await planned(),
      ({ type, phase_id }) => type === "rung.entered" && phase_id === "advance",
    );
    if (entered === undefined) throw new Error("the advance was not watched");
    const { one, was } = await fresh();
    const { run } = await crashing(incident, one.key, { decide: WHOLE_PLAN }, entered);
    // 240 of the 300 seconds pass while nobody watches
    await sleep((240 / SCALE) * 1_000);
    const [said] = await resumed(incident, one.key, { decide: ["advance=release", "ending=abandon"] });
    expect([said?.exit, said?.err]).toEqual([0, ""]);
    const events = incident.events(run);
    const times = events.flatMap(({ type, phase_id, wall_time }) =>
      phase_id === "advance" && type.startsWith("rung.e") ? [Date.parse(wall_time)] : [],
    );
    expect(times).toHaveLength(2);
    const seconds = (((times[1] ?? 0) - (times[0] ?? 0)) / 1_000) * SCALE;
    expect(seconds).toBeGreaterThanOrEqual(299);
    expect(seconds, "a box begun anew would have taken 540 seconds").toBeLessThan(420);
    const decided = events.flatMap((event) =>
      event.type === "decision.made" ? [`${event.body.gate}=${event.body.choice}`] : [],
    );
    expect(decided).toEqual(WHOLE_PLAN);
    await expectEnd(WHOLE_PLAN, one, was);
  });
});

/** Runs until the intent of a step, kills a process of the appliance there, and lets the run see what that does to it. */
async function killedAt(role: "api" | "daemon" | "cloudstack", step: string, decide: readonly string[]) {
  const { one, was } = await fresh();
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
    ["daemon", "attach-os", COMPLETE],
    ["cloudstack", "deploy", COMPLETE],
    ["cloudstack", "revert", ABANDON],
  ] as const)("pauses when the %s is killed at %s, and ends right once it is back", async (role, step, decide) => {
    const { one, was, run, last } = await killedAt(role, step, decide);
    expect(last).toMatchObject({ type: "run.paused", step_id: null });
    expect([3, 69]).toContain(last?.body["exit"]);
    const said = (await resumed(incident, one.key, { decide })).at(-1);
    expect([said?.exit, said?.err]).toEqual([0, ""]);
    await expectOnce(run);
    await expectEnd(decide, one, was);
  });

  it("asks when the engine is killed at its release, and a new run finds it gone and completes by hand", async () => {
    const { one, was, run, last } = await killedAt("api", "end-process", [...COMPLETE, "release=stop"]);
    expect(last).toMatchObject({ type: "run.closed", body: { exit: 4 } });
    expect(rungEnds(incident.events(run), "release")).toEqual(["timed out"]);
    expect(ends(incident, run)).toEqual({ pgtest1: "stopped" });
    const said = await incident.recover({ vm: [one.key], decide: ["way=emergency", "ending=complete"] });
    expect([said.exit, said.err]).toEqual([0, ""]);
    expect(said.out).toContain("The engine of pgtest1 is gone.");
    await expectCompleted(incident.lab, one, was);
    await expectRestUntouched(incident.lab, was);
  });
});
