/** The pages of every world, of both runbooks, for one VM and for all that are stuck, as `pages.lab.test.ts` looks at some. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCENARIOS } from "./support/crash.ts";
import { anIncident, VIRTIO, type Incident } from "./support/incident.ts";
import { walk } from "./support/pages.ts";
import { UNKIND } from "./support/unkind-rows.ts";

let cleanup: Incident;
let recovery: Incident;
beforeAll(async () => {
  cleanup = await anIncident();
  recovery = await anIncident({ runbook: VIRTIO });
});
afterAll(async () => {
  await cleanup.down();
  await recovery.down();
});

const FIVE = ["pgtest1", "pgtest2", "PhilB Test machine", "web-frontend-02", "QUAD-DC-01"];

interface Walk {
  readonly world: string;
  readonly vms: readonly string[];
  readonly picks: Readonly<Record<string, string>>;
}

const picksOf = (decide: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(decide.map((one) => one.split("=") as [string, string]));

const WALKS: readonly Walk[] = [...SCENARIOS, ...UNKIND].map(({ world, vm, decide }) => ({
  world,
  vms: [vm],
  picks: picksOf(decide),
}));

const named = (walks: readonly Walk[]): [string, Walk][] =>
  walks.map((each) => [`${each.world}, ${each.vms.join(", ")}, ${JSON.stringify(each.picks)}`, each]);

describe("of the cleanup", () => {
  it.each(named([...WALKS, { world: "stuck-virtio", vms: FIVE, picks: {} }]))(
    "%s",
    async (_name, { world, vms, picks }) => {
      // Refused before anything was asked is a page less, never one that is not shown.
      expect((await walk(cleanup, world, vms, picks)).length).toBeLessThan(12);
    },
  );
});

describe("of the recovery", () => {
  const ways: readonly Walk[] = ["stuck-virtio", "stuck-virtio:alive"].flatMap((world) =>
    [["pgtest1"], FIVE].flatMap((vms) =>
      ["complete", "abandon"].map((ending) => ({ world, vms, picks: { way: "release", ending } })),
    ),
  );
  it.each(named(ways))("%s", async (_name, { world, vms, picks }) => {
    expect((await walk(recovery, world, vms, picks)).length).toBeLessThan(12);
  });
});
