/** The key that begins a runbook: a letter of its own, and no part of what a run is bound to. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explain } from "../../src/runbooks/explain.ts";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { good } from "../support/result.ts";

const SHIPPED = readFileSync("runbooks.yaml", "utf8");
const loaded = (source: string) => good(loadRunbooks(source, "runbooks.yaml")).runbooks;

function faultsOf(source: string): readonly string[] {
  const found = loadRunbooks(source, "runbooks.yaml");
  return found.ok ? [] : found.error.map(({ message }) => message);
}

test("each shipped runbook says which key begins it", () => {
  const actions = loaded(SHIPPED).map(({ runbook }) => explain(runbook).action);
  expect(actions.map((action) => [action?.key, action?.title])).toEqual([
    ["c", "Cleanup Failed Job"],
    ["r", "Recover"],
  ]);
});

test("another key, word or help is the same runbook to runs and grants", () => {
  const other = SHIPPED.replace("key: r", "key: v").replace("title: Recover\n", "title: Go on\n");
  const [, before] = loaded(SHIPPED);
  const [, after] = loaded(other);
  expect(after?.runbook.action).toMatchObject({ key: "v", title: "Go on" });
  expect(after?.digest).toBe(before?.digest);
});

test("two runbooks share no key, and none takes one that the screen needs", () => {
  expect(faultsOf(SHIPPED.replace("key: r", "key: c"))).toEqual(["the key c begins another runbook already"]);
  expect(faultsOf(SHIPPED.replace("key: r", "key: q"))[0]).toContain("has to be one of the letters");
});
