/** How what became of a cleanup is told to the program that asked for it. */
import { expect, test } from "vitest";
import { acceptanceBody, failureBody, successBody } from "../../../../src/packs/appliance/endpoint/answers.ts";
import type { Begun, Caller, Ended } from "../../../../src/serve/desk.ts";
import { timestamp } from "../../../../src/serve/views.ts";
import { vmName } from "../../../../src/packs/appliance/endpoint/vm-name.ts";
import { endpointOver, type Answer, type Call } from "../../../serve/desk.ts";

const NOW = timestamp(new Date("2026-11-22T03:12:00Z"));
const pathOf = (name: string): string => `/api/v1/failover/${encodeURIComponent(name)}/cleanup-failed`;

async function ask(begun: Begun, call: Call = {}): Promise<Answer> {
  const endpoint = await endpointOver({ begin: async () => begun });
  return endpoint(pathOf("web 1"), { method: "POST", ...call });
}

const endsAs = (ended: Ended): Begun => ({ kind: "begun", run_id: "run-1", ended: Promise.resolve(ended) });
const refusal = (says: string, more = {}): object => ({
  success: false,
  error: `Failed to cleanup failed execution: ${says}`,
  vm_name: "web 1",
  ...more,
});
const NEXT = { run_id: "run-1", next: "handrail resume run-1" };

test.each<[string, Begun, number, object]>([
  ["an unknown name", { kind: "unknown" }, 404, refusal("there is no VM of the name web 1; nothing was begun")],
  ["two VMs of the name", { kind: "ambiguous", says: "two" }, 409, refusal("two")],
  ["an open run", { kind: "busy", says: "it has one", run_id: "run-1" }, 409, refusal("it has one", NEXT)],
  ["no answer", { kind: "unreachable", says: "no answer" }, 500, refusal("no answer")],
  ["a stop", { kind: "stopping" }, 503, refusal("the server is being stopped; nothing was begun")],
  ["no room", { kind: "full", says: "full" }, 503, refusal("full; nothing was begun, come again later")],
  ["a run that waits", endsAs({ kind: "waits", says: "waits" }), 409, refusal("waits", NEXT)],
  ["a failure that is open", endsAs({ kind: "failed", says: "no", open: true }), 500, refusal("no", NEXT)],
  ["a failure that is closed", endsAs({ kind: "failed", says: "no", open: false }), 500, refusal("no")],
  ["a VM that is held", endsAs({ kind: "held", says: "ada" }), 409, refusal("ada")],
])("%s", async (_what, begun, status, body) => {
  const answer = await ask(begun);
  expect([answer.status, failureBody.parse(JSON.parse(answer.text))]).toEqual([status, body]);
  expect(answer.headers["retry-after"]).toBe(begun.kind === "full" ? "60" : undefined);
});

test("a recovery is told with the time, in the words of the original", async () => {
  const answer = await ask(endsAs({ kind: "recovered" }));
  const message = "Failed execution cleanup completed for web 1";
  expect([answer.status, successBody.parse(JSON.parse(answer.text))]).toEqual([
    200,
    { success: true, message, vm_name: "web 1", timestamp: NOW },
  ]);
});

test.each([
  "respond-async",
  "wait=5, respond-async",
  "Respond-Async; x=1",
  "respond-async ;x=1",
  "respond-async ,wait=5",
])("%s: the answer comes at once", async (prefer) => {
  const forEver: Begun = { kind: "begun", run_id: "run-1", ended: new Promise(() => {}) };
  const answer = await ask(forEver, { headers: { prefer } });
  expect([answer.status, acceptanceBody.parse(JSON.parse(answer.text))]).toEqual([
    202,
    {
      success: true,
      message: "Failed execution cleanup was begun for web 1",
      vm_name: "web 1",
      run_id: "run-1",
      timestamp: NOW,
    },
  ]);
  expect(answer.headers).toMatchObject({ location: "/api/v1/runs/run-1", "preference-applied": "respond-async" });
});

test("another preference waits for the end", async () => {
  expect((await ask(endsAs({ kind: "recovered" }), { headers: { prefer: "not-respond-async" } })).status).toBe(200);
});

test("the desk is told the exact name and who asked", async () => {
  const calls: [string, Caller][] = [];
  const begin = async (name: string, caller: Caller): Promise<Begun> => {
    calls.push([name, caller]);
    return { kind: "unknown" };
  };
  const endpoint = await endpointOver({ begin });
  await endpoint(pathOf(" Ä b "), { method: "POST" });
  expect(calls).toEqual([[" Ä b ", { client: "127.0.0.1", request: "request-1" }]]);
});

test("what cannot be a name is not repeated, and nobody is asked", async () => {
  const endpoint = await endpointOver({});
  const { status, text } = await endpoint("/api/v1/failover/a%2fb/cleanup-failed", { method: "POST" });
  expect([status, JSON.parse(text)]).toEqual([
    400,
    {
      success: false,
      error: "Failed to cleanup failed execution: a VM name holds no slash; nothing was begun",
      vm_name: "",
    },
  ]);
});

test.each<[string, string]>([
  ["%ff", "the VM name in the path is not encoded as UTF-8"],
  ["", "the path names no VM"],
  [".", "a VM name is not a step through folders"],
  ["%2e%2e", "a VM name is not a step through folders"],
  ["a%5Cb", "a VM name holds no slash"],
  ["a%07b", "the VM name holds control characters"],
  ["a%E2%80%A8b", "the VM name holds control characters"],
  ["x".repeat(256), "the VM name is longer than 255 characters"],
])("%s is no name", (segment, error) => {
  expect(vmName(segment)).toEqual({ ok: false, error });
});

test.each(["a.b", "...", " a ", "x".repeat(255), "🙂".repeat(255)])("%s is one, exactly as it is", (name) => {
  expect(vmName(encodeURIComponent(name))).toEqual({ ok: true, value: name });
});
