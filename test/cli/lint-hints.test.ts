/** What lint says would fit, where a runbook has a name that is none. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { HANDRAIL } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "handrail-hints-"));
const file = join(folder, "wrong.yaml");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const incident = (name: string): string => readFileSync(new URL(`../incidents/${name}.yaml`, import.meta.url), "utf8");

/** The hints of lint for a runbook with one text changed. */
function hints(name: string, from: string, to: string): string[] {
  const text = incident(name).replaceAll(from, to);
  expect(text).not.toBe(incident(name));
  writeFileSync(file, text);
  const { stdout, stderr } = spawnSync(HANDRAIL, ["lint", file], { encoding: "utf8" });
  return [...(stdout + stderr).matchAll(/^ {2}hint: (.*)$/gmu)].map(([, hint = ""]) => hint);
}

describe("a key", () => {
  it.each([
    ["of a step, in its short form", "verify: poison-gone", "ensur: poison-gone", 'did you mean "ensure"?'],
    [
      "of a step that is like none",
      "verify: poison-gone",
      "zzzzzzzzzzzz: poison-gone",
      "there are id, title, why, when, foreach, key, risk, already, require, verify, errors, undo, limit, stays_until, kind, sql, connection, params, touches, ensure",
    ],
    [
      "of a contract",
      "touches: { table: jobs,",
      "touches: { zzzzzzzzzzzz: jobs, table: jobs,",
      "there are table, rows, within, exactly, at_most",
    ],
  ])("%s", (_what, from, to, hint) => {
    expect(hints("queue", from, to)).toContain(hint);
  });
});

describe("a name in an expression", () => {
  it.each([
    ["a field of a row", "queue", "row.poison == 0", "row.poisn == 0", 'did you mean "poison"?'],
    ["a field that is like none", "queue", "row.poison == 0", "row.zzzzzzzzz == 0", "there are jobs, poison"],
    ["a field of the answer", "service", 'pairs["name"]', 'pars["name"]', 'did you mean "pairs"?'],
    ["the answer", "queue", "result.size() == 1", "reslt.size() == 1", 'did you mean "result"?'],
    ["a row", "queue", "row.id)", "rwo.id)", 'did you mean "row"?'],
    ["the facts", "queue", "when: facts.", "when: fcts.", 'did you mean "facts"?'],
    ["a fact", "queue", "when: facts.poison", "when: facts.poisn", 'did you mean "poison"?'],
    ["a field of the target", "queue", "target.is_stuck", "target.is_stuk", 'did you mean "is_stuck"?'],
    ["one in a sentence", "queue", "${target.queue}", "${target.quue}", 'did you mean "queue"?'],
    ["an input", "balancer", "inputs.node", "inputs.nod", 'did you mean "node"?'],
  ])("%s", (_what, name, from, to, hint) => {
    expect(new Set(hints(name, from, to))).toEqual(new Set([hint]));
  });
});
