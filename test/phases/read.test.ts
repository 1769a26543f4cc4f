/** What a look makes of a CloudStack row that lacks what it goes by: no answer, never an absence. */
import { expect, it } from "vitest";
import { ok } from "../../src/ports/result.ts";
import type { Ports } from "../../src/ports/ports.ts";
import { probe } from "../../src/phases/read.ts";
import type { ProbeSpec } from "../../src/phases/spec.ts";

const gone: ProbeSpec = {
  title: "Snapshot s is gone",
  read: {
    kind: "cloudstack",
    command: "listSnapshots",
    params: {},
    columns: { id: "text", state: "text", size: "int" },
  },
  expect: "result.all(s, s.id != 's')",
  because: "it is there",
} as unknown as ProbeSpec;

const scope = { facts: {}, target: {}, inputs: {} } as unknown as Parameters<typeof probe>[1];
const listing = (row: object): Ports =>
  ({ cloudstack: { list: () => Promise.resolve(ok([row])) } }) as unknown as Ports;

it.each([
  ["no id", { state: "BackedUp", size: 1 }],
  ["an empty id", { id: "", state: "BackedUp", size: 1 }],
  ["no number where one is asked for", { id: "t", state: "BackedUp" }],
  ["a number that is none", { id: "t", state: "BackedUp", size: "large" }],
])("a row with %s says nothing", async (_what, row) => {
  expect(await probe(gone, scope, listing(row))).toMatchObject({ ok: false, error: { kind: "garbled" } });
});

it("a row with both says what it says, and an absent text is CloudStack's way to say none", async () => {
  expect(await probe(gone, scope, listing({ id: "t", size: "1" }))).toMatchObject({
    value: { holds: true, answer: [{ id: "t", state: "", size: 1 }] },
  });
});
