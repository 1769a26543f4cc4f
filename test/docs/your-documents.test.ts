import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadRunbooks } from "../../src/runbooks/load.ts";

const root = new URL("../../", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), "utf8");
const page = read("docs/your-documents.md");
const BOOKS: Readonly<Record<string, string>> = { C: "failed-execution-cleanup", V: "virtio-recovery" };

function steps(): Set<string> {
  const loaded = loadRunbooks(read("runbooks.yaml"), "runbooks.yaml");
  if (!loaded.ok) throw new Error("the shipped runbooks do not load");
  return new Set(
    loaded.value.runbooks.flatMap(({ runbook }) =>
      runbook.phases.flatMap((phase) => [`${runbook.id}/${phase.id}`, ...phase.steps.map(({ id }) => `${runbook.id}/${phase.id}/${id}`)]),
    ),
  );
}

describe("the page about your documents", () => {
  const named = [...page.matchAll(/`([CV])\/([a-z0-9-]+(?:\/[a-z0-9-]+)?)`/gu)].map(([, book = "", path = ""]) => `${BOOKS[book] ?? ""}/${path}`);

  it("names steps of both runbooks", () => {
    expect(named.filter((path) => path.startsWith("virtio")).length).toBeGreaterThan(15);
    expect(named.filter((path) => path.startsWith("failed")).length).toBeGreaterThan(20);
  });

  it("names only steps that exist", () => {
    const known = steps();
    expect(named.filter((path) => !known.has(path))).toEqual([]);
  });

  it("names only success criteria and probes that exist", () => {
    const source = read("runbooks.yaml");
    const criteria = [...page.matchAll(/success: ([a-z, -]+)/gu)].flatMap(([, list = ""]) => list.split(",").map((id) => id.trim()));
    expect(criteria.filter((id) => id !== "" && !source.includes(`id: ${id},`))).toEqual([]);
    const loaded = loadRunbooks(source, "runbooks.yaml");
    const probes = loaded.ok ? loaded.value.runbooks.flatMap(({ runbook }) => Object.keys(runbook.probes)) : [];
    expect(probes).toEqual(expect.arrayContaining(["engine-moved", "engine-completed"]));
  });
});
