/** The ids that expressions name, and what lint says of those that a runbook does not have. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { idsIn } from "../../src/runbooks/expression-ids.ts";
import { loadRunbooks } from "../../src/runbooks/load.ts";

describe("an expression names", () => {
  it.each([
    ["decisions['way'] == 'plan'", ["choice plan of way", "gate way"]],
    [
      "decisions.way != 'plan' || 'go' == decisions[\"way\"]",
      ["choice plan of way", "gate way", "choice go of way", "gate way"],
    ],
    ["decisions['way'] in ['a', 'b', '']", ["choice a of way", "choice b of way", "gate way"]],
    ["left == 'nudge' || left in ['advance', '']", ["rung nudge", "rung advance"]],
    ["item.id in done['revert'] && done.detach.size() > 0", ["step revert", "step detach"]],
    ["'revert' in done && 'way' in decisions", ["step revert", "gate way"]],
    ["facts.x.exists(left, left == 'port')", []],
    ["facts.x.exists(v, v == decisions['way'])", ["gate way"]],
    ["target.left == 'port' && target.done['x'] == 'y'", []],
    ["decisions[target.id] == 'go'", []],
    ["decisions['way'] == ", []],
  ])("%s", (expression, ids) => {
    const texts = idsIn(expression).map(({ of, id, gate }) => `${of} ${id}${gate === undefined ? "" : ` of ${gate}`}`);
    expect(texts.toSorted()).toEqual(ids.toSorted());
  });
});

const shipped = readFileSync(new URL("../../runbooks.yaml", import.meta.url), "utf8");

/** What lint says once the shipped file has one word changed: message, hint, and the text at its place. */
function said(from: string, to: string): readonly string[] {
  const text = shipped.replace(from, to);
  expect(text).not.toBe(shipped);
  const loaded = loadRunbooks(text, "f.yaml");
  const lines = text.split("\n");
  return loaded.ok
    ? []
    : loaded.error.map(
        ({ rule, message, hint, line, column }) =>
          `${rule ?? ""} | ${message} | ${hint ?? ""} | ${lines[line - 1]?.slice(column - 1) ?? ""}`,
      );
}

describe("lint says which ids the shipped runbooks do not have", () => {
  it.each([
    [
      "a gate",
      "when: \"decisions['way'] == 'plan'\"",
      "when: \"decisions['wey'] == 'plan'\"",
      /no gate or phase that asks, named wey.*did you mean "way"/u,
    ],
    [
      "a choice",
      "== 'advance'\"",
      "== 'advanse'\"",
      /no choice advanse at nudge \| did you mean "advance"\? there are/u,
    ],
    [
      "a rung",
      "left in ['nudge', 'advance', 'inject']",
      "left in ['nudge', 'advence']",
      /no rung advence.*there are nudge, advance/u,
    ],
    [
      "a step",
      "check: item.volume_id in done['revert']",
      "check: item.volume_id in done['revart']",
      /no changing step revart.*did you mean "revert"/u,
    ],
    ["an id in a sentence", "${left == 'release'", "${left == 'relaese'", /no rung relaese/u],
  ])("%s", (_what, from, to, message) => {
    const problems = said(from, to);
    expect(problems.join("\n")).toMatch(message);
    expect(problems.every((problem) => problem.startsWith("name-unknown"))).toBe(true);
  });
});

it("a fact that is kept in the same phase can be used from the next one on, as lint says", () => {
  const connector = readFileSync(new URL("../incidents/connector.yaml", import.meta.url), "utf8");
  // The two phases made one.
  const text = connector
    .replace(/ {6}- id: restart\n {8}title: .*\n {8}steps:\n/u, "")
    .replaceAll("by: restart", "by: look");
  const loaded = loadRunbooks(text, "f.yaml");
  expect(loaded.ok ? [] : loaded.error.map(({ rule, message }) => [rule, message])).toEqual([
    ["fact-early", "facts.failed: the fact failed is kept in this phase and can be used from the next one on"],
  ]);
});

it.each([
  ["proces", /did you mean "process"\? there are check, .*, wait/u],
  ["zzz", /^there are check, .*http, .*wait$/u],
])("a kind that does not exist (%s) is told the kinds that do", (kind, hint) => {
  const text = shipped.replace("process.holders:", `kind: ${kind}\n        devices:`);
  const loaded = loadRunbooks(text, "f.yaml");
  expect((loaded.ok ? [] : loaded.error).map((problem) => problem.hint)).toContainEqual(expect.stringMatching(hint));
});
