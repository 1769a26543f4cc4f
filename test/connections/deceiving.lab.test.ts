import type { Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connections } from "../../src/connections/connect.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import { ANSWERED } from "../sql/answered.ts";
import { DECEIVING } from "../sql/deceiving.ts";
import { MARIADB_DECEIVING, MYSQL_DECEIVING } from "../sql/deceiving-more.ts";
import { HARMLESS } from "../sql/harmless.ts";
import { HIDDEN, TRICKS, WOVEN } from "../sql/woven.ts";
import { deceivedMariadb, deceivedMysql, enter, rowsOf, siteOf, stateOf, type Deceived } from "../support/deceived.ts";
import { MYSQL, needs } from "../support/needs.ts";
import { slowness } from "../support/pace.ts";
import { sampled } from "../support/sample.ts";

const SERVERS = [
  { name: "MariaDB", start: deceivedMariadb, need: null },
  { name: "MySQL", start: deceivedMysql, need: MYSQL },
] as const;

const ALL: readonly string[] = [
  ...DECEIVING,
  ...WOVEN,
  ...TRICKS,
  ...HIDDEN,
  ...ANSWERED,
  ...MYSQL_DECEIVING,
  ...MARIADB_DECEIVING,
];
/** What would stop the server, wait for long or take more than a table back, instead of telling what it does. */
const NOT_RUN =
  /^(?:SHUTDOWN|RESTART|SELECT SLEEP\(5\)|SELECT MASTER_POS_WAIT|CLONE|ALTER INSTANCE|RESET BINARY|PURGE|SET PERSIST_ONLY|BACKUP|LOCK INSTANCE)/;
/** How long a statement that waits for ever is waited for, seconds. */
const WAIT_S = Math.ceil(slowness());

for (const { name, start, need } of SERVERS) {
  describe(`on ${name}`, need === null ? {} : await needs(need), () => {
    let server: Deceived;
    /** As the appliance's own account, and as one that may do all. */
    let worlds: readonly Connections[];
    let watcher: Connection;
    let baseline: string;
    const placed = (sql: string): string =>
      sql.replaceAll("{dir}", server.dir).replaceAll("'/tmp/x'", `'${server.dir}/x'`);
    const state = (log = true): Promise<string> => stateOf(watcher, server, log);

    beforeAll(async () => {
      server = await start();
      await server.setUp();
      watcher = await enter(server, server.root);
      await watcher.query(server.bound(10 * WAIT_S));
      baseline = await state(false);
      worlds = server.accounts.map((account) => portsOf(siteOf(server, account), { redact: (text) => text }));
    });
    afterAll(async () => {
      await Promise.all(worlds.map((world) => world.close()));
      await watcher.end();
      await server.stop();
    });

    /** Gives those of the statements that something is different after. */
    async function acting(sqls: readonly string[]): Promise<string[]> {
      const before = await state();
      for (const sql of sqls) for (const world of worlds) await world.look(placed(sql));
      if ((await state()) === before) return [];
      if (sqls.length === 1) return [...sqls];
      const half = sqls.length >> 1;
      const found: string[] = [];
      for (const part of [sqls.slice(0, half), sqls.slice(half)]) {
        // What was set once is not set otherwise by being set again: whoever did it is seen only from the beginning.
        await server.setUp();
        found.push(...(await acting(part)));
      }
      return found.length > 0 ? found : [`one of these, after the others: ${sqls.join(" | ")}`];
    }

    it(`none of ${sampled(ALL, 3).length} statements that deceive acts through the reading connection, as either account`, async () => {
      const acted: string[] = [];
      const tried = sampled(ALL, 3);
      for (let at = 0; at < tried.length; at += 50) acted.push(...(await acting(tried.slice(at, at + 50))));
      expect(acted).toEqual([]);
    });

    it("and what acts where nothing holds it back is refused before it is sent", async () => {
      const missed: string[] = [];
      const tried = sampled(
        ALL.filter((sql) => !NOT_RUN.test(sql)),
        18,
      );
      let writing = 0;
      for (const sql of tried) {
        if (!(await wroteFreely(placed(sql)))) continue;
        writing += 1;
        for (const world of worlds) {
          const looked = await world.look(placed(sql));
          if (looked.ok || looked.error.code !== "not-a-read") missed.push(sql);
        }
      }
      process.stdout.write(`${name}: ${tried.length} statements run freely, ${writing} of them act\n`);
      expect(missed).toEqual([]);
      expect(writing).toBeGreaterThan(tried.length / 4);
    });

    it("reads that are known for harmless are answered, or refused by the server for a table that is not there", async () => {
      const refused: string[] = [];
      for (const sql of [...HARMLESS, ...ANSWERED, "SELECT * FROM v_pure", "SELECT c.f_pure(3)"]) {
        const looked = await worlds[1]?.look(sql);
        if (looked?.ok === false && looked.error.code === "not-a-read") refused.push(sql);
      }
      // USE is for what a person types; SET STATEMENT is nothing that MySQL knows.
      const other = name === "MySQL" ? /^(?:USE|SET STATEMENT)/ : /^USE/;
      expect(refused.filter((sql) => !other.test(sql))).toEqual([]);
    });

    async function sessionOf(connection: Connection): Promise<string> {
      const found = [];
      for (const sql of server.session) found.push(await rowsOf(connection, sql));
      return JSON.stringify(found);
    }

    /** Runs a statement with all rights, in a session that nothing holds back, and says whether anything is different. */
    async function wroteFreely(sql: string): Promise<boolean> {
      const free = await enter(server, server.root);
      try {
        await free.query(server.bound(WAIT_S));
        const [before, session] = [await state(), await sessionOf(free)];
        await free.query(sql).catch(() => undefined);
        const changed = (await state()) !== before;
        const wrote = changed || (await sessionOf(free)) !== session;
        free.destroy();
        if (changed) await restore();
        return wrote;
      } finally {
        free.destroy();
      }
    }

    /** Rows alone are quickly put back; whatever else is different needs everything anew. */
    async function restore(): Promise<void> {
      for (const sql of [
        "DELETE FROM c.log",
        "DELETE FROM c.t WHERE id > 2",
        "REPLACE INTO c.t VALUES (1, 1), (2, 2)",
        "REPLACE INTO c.u VALUES (1, 1, 1)",
        "ALTER SEQUENCE c.s RESTART 1",
      ])
        await watcher.query(sql).catch(() => undefined);
      if ((await state(false)) !== baseline) await server.setUp();
    }
  });
}
