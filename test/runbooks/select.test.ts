/** Which targets a runbook could act on, and what is typed to approve what cannot be undone for one of them. */
import { describe, expect, it } from "vitest";
import type { Runbook } from "../../src/phases/spec.ts";
import type { Ports } from "../../src/ports/ports.ts";
import { ok } from "../../src/ports/result.ts";
import { askSelection, candidates, pickTargets } from "../../src/runbooks/select.ts";

const runbookOf = (target?: Runbook["target"]): Runbook =>
  ({
    ...(target === undefined ? {} : { target }),
    select: { sql: "", columns: {}, key: "id", label: "name", stuck: "target.stuck == 'yes'", show: [] },
  }) as unknown as Runbook;

/** Two rows whose names cannot be typed, and one whose name can. */
const ROWS = [
  { id: "key-0001", name: "\u202eevil", stuck: "no" },
  { id: "key-0002", name: "same", stuck: "no" },
  { id: "key-0003", name: "same", stuck: "no" },
  { id: "key-0004", name: "alpha", stuck: "no" },
];
const wordsIn = (target?: Runbook["target"]): readonly string[] =>
  candidates(runbookOf(target), ROWS).map(({ word }) => word);

describe("the word that is typed for a target", () => {
  it("is its name, and what its runbook calls one where the name cannot be typed", () => {
    expect(wordsIn({ noun: "VM", nouns: "VMs" })).toEqual(["vm-0001", "same-0002", "same-0003", "alpha"]);
    expect(wordsIn({ noun: "Load balancer", nouns: "Load balancers" })[0]).toBe("loadbalancer-0001");
    expect(wordsIn()[0]).toBe("target-0001");
  });

  it("begins with what every keyboard has, whatever the runbook calls its targets", () => {
    expect(wordsIn({ noun: "Сервер", nouns: "Серверы" })[0]).toBe("target-0001");
  });
});

it.each([
  [{ names: ["beta"], allStuck: false }, "there is no host beta. No host is stuck now."],
  [{ names: ["same"], allStuck: false }, "2 hosts are named same; say which by its key:"],
  [{ names: [], allStuck: false }, "name the host with --host NAME, or say --all-stuck. No host is stuck now."],
  [{ names: [], allStuck: true }, "no host is stuck: there is nothing to recover"],
])("what cannot be picked is said with the runbook's noun: %j", (wish, message) => {
  const runbook = runbookOf({ noun: "host", nouns: "hosts" });
  const picked = pickTargets(runbook, candidates(runbook, ROWS), { ...wish, option: "host" });
  expect(picked.ok ? "" : picked.error.message.split("\n")[0]).toBe(message);
});

it("of two rows with one key the one that was named first is the target, and it is one target", () => {
  const runbook = runbookOf();
  const twins = candidates(runbook, [
    { id: "key-1", name: "old", stuck: "no" },
    { id: "key-1", name: "new", stuck: "no" },
    { id: "key-2", name: "other", stuck: "no" },
  ]);
  const picked = pickTargets(runbook, twins, { names: ["old", "other", "new"], allStuck: false, option: "target" });
  expect(picked.ok && picked.value.map(({ label }) => label)).toEqual(["old", "other"]);
});

describe("targets that a service lists", () => {
  const listing = (...ids: readonly string[]): Promise<unknown> => {
    const select = { kind: "http", op: "get", path: "/boats", columns: { id: "text" }, key: "id", label: "id" };
    const json = ids.map((id) => ({ id }));
    const sea = { name: "sea", ask: () => Promise.resolve(ok({ status: 200, json, excerpt: "" })) };
    return askSelection({ select } as unknown as Runbook, { http: { sea } } as unknown as Ports);
  };

  it("are its rows", async () => {
    expect(await listing("a", "b")).toEqual({ ok: true, value: [{ id: "a" }, { id: "b" }] });
  });

  it("are nobody where two have one key, or one has none", async () => {
    expect(await listing("a", "b", "a")).toMatchObject({
      error: { kind: "garbled", message: expect.stringContaining("has the id a twice") as string },
    });
    expect(await listing("a", "")).toMatchObject({
      error: { kind: "garbled", message: expect.stringContaining("whose id is empty") as string },
    });
  });
});
