/** What engineers type to look, by public pages and books: on both servers hardly any of it is refused. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connections } from "../../src/connections/connect.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import { DOCUMENTED } from "../sql/runbook-reads.ts";
import { deceivedMariadb, deceivedMysql, siteOf, type Deceived } from "../support/deceived.ts";
import { MYSQL, needs } from "../support/needs.ts";

const SERVERS = [
  { on: "mariadb", start: deceivedMariadb, need: null },
  { on: "mysql", start: deceivedMysql, need: MYSQL },
] as const;
/** At most two of a hundred. */
const MOST_REFUSED = 0.02;

for (const { on, start, need } of SERVERS) {
  describe(`on ${on}`, need === null ? {} : await needs(need), () => {
    let server: Deceived;
    let world: Connections;
    const ours = DOCUMENTED.filter((documented) => documented.on === on || documented.on === "both").flatMap(
      ({ sql }) => sql,
    );
    beforeAll(async () => {
      server = await start();
      await server.setUp();
      world = portsOf(siteOf(server, server.root), { redact: (text) => text });
    });
    afterAll(async () => {
      await world.close();
      await server.stop();
    });

    it(`of ${ours.length} documented reads at most 2 % are refused`, async () => {
      const refused: string[] = [];
      const failed: string[] = [];
      for (const sql of ours) {
        const looked = await world.look(sql);
        if (looked.ok) continue;
        (looked.error.code === "not-a-read" ? refused : failed).push(`${sql}: ${looked.error.message}`);
      }
      process.stdout.write(
        `${on}: ${ours.length} asked, ${refused.length} refused, ${failed.length} answered with an error\n`,
      );
      for (const line of [...refused, ...failed]) process.stdout.write(`  ${line}\n`);
      expect(refused.length / ours.length).toBeLessThanOrEqual(MOST_REFUSED);
    });
  });
}
