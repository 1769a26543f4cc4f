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

it("what is shown is what is committed, and undoing brings it back (seeds 1 to 1000)", async () => {
  const ends = new Map<string, number>();
  const failed: string[] = [];
  for (let seed = 1; seed <= 1000; seed += 1) {
    const end = await playScene(database, worlds[seed % 2] ?? worlds[0], stranger, seed).catch((error: unknown) => {
      failed.push(`HANDRAIL_SEED=${seed}: ${String(error).slice(0, 400)}`);
      return "failed";
    });
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  process.stdout.write(`${JSON.stringify([...ends])}\n`);
  expect(failed).toEqual([]);
});
