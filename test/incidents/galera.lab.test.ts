/** A Galera node that lost its quorum: a real node and a real arbitrator, which is killed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../support/needs.ts";
import { GALERA, quorum, type Quorum } from "./galera-world.ts";

describe("a node without its quorum", { ...(await needs(GALERA)) }, () => {
  let world: Quorum;

  beforeAll(async () => {
    world = await quorum();
  });
  afterAll(() => world.stop());

  it("is not touched while nobody says that every other node is down", async () => {
    await world.spoil();
    const ran = await world.site.run("galera-quorum", { vm: [world.host] });
    expect(ran.exit).toBe(5);
    expect(await world.status()).toBe("non-Primary");
    await expect(world.write()).rejects.toThrow("WSREP has not yet prepared node for application use");
  });

  it("is made primary once somebody said it, and is seen to serve", async () => {
    const ran = await world.site.run("galera-quorum", { vm: [world.host], decide: ["others-down=down"] });
    expect(ran).toMatchObject({ exit: 0, err: "" });
    expect(await world.status()).toBe("Primary");
    expect(await world.bootstraps()).toBe(1);
    await world.write();
  });
});
