import { afterAll, beforeAll, expect, it } from "vitest";
import { onServers } from "../support/needs.ts";
import { endLines, playSeason } from "../support/sql-scenes/season.ts";
import { openTheatre, type Theatre } from "../support/sql-scenes/theatre.ts";

await onServers((server) => {
  let theatre: Theatre;

  beforeAll(async () => {
    theatre = await openTheatre(process.env, server);
  });
  afterAll(async () => {
    await theatre.close();
  });

  // HANDRAIL_SEED=501 HANDRAIL_TRIALS=500 goes on where another run stopped; HANDRAIL_TREE names another source tree.
  const first = Number(process.env["HANDRAIL_SEED"] ?? 1);
  const count = Number(process.env["HANDRAIL_TRIALS"] ?? 2000);

  it(`changes only what was shown, and takes back what it promises (${count} seeds from ${first} on)`, async () => {
    const season = await playSeason(theatre, first, count, (line) => process.stdout.write(line));
    process.stdout.write(`${endLines(season)}\n`);
    expect(season.faults).toEqual([]);
    // Refusing everything would be no fault, and no use.
    expect(season.ends.get("undone complete") ?? 0).toBeGreaterThanOrEqual(Math.floor(count / 8));
  });
});
