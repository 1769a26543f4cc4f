/** A run that dies between two events: resumed, it does nothing twice, loses nothing, and claims nothing that was not done. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCENARIOS, seeded, survive, undisturbed, type Crash, type Manner, type Scenario } from "./support/crash.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { sampled, trials } from "./support/sample.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});

afterAll(() => incident.down());

const MANNERS: readonly Manner[] = ["after", "unwritten"];
const ONE_DISK: Scenario = { world: "stuck-virtio", vm: "pgtest2", exit: 0 };
/** The first detach takes forty seconds of the lab's time: longer than a resume needs to look for it. */
const SLOW: Scenario = { world: "daemon-slow:40", vm: "pgtest1", exit: 0 };
const SAMPLE = trials(2, 12);
/** HANDRAIL_SEED plays the crashes of one run again. */
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);

/** Events around an effect: the moments between which something may be lost. */
const AROUND = /^step\.(intent|accepted|outcome)$/u;

describe("a run of one disk", () => {
  it("survives the loss of every fifth event around an effect, and of what follows it (the soak: of every one)", async () => {
    const drafts = await undisturbed(incident, ONE_DISK);
    const moments = drafts.flatMap(({ type }, at) => (AROUND.test(type) ? [at + 1] : []));
    expect(moments.length).toBeGreaterThan(15);
    for (const k of sampled(moments, 11)) {
      const { type, step_id } = drafts[k - 1] ?? {};
      const manner = type === "step.intent" ? "after" : "unwritten";
      const ended = await survive(incident, ONE_DISK, { k, manner });
      // A revert without its job's id: no list has a job that may have ended.
      const isLost = step_id === "revert" && type !== "step.outcome";
      expect(ended, `died ${ended.at}`).toMatchObject(isLost ? { exit: 3 } : { exit: 0, resumes: 1 });
    }
  });
});

describe("a run whose detach is still under way when it is resumed", () => {
  it("finds that detach again, whatever was lost of it", async () => {
    const drafts = await undisturbed(incident, SLOW);
    const moments = drafts.flatMap(({ type, step_id }, at) =>
      step_id === "detach" && AROUND.test(type) ? [at + 1] : [],
    );
    for (const k of moments.slice(0, 2)) {
      for (const manner of MANNERS) {
        const ended = await survive(incident, SLOW, { k, manner });
        expect(ended, `died ${ended.at}`).toMatchObject({ exit: 0, resumes: 1 });
      }
    }
  });
});

describe("a revert whose job CloudStack has thrown away", () => {
  it("is never sent again where its acceptance was lost: no job to be found proves nothing then", async () => {
    const scenario: Scenario = { world: "revert-unknown:forgotten", vm: "pgtest1", exit: 3 };
    const drafts = await undisturbed(incident, scenario);
    const k = 1 + drafts.findIndex(({ type, step_id }) => type === "step.accepted" && step_id === "revert");
    expect(k).toBeGreaterThan(1);
    const ended = await survive(incident, scenario, { k, manner: "unwritten" });
    expect(ended, `died ${ended.at}`).toMatchObject({ exit: 3 });
  });
});

describe("a run of any world", () => {
  it(`survives a crash at any event (HANDRAIL_SEED=${seed})`, async () => {
    const pick = seeded(seed);
    for (let n = 0; n < SAMPLE; n += 1) {
      const scenario = SCENARIOS[pick(SCENARIOS.length)] ?? ONE_DISK;
      const crash: Crash = { k: 1 + pick(110), manner: MANNERS[pick(2)] ?? "after" };
      const ended = await survive(incident, scenario, crash).catch((error: unknown) => {
        throw new Error(`${scenario.world}, ${scenario.vm}, ${crash.manner} ${crash.k}, seed ${seed}`, {
          cause: error,
        });
      });
      expect([scenario.exit, 3], `died ${ended.at}`).toContain(ended.exit);
    }
  });
});
