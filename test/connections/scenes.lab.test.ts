import { afterAll, beforeAll, expect, it } from "vitest";
import { onServers } from "../support/needs.ts";
import { CHARSETS } from "../support/sql-scenes/charsets.ts";
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

  it("knows every character set of the server", async () => {
    const [rows] = await theatre.root.query("SHOW CHARACTER SET");
    expect((rows as { Charset: string }[]).map(({ Charset }) => Charset).sort()).toEqual(
      [...CHARSETS, ...(theatre.server === "mysql" ? ["gb18030"] : [])].sort(),
    );
  });

  // HANDRAIL_SEED=17 plays one scene alone.
  const seed = process.env["HANDRAIL_SEED"];
  const [first, count] = seed === undefined ? [1, 40] : [Number(seed), 1];

  it(`changes only what was shown, and takes back what it promises (seeds ${first} to ${first + count - 1})`, async () => {
    const season = await playSeason(theatre, first, count);
    process.stdout.write(`${endLines(season)}\n`);
    expect(season.faults).toEqual([]);
    // Refusing everything would be no fault, and no use.
    expect(season.ends.get("undone complete") ?? 0).toBeGreaterThanOrEqual(Math.floor(count / 8));
  });
});
