/** How what becomes of an order is answered, over a desk that says what a test wants. */
import { describe, expect, it } from "vitest";
import { orderDone, orderFailure } from "../../src/serve/answers.ts";
import type { Caller, Ended, Order, Ordered } from "../../src/serve/desk.ts";
import { goesOn, isAsync } from "../../src/serve/ends.ts";
import { orders } from "../../src/serve/orders.ts";
import { endpointOver, type Answer } from "./desk.ts";

const TARGET = { key: "7", label: "mail" };
const asked: (readonly [Order, Caller])[] = [];

async function ordered(answer: Ordered, headers: Record<string, string> = {}): Promise<Answer> {
  asked.length = 0;
  const ask = await endpointOver({
    order: async (...wish) => {
      asked.push(wish);
      return answer;
    },
  });
  const body = JSON.stringify({ runbook: "drain", target: "mail", inputs: { n: 3, who: "ada" } });
  return ask("/api/v1/runs", { method: "POST", headers, body });
}

const begun = (ended: Ended): Ordered => ({
  kind: "begun",
  run_id: "run-1",
  ended: Promise.resolve(ended),
  target: TARGET,
});

it("goes to the desk as it was said, each input as a text, with who called", async () => {
  await ordered(begun({ kind: "recovered" }));
  expect(asked).toEqual([
    [
      { runbook: "drain", target: "mail", inputs: { n: "3", who: "ada" } },
      { client: "127.0.0.1", request: "request-1" },
    ],
  ]);
});

it("is answered when the run ends, or at once with its address", async () => {
  const done = await ordered(begun({ kind: "recovered" }));
  const common = { success: true, runbook: "drain", target: TARGET, run_id: "run-1" };
  expect([done.status, orderDone.parse(JSON.parse(done.text))]).toEqual([
    200,
    { ...common, message: "drain was carried out for mail", timestamp: "2026-11-22T03:12:00.000Z" },
  ]);
  const early = await ordered(
    { ...(begun({ kind: "stopping" }) as Extract<Ordered, { kind: "begun" }>) },
    { prefer: "respond-async" },
  );
  expect([early.status, orderDone.parse(JSON.parse(early.text))]).toMatchObject([
    202,
    { ...common, message: "drain was begun for mail" },
  ]);
  expect(early.headers).toMatchObject({ location: "/api/v1/runs/run-1", "preference-applied": "respond-async" });
});

const NEXT = { run_id: "run-1", next: "handrail resume run-1" };
const nothing = "the server is being stopped; nothing was begun";

describe("what was not recovered", () => {
  it.each<[string, Ordered, number, object]>([
    ["waits", begun({ kind: "waits", says: "it waits" }), 409, { error: "it waits", ...NEXT }],
    ["is left open", begun({ kind: "failed", says: "it failed", open: true }), 500, { error: "it failed", ...NEXT }],
    ["failed", begun({ kind: "failed", says: "it failed", open: false }), 500, { error: "it failed" }],
    ["is held", begun({ kind: "held", says: "by ada" }), 409, { error: "by ada" }],
    ["came too late for its turn", begun({ kind: "stopping" }), 503, { error: nothing }],
    ["came too late", { kind: "stopping" }, 503, { error: nothing }],
    ["is recovered already", { kind: "busy", says: "by run-1", run_id: "run-1" }, 409, { error: "by run-1", ...NEXT }],
    ["is two", { kind: "ambiguous", says: "2 queues" }, 409, { error: "2 queues" }],
    ["is not there", { kind: "unknown", says: "no queue" }, 404, { error: "no queue" }],
    ["is not granted", { kind: "forbidden", says: "no grant" }, 403, { error: "no grant" }],
    ["does not fit", { kind: "unfit", says: "no number" }, 422, { error: "no number" }],
    ["cannot be asked for", { kind: "unreachable", says: "no database" }, 500, { error: "no database" }],
    ["has no place", { kind: "full", says: "8 run" }, 503, { error: "8 run; nothing was begun, come again later" }],
  ])("is said: it %s", async (_how, answer, status, body) => {
    const got = await ordered(answer);
    expect([got.status, orderFailure.parse(JSON.parse(got.text))]).toEqual([
      status,
      { success: false, runbook: "drain", target: "mail", ...body },
    ]);
    expect(got.headers["retry-after"]).toBe(answer.kind === "full" ? "60" : undefined);
  });
});

it("describes every answer that it gives, beside those of any route", () => {
  expect(Object.keys(orders({ 418: { says: "a teapot", body: null } }).answers)).toEqual([
    "200",
    "202",
    "400",
    "403",
    "404",
    "409",
    "418",
    "422",
    "500",
    "503",
  ]);
});

it("is not waited for where one of the caller's preferences says so", () => {
  expect(["respond-async", "wait=5, Respond-Async", "respond-async; x=1"].map(isAsync)).toEqual([true, true, true]);
  expect([undefined, "", "respond-asynchronous", "x=respond-async"].map(isAsync)).toEqual([false, false, false, false]);
  expect(goesOn({ kind: "held", says: "" })).toBe(false);
});
