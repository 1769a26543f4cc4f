/** A kind that is added declares itself once, and whoever reads kinds knows it: schema, types, lint, hints, `explain`, docs. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { kindsPage } from "../../scripts/kinds-page.ts";
import { addKinds } from "../../src/phases/kinds/index.ts";
import type { StepKind } from "../../src/phases/step-kind.ts";
import { ok } from "../../src/ports/result.ts";
import { explain, explainText } from "../../src/runbooks/explain.ts";
import { loadRunbooks, type LoadedRunbook } from "../../src/runbooks/load.ts";
import { editorSchema } from "../../src/runbooks/editor-schema.ts";

const TIDE: StepKind = {
  summary: "The height of the sea.",
  reads: {
    gauge: {
      fields: { harbours: "texts", datum: ["mean", "lowest"] },
      answer: "list<Height>",
      counterpart: "the tide gauge",
      outline: () => "tide gauge: how high the sea is",
      ask: () => Promise.resolve(ok([])),
    },
  },
  change: null,
  rows: { Height: { harbour: "string", millimetres: "int" } },
};

const file = (probe: string): string => `handrail: 1
runbooks:
  - id: sea
    title: Look at the sea
    summary: Looks at the sea.
    severity: low
    strategy: sequence
    select:
      sql: SELECT id, name FROM boats
      columns: { id: text, name: text }
      key: id
      label: name
      stuck: "false"
    probes:
      high: { title: the sea is high, kind: tide, ${probe} }
    phases:
      - id: look
        title: Look
        steps:
          - { id: gauge, title: Look at the gauge, kind: tide, op: gauge, harbours: "['north']", facts: { sea: result } }
    success: [{ id: high, probe: high }]
`;
const RIGHT = `op: gauge, harbours: "['north']", datum: lowest, expect: "result.exists(h, h.millimetres > 1000)"`;

let takeAway: () => void = () => undefined;
beforeEach(() => {
  takeAway = addKinds({ tide: TIDE });
});
afterEach(() => takeAway());

const messagesOf = (probe: string): readonly string[] => {
  const loaded = loadRunbooks(file(probe), "sea.yaml");
  return loaded.ok ? [] : loaded.error.map(({ message, hint }) => `${message} (${hint ?? ""})`);
};

it("is read with its fields, and explained", () => {
  const loaded = loadRunbooks(file(RIGHT), "sea.yaml");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const { runbook } = loaded.value.runbooks[0] as LoadedRunbook;
  expect(runbook.probes["high"]?.read).toEqual({ kind: "tide", op: "gauge", harbours: "['north']", datum: "lowest" });
  expect(explainText(explain(runbook))).toContain("tide gauge: how high the sea is");
});

it.each([
  ["a field that is none of its own", RIGHT.replace("datum", "date"), /date/u],
  ["a word that a field does not have", RIGHT.replace("lowest", "highest"), /mean/u],
  ["a field that is missing", RIGHT.replace("harbours: \"['north']\", ", ""), /harbours/u],
  ["an expression of another type", RIGHT.replace("\"['north']\"", `"'north'"`), /list<string>/u],
  ["a row's field that there is not", RIGHT.replace("h.millimetres", "h.metres"), /metres/u],
  ["a row's field of another type", RIGHT.replace("> 1000", "== 'high'"), /overload|int/u],
  ["an operation that it does not have", RIGHT.replace("op: gauge", "op: wave"), /tide has no such op.*gauge/u],
])("is checked: %s", (_what, probe, message) => {
  expect(messagesOf(probe).join("\n")).toMatch(message);
  expect(messagesOf(probe)).not.toEqual([]);
});

it("stands in the schema for editors and on the page of kinds, and in neither once it is taken away", () => {
  const schema = (): string => JSON.stringify(editorSchema());
  expect(schema()).toContain('"tide"');
  expect(kindsPage().join("\n")).toContain("## tide");
  takeAway();
  expect(schema()).not.toContain("tide");
  expect(kindsPage().join("\n")).not.toContain("tide");
  expect(messagesOf(RIGHT).join("\n")).toContain("there is no kind tide");
});

it("cannot take the id of another", () => {
  expect(() => addKinds({ check: TIDE })).toThrow("there is a kind check already");
});
