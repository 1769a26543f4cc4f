import { afterAll, beforeAll, expect, it } from "vitest";
import type { Connection } from "mysql2/promise";
import { portsOf, type Connections } from "../../src/connections/connect.ts";
import { playScene } from "../support/change-trial.ts";
import { startDatabase, type Database } from "../support/database.ts";

let database: Database;
/** As the appliance's own account, and as one with PROCESS: even seeds are played as the first, odd ones as the other. */
let worlds: readonly [Connections, Connections];
let stranger: Connection;

beforeAll(async () => {
  database = await startDatabase();
  stranger = await database.stranger();
  const redact = (text: string): string => text;
  worlds = [portsOf(database.site(), { redact }), portsOf(await database.siteWithProcess(), { redact })];
});
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  await stranger.end();
  await database.stop();
});

// HANDRAIL_SEED=17 plays one scene again.
const [from, to] =
  process.env["HANDRAIL_SEED"] === undefined
    ? [1, 50]
    : [Number(process.env["HANDRAIL_SEED"]), Number(process.env["HANDRAIL_SEED"])];

it(`what is shown is what is committed, and undoing brings it back (seeds ${from} to ${to})`, async () => {
  const ends = new Map<string, number>();
  for (let seed = from; seed <= to; seed += 1) {
    const end = await playScene(database, worlds[seed % 2] ?? worlds[0], stranger, seed).catch((error: unknown) => {
      throw new Error(`seed ${seed} (HANDRAIL_SEED=${seed} plays it alone)`, { cause: error });
    });
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  if (process.env["HANDRAIL_SHOW"] !== undefined) process.stdout.write(`${JSON.stringify([...ends])}\n`);
  const whole = to > from ? ["drifted", "undone complete"] : [];
  expect(whole.filter((end) => !ends.has(end))).toEqual([]);
});
