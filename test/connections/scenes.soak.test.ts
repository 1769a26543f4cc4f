import { onServers } from "../support/needs.ts";
import { realHouse } from "../support/sql-scenes/theatre.ts";
import { testSeason } from "../support/sql-scenes/season.ts";

// HANDRAIL_SEED=501 HANDRAIL_TRIALS=500 goes on where another run stopped; HANDRAIL_TREE names another source tree.
const first = Number(process.env["HANDRAIL_SEED"] ?? 1);
const count = Number(process.env["HANDRAIL_TRIALS"] ?? 2000);

await onServers((server) => {
  testSeason(() => realHouse(server), { first, count, tell: (line) => process.stdout.write(line) });
});
