/** Inputs of a run: what fits, what is told where something does not, and what there is to choose from. */
import { describe, expect, it } from "vitest";
import { inputChoices, inputForm, inputValue } from "../../src/phases/input.ts";
import type { InputSpec, InputType } from "../../src/phases/spec.ts";
import type { Ports } from "../../src/ports/ports.ts";
import { ok } from "../../src/ports/result.ts";
import { bad, good } from "../support/result.ts";

const spec = (type: InputType): InputSpec => ({ title: "The ticket", type });
const TICKET = spec({ kind: "text", pattern: "INC-[0-9]+|none" });
const SECONDS = spec({ kind: "int", from: -1, to: 600 });
const POOL = spec({ kind: "choice", choices: ["blue", "green"] });
const read = { kind: "sql.read", sql: "SELECT name FROM pools", params: {}, columns: { name: "text" } };
const NODE = spec({ kind: "choice-from", read, column: "name" });

describe("a value", () => {
  it.each<[InputSpec, string, string | number]>([
    [TICKET, "INC-4711", "INC-4711"],
    [TICKET, "none", "none"],
    [SECONDS, "0600", 600],
    [SECONDS, "-1", -1],
    [POOL, "green", "green"],
    [spec({ kind: "text" }), "'; DROP TABLE nodes; --", "'; DROP TABLE nodes; --"],
  ])("of %o may be %s", (type, text, value) => {
    expect(good(inputValue(type, text, null))).toBe(value);
  });

  it.each<[InputSpec, string, string]>([
    [TICKET, "INC-4711; rm", "a text that matches INC-[0-9]+|none"],
    [TICKET, "INC-", "a text that matches INC-[0-9]+|none"],
    [TICKET, "nones", "a text that matches INC-[0-9]+|none"],
    [SECONDS, "601", "a whole number from -1 to 600"],
    [SECONDS, "6e2", "a whole number from -1 to 600"],
    [SECONDS, "", "a whole number from -1 to 600"],
    [POOL, "red", "one of blue, green"],
    [spec({ kind: "text" }), "", "a text of at most 200 characters"],
    [spec({ kind: "text" }), "two\nlines", "a text of at most 200 characters, in letters that can be seen"],
    [spec({ kind: "text" }), "a\u202eb", "a text of at most 200 characters, in letters that can be seen"],
    [spec({ kind: "text" }), "x".repeat(201), "a text of at most 200 characters"],
  ])("of %o may not be %j", (type, text, message) => {
    expect(bad(inputValue(type, text, null))).toContain(message);
  });

  it("is one of those that were asked for", () => {
    expect(good(inputValue(NODE, "n2", ["n1", "n2"]))).toBe("n2");
    expect(bad(inputValue(NODE, "n3", ["n1", "n2"]))).toBe("one of n1, n2");
    expect(bad(inputValue(NODE, "n3", []))).toBe("one of nothing: there is none");
    expect(inputForm(NODE)).toBe("one of the values in name that the database has");
  });
});

describe("the choices", () => {
  const ports = (rows: readonly { readonly name: string | null }[]) =>
    ({ sql: { read: () => Promise.resolve(ok({ rows })) }, databases: {} }) as unknown as Ports;

  it("are the values of a column, each once", async () => {
    const rows = [{ name: "n1" }, { name: "n2" }, { name: "n1" }, { name: null }];
    expect(good(await inputChoices(NODE, ports(rows)))).toEqual(["n1", "n2"]);
  });

  it("are those of the runbook, or none", async () => {
    expect(good(await inputChoices(POOL, ports([])))).toEqual(["blue", "green"]);
    expect(good(await inputChoices(TICKET, ports([])))).toBeNull();
  });
});
