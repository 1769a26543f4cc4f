import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Connections } from "../../src/connections/connect.ts";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import { lockName, type HostLocks } from "../../src/connections/mysql/locks.ts";
import { err, ok } from "../../src/ports/result.ts";
import { startDatabase, type Database } from "../support/database.ts";
import { bad, good } from "../support/result.ts";

let database: Database;
const open: Connections[] = [];
const console_ = (host?: HostLocks): Connections => {
  const made = portsOf(database.site(), { redact: (text) => text, ...(host && { host }) });
  open.push(made);
  return made;
};

beforeAll(async () => {
  database = await startDatabase();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => database.stop());

const targets = (...keys: string[]) => keys.map((key) => ({ key, label: `vm of ${key}` }));

describe("the run's locks", () => {
  it("refuse a second console, all or none", async () => {
    const [one, two, three] = [console_(), console_(), console_()];
    good(await one.locks.acquire(targets("b"), "run1"));
    expect(bad(await two.locks.acquire(targets("a", "b", "c"), "run2"))).toMatchObject({
      kind: "held",
      target: "vm of b",
      where: "server",
      holder: null,
      connection: { client: expect.stringMatching(/^(localhost|127\.0\.0\.1)$/u) as string },
    });
    good(await three.locks.acquire(targets("a", "c"), "run3"));
    await one.locks.release();
    good(await two.locks.acquire(targets("b"), "run2"));
  });

  it("tell a second host who has them, without any right, and only while they are held", async () => {
    const holder = (run_id: string) => ({
      login: "kim ☂",
      host: "appliance-b.example.org",
      pid: 4711,
      run_id,
      since: "2026-11-26T03:12:00.000Z",
    });
    const named = portsOf(database.site(), { redact: (text) => text, holder });
    open.push(named);
    const two = console_();
    good(await named.locks.acquire(targets("a", "b"), "run1"));
    expect(bad(await two.locks.acquire(targets("b"), "run2"))).toMatchObject({ holder: holder("run1") });
    const { connection_id: id } = good(await named.sql.beforeIntent());
    const spelled = async (): Promise<unknown> =>
      (await database.root.query(`SELECT IS_USED_LOCK('handrail:who:${String(id)}:0:7') id`))[0];
    expect(await spelled()).toEqual([{ id: Number(id) }]);
    await named.locks.release();
    expect(await spelled()).toEqual([{ id: null }]);
    good(await two.locks.acquire(targets("b"), "run2"));
    expect(bad(await named.locks.acquire(targets("b"), "run3"))).toMatchObject({ holder: null });
  });

  it("fit the server's limit of 64 characters and tell any two keys apart", () => {
    const names = ["ctx", "CTX", "c tx", "x".repeat(300)].map((key) => lockName("server", key));
    expect(new Set(names).size).toBe(4);
    expect(names.every((name) => name.length <= 64)).toBe(true);
  });

  it("are found lost after the connection was killed, and everything on it stops", async () => {
    const one = console_();
    good(await one.locks.acquire(targets("a"), "run1"));
    good(await one.locks.check());
    const { connection_id: id } = good(await one.sql.beforeIntent());
    await database.root.query("KILL ?", [id]);
    expect(bad(await one.locks.check()).message).toMatch(/locks are lost/);
    expect(bad(await one.sql.beforeIntent()).kind).toBe("unreachable");
    good(await one.locks.acquire(targets("a"), "run1"));
    good(await one.locks.check());
  });

  it("take the host's first and give them back when the server refuses", async () => {
    const seen: string[] = [];
    const host: HostLocks = {
      acquire: (wanted) => {
        seen.push(`take ${wanted.length}`);
        return ok(undefined);
      },
      release: () => void seen.push("give back"),
    };
    const [one, two] = [console_(), console_(host)];
    good(await one.locks.acquire(targets("b"), "run1"));
    bad(await two.locks.acquire(targets("a", "b"), "run2"));
    expect(seen).toEqual(["take 2", "give back"]);
  });

  it("never reach the server where the host refuses", async () => {
    const holder = { login: "kim", host: "appliance", pid: 7, run_id: "run9", since: "2025-10-10T10:00:00Z" };
    const held = { kind: "held", target: "vm of a", where: "host", holder } as const;
    const two = console_({ acquire: () => err(held), release: () => undefined });
    expect(bad(await two.locks.acquire(targets("a"), "run2"))).toEqual(held);
    good(await console_().locks.acquire(targets("a"), "run3"));
  });

  it("are lost with the lock file on this host", async () => {
    let there = true;
    const one = console_({ acquire: () => ok(undefined), held: () => there, release: () => undefined });
    good(await one.locks.acquire(targets("a"), "run1"));
    good(await one.locks.check());
    there = false;
    expect(bad(await one.locks.check()).message).toMatch(/lock file/);
  });
});
