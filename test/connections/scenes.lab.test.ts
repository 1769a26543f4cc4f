import { expect, it } from "vitest";
import { onServers } from "../support/needs.ts";
import { CHARSETS } from "../support/sql-scenes/charsets.ts";
import { realHouse } from "../support/sql-scenes/theatre.ts";
import { testSeason } from "../support/sql-scenes/season.ts";

// HANDRAIL_SEED=17 plays one scene alone.
const seed = process.env["HANDRAIL_SEED"];
const wanted = seed === undefined ? { first: 1, count: 40 } : { first: Number(seed), count: 1 };

await onServers((server) => {
  const { theatre } = testSeason(() => realHouse(server), wanted);

  it("knows every character set of the server", async () => {
    const [rows] = await theatre().root.query("SHOW CHARACTER SET");
    expect((rows as { Charset: string }[]).map(({ Charset }) => Charset).sort()).toEqual(
      [...CHARSETS, ...(server === "mysql" ? ["gb18030"] : [])].sort(),
    );
  });
});
