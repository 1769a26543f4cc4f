/** After a lost answer to an act on a server: what a look at it may be taken for. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { siteClock } from "../../src/connections/clock.ts";
import { databaseOf, type Database as Ports } from "../../src/connections/databases.ts";
import type { AdminAct } from "../../src/ports/sql-admin.ts";
import { startDatabase, type Database } from "../support/database.ts";

const set = (value: string): AdminAct => ({ op: "set_global", variable: "max_connect_errors", value });

describe.each(["mariadb", "mysql"] as const)("%s", (server) => {
  let database: Database;
  let ports: Ports;

  beforeAll(async () => {
    database = await startDatabase(server);
    const { mysql } = database.site();
    ports = databaseOf(
      { name: "db", mysql, onReplica: false },
      { redact: (text) => text, clock: siteClock(1), host: null },
    );
    await ports.locks.acquire([{ key: "db", label: "db" }], "run-1");
  });
  afterAll(async () => {
    await ports.locks.release();
    await ports.close();
    await database.stop();
  });

  /** Settles an act that was never sent, with what was seen of it before; `meanwhile` is done by somebody else. */
  async function settle(act: AdminAct, meanwhile: string) {
    const facts = await ports.admin.survey(act);
    const intent = await ports.admin.beforeIntent();
    if (!facts.ok || !intent.ok) throw new Error("the server does not answer");
    await database.root.query(meanwhile);
    return ports.admin.settle(act, facts.value, intent.value);
  }

  it("tells nothing of what was so before it was sent, sees what became so, and what did not", async () => {
    await database.root.query("SET GLOBAL max_connect_errors = 111");
    const kinds = [
      await settle(set("111"), "DO 0"),
      await settle(set("222"), "DO 0"),
      await settle(set("222"), "SET GLOBAL max_connect_errors = 222"),
      await settle(set("333"), "SET GLOBAL max_connect_errors = 444"),
    ].map(({ kind }) => kind);
    expect(kinds).toEqual(["unknown", "not-applied", "applied", "unknown"]);
  });

  it("does not take a variable that acts and keeps nothing for one that was never set", async () => {
    const act: AdminAct = { op: "set_global", variable: "innodb_buffer_pool_dump_now", value: "ON" };
    expect(await settle(act, "SET GLOBAL innodb_buffer_pool_dump_now = ON")).toMatchObject({ kind: "unknown" });
  });
});
