/** Each step that a page shows whole is one that a test carries out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { good } from "../support/result.ts";

interface Book {
  readonly phases: readonly { readonly steps: readonly unknown[] }[];
}

it("each step that a page shows is one of a runbook that is carried out", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/runbook-format.md"), "utf8");
  const steps = [...page.matchAll(/^```yaml step\n([\s\S]*?)^```$/gmu)].map(([, text = ""]): unknown => parse(text));
  const known = ["balancer.yaml", "galera.yaml"].flatMap((name) => {
    const file = readFileSync(join(import.meta.dirname, "../incidents", name), "utf8");
    expect(good(loadRunbooks(file, name)).ids.length).toBeGreaterThan(0);
    const { runbooks } = parse(file) as { readonly runbooks: readonly Book[] };
    return runbooks.flatMap(({ phases }) => phases.flatMap((phase) => phase.steps));
  });
  expect(steps.length).toBeGreaterThan(0);
  expect(known).toEqual(expect.arrayContaining(steps));
});
