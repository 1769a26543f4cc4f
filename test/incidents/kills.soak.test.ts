/** Each incident killed with -9 at twenty random moments and taken up: no effect twice, none lost. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seeded } from "../support/crash.ts";
import { GALERA, galeraWorld } from "./galera-world.ts";
import { replicaWorld } from "./replica-world.ts";
import { needs } from "../support/needs.ts";
import { recoverOwn, surviveOwnKill } from "../support/own-kill.ts";
import {
  balancerWorld,
  binaryLogWorld,
  metadataLockWorld,
  migratingWorld,
  queueWorld,
  serviceWorld,
  type OwnWorld,
} from "./worlds.ts";

const KILLS = Number(process.env["HANDRAIL_KILLS"] ?? 20);
/** HANDRAIL_SEED plays the kills of one run again, as far as a clock allows. */
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);
const pick = seeded(seed);

type Make = () => Promise<OwnWorld>;

const WORLDS: Readonly<Record<string, Make>> = {
  queue: queueWorld,
  migrating: migratingWorld,
  "binary logs": binaryLogWorld,
  "metadata lock": metadataLockWorld,
  service: serviceWorld,
  replica: replicaWorld,
  balancer: balancerWorld,
};

function survives(make: Make): void {
  let world: OwnWorld;
  let expected: unknown;

  beforeAll(async () => {
    world = await make();
  });
  afterAll(() => world.down());

  it("recovers undisturbed", async () => {
    await world.spoil();
    expect(await recoverOwn(world)).toMatchObject({ exit: 0, err: "" });
    expected = await world.state();
  });

  it.each(Array.from({ length: KILLS }, () => ({ line: pick(16), after: pick(60) })))(
    `comes to the same end when killed at line $line and $after ms later (HANDRAIL_SEED=${seed})`,
    async (moment) => {
      await world.spoil();
      expect(await surviveOwnKill(world, moment)).toBe(0);
      expect(await world.state()).toEqual(expected);
    },
  );
}

describe.each(Object.entries(WORLDS))("%s", (_name, make) => {
  survives(make);
});

describe("galera", await needs(GALERA), () => {
  survives(galeraWorld);
});
