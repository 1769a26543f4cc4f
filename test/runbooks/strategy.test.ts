/** `strategy` may be left out; where it is written it says what the phases are, and files that say so are the same runbook. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { good } from "../support/result.ts";

const shipped = readFileSync(new URL("../../runbooks.yaml", import.meta.url), "utf8");
const written = (strategies: readonly [string, string]): string => {
  let index = -1;
  return shipped.replaceAll(/^( {4})(severity: .*\n)/gmu, (_all, indent: string, severity: string) => {
    index += 1;
    return `${indent}${severity}${indent}strategy: ${strategies[index] ?? ""}\n`;
  });
};

it("is no part of the digest: files of before are the same runbooks, without a remark", () => {
  const old = good(loadRunbooks(written(["sequence", "ladder"]), "old.yaml"));
  expect(old.runbooks).toEqual(good(loadRunbooks(shipped, "new.yaml")).runbooks);
  expect(old.remarks).toEqual([]);
});

it("that says what the phases are not is remarked at its place, and refuses nothing", () => {
  const { remarks, runbooks } = good(loadRunbooks(written(["ladder", "sequence"]), "f.yaml"));
  expect(runbooks.length).toBe(2);
  expect(remarks.map(({ rule, message, hint }) => [rule, message, hint])).toEqual([
    ["strategy", "strategy says ladder, and no phase has a rung: it is a sequence", "leave it out"],
    [
      "strategy",
      expect.stringMatching(/^strategy says sequence, and its phase \S+ has a rung: it is a ladder$/u),
      "leave it out",
    ],
  ]);
});
