/** What an outcome without a certain end is believed to be: by the probe, and by the runbook's word about a code. */
import { describe, expect, it } from "vitest";
import { byErrors, confirm } from "../../src/engine/confirm.ts";
import type { Ref } from "../../src/engine/command.ts";
import type { Driver } from "../../src/engine/driver.ts";
import type { Outcome } from "../../src/ports/outcome.ts";

interface Step {
  readonly kind?: string;
  readonly already?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

function refOf({ kind = "http", errors = {}, ...more }: Step): Ref {
  const change = { kind, op: "post", path: "/boats", command: "stopVirtualMachine" };
  const step = { does: "change", id: "moor", change, verify: "moored", errors, ...more };
  return { phase: { steps: [step] }, slot: { step: "moor", request: {} }, target: { row: {}, phases: {} } } as never;
}

const driverOf = (expectation: string): Driver =>
  ({
    state: {
      run_id: "r",
      runbook: {
        probes: { moored: { title: "it is moored", read: { kind: "check" }, expect: expectation } },
        phases: [],
      },
      created: { inputs: {} },
      decisions: {},
      targets: [],
    },
    world: { ports: {} },
  }) as never;

const REFUSED: Outcome = { kind: "unknown", message: "answers 409", evidence: {}, word: { code: "409" } };
const LOST: Outcome = { kind: "unknown", message: "no answer", evidence: {} };

describe("a state that may have been there before", () => {
  const ensured = refOf({ already: "moored" });

  it.each([REFUSED, LOST])("proves the effect where it was seen not to be there: %j", async (outcome) => {
    expect(await confirm(driverOf("true"), ensured, outcome)).toMatchObject({ kind: "applied" });
  });

  it.each([undefined, "other"])("proves nothing where nobody looked before (already: %s)", async (already) => {
    const ref = refOf(already === undefined ? {} : { already });
    expect(await confirm(driverOf("true"), ref, LOST)).toBe(LOST);
  });

  it("proves nothing by not being there, whatever was answered: it may come yet", async () => {
    for (const outcome of [REFUSED, LOST]) expect(await confirm(driverOf("false"), ensured, outcome)).toBe(outcome);
  });
});

describe("what is concluded from what is missing", () => {
  const MISSING: Outcome = {
    kind: "not-applied",
    why: "not-sent",
    code: null,
    message: "no such job",
    evidence: {},
    isPresumed: true,
  };

  it("counts where the effect is seen not to be there", async () => {
    for (const ref of [refOf({ already: "moored" }), refOf({})])
      expect(await confirm(driverOf("false"), ref, MISSING)).toEqual({
        kind: "not-applied",
        why: "not-sent",
        code: null,
        message: expect.stringMatching(/^no such job; looked: /u) as string,
        evidence: {},
      });
  });

  it("is in doubt where the effect is there and may be another's, and where no look is answered", async () => {
    const doubt = { kind: "unknown", message: "no such job", evidence: {} };
    expect(await confirm(driverOf("true"), refOf({}), MISSING)).toEqual(doubt);
    expect(await confirm(driverOf("facts.gone == 1"), refOf({ already: "moored" }), MISSING)).toEqual(doubt);
  });

  it("is done where the effect is there, and was not before", async () => {
    expect(await confirm(driverOf("true"), refOf({ already: "moored" }), MISSING)).toMatchObject({ kind: "applied" });
  });
});

describe("a code", () => {
  it("is a clear no where the runbook says so", () => {
    expect(byErrors(refOf({ errors: { "409": "fail" } }), REFUSED)).toMatchObject({
      kind: "not-applied",
      why: "refused",
      code: "409",
    });
  });

  it("is none where the runbook says nothing of it, or there was none", () => {
    expect(byErrors(refOf({ errors: { "404": "fail" } }), REFUSED)).toBe(REFUSED);
    expect(byErrors(refOf({ errors: { "409": "fail" } }), LOST)).toBe(LOST);
  });

  it("is none for a kind that tells itself which are", () => {
    expect(byErrors(refOf({ kind: "sql.change", errors: { "409": "fail" } }), REFUSED)).toBe(REFUSED);
  });
});
