/** What is said where the locks of a run were lost and are asked for once more; the server is played. */
import { expect, it } from "vitest";
import { runLocks } from "../../src/connections/mysql/locks.ts";
import type { SqlSession } from "../../src/connections/mysql/session.ts";
import { SqlTrouble } from "../../src/connections/mysql/trouble.ts";
import type { Writer } from "../../src/connections/mysql/writer.ts";
import { bad, good } from "../support/result.ts";

/** Locks over a server that answers GET_LOCK so, one answer for each time that it is asked; the lock is always seen lost. */
function locksOver(...answers: readonly (string | Error)[]) {
  const rest = [...answers];
  const calls: string[] = [];
  const answerTo = (sql: string): string | null => {
    if (!sql.includes("GET_LOCK")) return sql.includes("CONNECTION_ID") ? "0" : null;
    const answer = rest.shift() ?? "1";
    if (typeof answer !== "string") throw answer;
    return answer;
  };
  const session = { run: (sql: string) => Promise.resolve({ rows: [[answerTo(sql)]] }) } as unknown as SqlSession;
  const work = (inside: (live: SqlSession) => Promise<unknown>) => Promise.resolve(session).then(inside);
  const writer = {
    alone: work,
    inAnyMode: work,
    identity: () => Promise.resolve({ fingerprint: "f" }),
    pin: (isHeld: boolean) => void calls.push(isHeld ? "pin" : "unpin"),
    renew: () => Promise.resolve(void calls.push("renew")),
  } as unknown as Writer;
  return { locks: runLocks({ writer, host: null, redact: (text) => text }), calls };
}

const TARGETS = [{ key: "a", label: "vm-a" }];

it("taken again on a new connection, they are the run's", async () => {
  const { locks, calls } = locksOver("1", "1");
  good(await locks.acquire(TARGETS, "run-1"));
  good(await locks.fence(1));
  expect(calls).toEqual(["pin", "unpin", "renew", "pin"]);
});

it("another connection is said to hold them only where the server said so, and they can be asked for again", async () => {
  const { locks } = locksOver("1", "0", "1");
  good(await locks.acquire(TARGETS, "run-1"));
  expect(bad(await locks.fence(1))).toMatchObject({
    kind: "refused",
    message: "Another connection still holds the run's locks on the database server.",
  });
  good(await locks.fence(1));
});

it("a server that does not answer, or says no, is told so and accuses nobody", async () => {
  const lost = new SqlTrouble("lost", "connect ECONNREFUSED", { sent: false });
  const refused = new SqlTrouble("refused", "Query execution was interrupted", { code: "1317", sent: true });
  const { locks } = locksOver("1", lost, refused, "1");
  good(await locks.acquire(TARGETS, "run-1"));
  expect(bad(await locks.fence(1))).toMatchObject({
    kind: "unreachable",
    message: expect.stringContaining("the database does not answer (connect ECONNREFUSED)"),
  });
  expect(bad(await locks.fence(1))).toMatchObject({
    kind: "refused",
    message: expect.stringContaining("Query execution was interrupted (1317)"),
  });
  good(await locks.fence(1));
});
