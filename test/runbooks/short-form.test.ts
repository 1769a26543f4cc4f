/** The shorter ways to write a runbook: the same runbook comes of both, and complaints stand where something was written. */
import { describe, expect, it } from "vitest";
import { loadRunbooks } from "../../src/runbooks/load.ts";

const SELECT = `
      sql: SELECT id, name, berth FROM boats
      columns: { id: text, name: text, berth: int }
      key: id
      label: name
      stuck: "target.berth == 0"`;
const LONG = `handrail: 1
runbooks:
  - id: harbour
    title: Bring a boat in
    summary: Brings a boat in.
    severity: low
    strategy: sequence
    forbid: [{ kind: sql.change, match: captains, because: they decide themselves }]
    select:${SELECT}
    probes:
      is-in:
        title: It is in
        kind: sql.read
        sql: SELECT b.id, COUNT(*) AS ropes FROM boats b WHERE b.id = :boat AND b.name <> ':{x}' AND b.id = :boat
        params: { boat: target.id }
        columns: { id: text, ropes: int }
        expect: result.size() == 1 && result[0].ropes > 0
      is-free:
        title: The berth is free
        kind: sql.read
        sql: SELECT id FROM berths WHERE boat_id IN (:ids)
        params: { ids: "['none', target.id].map(x, x + '}')" }
        columns: { id: text }
        expect: result.size() > 0
    phases:
      - id: bring
        title: Bring it in
        steps:
          - id: tie
            title: Tie it
            kind: sql.change
            sql: UPDATE boats SET berth = 1 WHERE id = :id
            params: { id: target.id }
            touches: { table: boats, rows: { exactly: "1" }, within: { column: id, in: "[target.id]" } }
            require: is-free
            verify: is-in
    success: [{ id: in, probe: is-in }]
`;
const SHORT = `handrail: 1
shared:
  forbid: [{ kind: sql.change, match: captains, because: they decide themselves }]
  select:${SELECT.replaceAll("\n  ", "\n").replace("columns: { id: text, name: text, berth: int }", "columns: { berth: int }")}
runbooks:
  - id: harbour
    title: Bring a boat in
    summary: Brings a boat in.
    severity: low
    strategy: sequence
    phases:
      - id: bring
        title: Bring it in
        steps:
          - id: tie
            title: Tie it
            kind: sql.change
            sql: UPDATE boats SET berth = 1 WHERE id = :{target.id}
            touches: { table: boats, rows: { exactly: "1" }, within: { column: id, in: "[target.id]" } }
            require:
              id: is-free
              title: The berth is free
              kind: sql.read
              sql: SELECT id FROM berths WHERE boat_id IN (:ids{['none', target.id].map(x, x + '}')})
              expect: result.size() > 0
            verify:
              id: is-in
              title: It is in
              kind: sql.read
              sql: SELECT b.id, COUNT(*) AS ropes FROM boats b WHERE b.id = :boat{target.id} AND b.name <> ':{x}' AND b.id = :boat
              columns: { ropes: int }
              expect: result.size() == 1 && result[0].ropes > 0
    success: [{ id: in, probe: is-in }]
`;

function load(text: string) {
  const loaded = loadRunbooks(text, "harbour.yaml");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error, null, 1));
  return loaded.value.runbooks[0];
}

/** The complaints, each with the text of the line that it points at. */
function complaints(text: string): readonly string[] {
  const loaded = loadRunbooks(text, "harbour.yaml");
  const lines = text.split("\n");
  return loaded.ok ? [] : loaded.error.map(({ line, message }) => `${lines[line - 1]?.trim() ?? ""} | ${message}`);
}

it("loads to the same runbook as the long form, with the same digest", () => {
  expect(load(SHORT)).toEqual(load(LONG));
});

it("names a probe after the step that it stands at, where it has no id of its own", () => {
  const text = SHORT.replace("              id: is-free\n", "");
  expect(Object.keys(load(text)?.runbook.probes ?? {})).toEqual(expect.arrayContaining(["tie-require", "is-in"]));
});

it("lets a runbook say itself what the others share", () => {
  const text = SHORT.replace("    severity: low", "    severity: low\n    forbid: []");
  expect(load(text)?.runbook.forbid).toEqual([]);
});

describe("a complaint stands where it was written", () => {
  it.each([
    ["about the query that is shared", SHORT.replace("target.berth == 0", "target.berth == 'a'"), /^stuck: .*\| /u],
    [
      "about a column that the statement does not have",
      SHORT.replace("{ ropes: int }", "{ rope: int }"),
      /^columns: \{ rope: int \} \| the statement answers with no column rope/u,
    ],
    [
      "about a statement that does not tell its columns",
      SHORT.replace("SELECT id FROM berths", "SELECT COUNT(*) FROM berths"),
      /^sql: SELECT COUNT.* \| the statement does not tell its columns/u,
    ],
    [
      "about a column that a statement with one of no name does not have",
      SHORT.replace("SELECT id FROM berths", "SELECT id, COUNT(*) FROM berths").replace(
        "{ ropes: int }",
        "{ ropes: int, rope: int }",
      ),
      /\| the statement answers with no column rope/u,
    ],
    ["about a value in place", SHORT.replace(":{target.id}", ":{target.idd}"), /^sql: UPDATE .*\| .*idd/u],
    [
      "about a value in place of a probe in place",
      SHORT.replace(":boat{target.id}", ":boat{target.idd}"),
      /^sql: SELECT b\.id.*\| .*idd/u,
    ],
    [
      "about a value that is never closed",
      SHORT.replace(":{target.id}", ":{target.id"),
      /^sql: UPDATE .*\| :\{ is never closed/u,
    ],
    [
      "about a text of a value that never ends, raw as it is",
      SHORT.replace(":{target.id}", ":id{target.id + r'\\'}"),
      /^sql: UPDATE .*\| :id\{ holds a text that never ends/u,
    ],
    [
      "about a value without a name",
      SHORT.replace(":{target.id}", ":{'1'}"),
      /^sql: UPDATE .*\| :\{'1'\} has no name/u,
    ],
    [
      "about two values of one name",
      SHORT.replace("AND b.id = :boat\n", "AND b.id = :boat{target.name}\n"),
      /^sql: SELECT b\.id.*\| :boat has two values, target\.id and target\.name/u,
    ],
    [
      "about an expectation of a probe in place",
      SHORT.replace("result[0].ropes > 0", "result[0].ropes == 'a'"),
      /^expect: .*ropes == 'a' \| /u,
    ],
    [
      "about a field of a probe in place",
      SHORT.replace("title: The berth is free", "titel: The berth is free"),
      /\| .*titel/u,
    ],
    ["about two probes of one name", SHORT.replace("id: is-free", "id: is-in"), /\| there is a probe is-in already/u],
    [
      "about what is not shared",
      SHORT.replace("shared:\n", "shared:\n  phase: []\n"),
      /^phase: \[\] \| there is no field phase here/u,
    ],
    [
      "about something shared of another shape",
      SHORT.replace(/shared:[^]*?runbooks:/u, "shared: all\nrunbooks:"),
      /^shared: all \| this is text, and has to be a map of fields/u,
    ],
  ])("%s", (_what, text, message) => {
    expect(text).not.toBe(SHORT);
    expect(complaints(text)).toContainEqual(expect.stringMatching(message));
  });
});

it("takes nothing of a string, a comment or a cast for a value", () => {
  const sql = "SELECT id /* :{a} */ FROM boats WHERE name = ':{b}' AND name <> \":c{d}\" -- :{e}\n";
  const text = LONG.replace(
    "SELECT id FROM berths WHERE boat_id IN (:ids)",
    `>-\n          ${sql.trim()}\n          AND boat_id IN (:ids)`,
  );
  expect(complaints(text).join("\n")).not.toContain("has no value under params");
});

it.each([
  ["a text in three quotes", String.raw`'''it's }''' + target.id`],
  ["a text in three double quotes", `"""a " and } of """ + target.id`],
  ["a raw text with a quote that a backslash hides", String.raw`r'a\'}' + target.id`],
  ["an empty text", `'' + target.id`],
])("takes %s for a text, and finds the value behind it", (_what, expression) => {
  const text = SHORT.replace("berth = 1 WHERE id = :{target.id}", `berth = :as{${expression}} WHERE id = :{target.id}`);
  const step = load(text)?.runbook.phases[0]?.steps[0] as unknown as { readonly change: unknown };
  expect(step.change).toMatchObject({
    sql: "UPDATE boats SET berth = :as WHERE id = :id",
    params: { as: expression, id: "target.id" },
  });
});

it("takes nothing of a comment of an expression for a bracket or a quote", () => {
  const text = SHORT.replace(
    "sql: UPDATE boats SET berth = 1 WHERE id = :{target.id}",
    "sql: |-\n              UPDATE boats SET berth = 1 WHERE id = :id{target.id // it isn't }\n              }",
  );
  const step = load(text)?.runbook.phases[0]?.steps[0] as unknown as { readonly change: unknown };
  expect(step.change).toMatchObject({
    sql: "UPDATE boats SET berth = 1 WHERE id = :id",
    params: { id: "target.id // it isn't }" },
  });
});

it("takes a bracket and a quote in a text of an expression for what they are", () => {
  const text = SHORT.replace(":{target.id} ", ":id{target.id + 'a\\'}'} ").replace(
    ":{target.id}\n",
    ":id{target.id + 'a\\'}'}\n",
  );
  expect(text).not.toBe(SHORT);
  const step = load(text)?.runbook.phases[0]?.steps[0] as unknown as { readonly change: { readonly sql: string } };
  expect(step.change).toMatchObject({
    sql: "UPDATE boats SET berth = 1 WHERE id = :id",
    params: { id: "target.id + 'a\\'}'" },
  });
});
