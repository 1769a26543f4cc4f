/** Inputs as a runbook declares them: their types in expressions, and what lint says of each mistake, with its place. */
import { describe, expect, it } from "vitest";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { bad, good } from "../support/result.ts";

const FILE = `handrail: 1
runbooks:
  - id: drain
    title: Drain a node
    summary: A node is taken out of its pool.
    severity: low
    strategy: sequence
    inputs:
      ticket: { title: The ticket of this incident, why: It stands in the report, text: { pattern: "INC-[0-9]+" } }
      drain_s: { title: Seconds to drain, int: { from: 1, to: 600 }, default: "30" }
      pool: { title: The pool, choice: [blue, green] }
      node: { title: The node, choice_from: { sql.read: SELECT name FROM nodes, column: name } }
    select: { sql: "SELECT id, name FROM nodes", key: id, label: name, stuck: "true" }
    phases:
      - id: look
        title: Look
        steps:
          - id: compare
            title: Compare for \${inputs.ticket}
            check: inputs.drain_s > 3 && inputs.pool == 'blue'
    success:
      - id: there
        probe:
          title: It is there
          sql.read: SELECT name FROM nodes WHERE id = :{inputs.node} AND ticket = :{inputs.ticket}
          expect: result.size() == 1
`;

const load = (from = "", to = "") => loadRunbooks(FILE.replace(from, to), "drain.yaml");

it("are typed by what they are", () => {
  const [loaded] = good(load()).runbooks;
  expect(loaded?.runbook.inputs).toEqual({
    ticket: {
      title: "The ticket of this incident",
      why: "It stands in the report",
      type: { kind: "text", pattern: "INC-[0-9]+" },
    },
    drain_s: { title: "Seconds to drain", default: "30", type: { kind: "int", from: 1, to: 600 } },
    pool: { title: "The pool", type: { kind: "choice", choices: ["blue", "green"] } },
    node: {
      title: "The node",
      type: {
        kind: "choice-from",
        column: "name",
        read: { kind: "sql.read", sql: "SELECT name FROM nodes", params: {}, columns: { name: "text" } },
      },
    },
  });
});

describe("are refused", () => {
  it.each([
    ["a name that there is not", "inputs.ticket}", "inputs.tiket}", "No such key: tiket", 'did you mean "ticket"?'],
    [
      "a number for a text",
      "ticket = :{inputs.ticket}",
      "ticket = :{inputs.drain_s}",
      "inputs.drain_s is int",
      "write string",
    ],
    ["a text for a number", "inputs.drain_s > 3", "inputs.drain_s > '3'", "no such overload", null],
    ["no type", ", choice: [blue, green]", "", "of which type it is", "choice"],
    ["two types", "choice: [blue, green]", "choice: [blue], text: {}", "it is text already", null],
    ["a pattern that is none", "INC-[0-9]+", "INC-[0-9", "no regular expression", null],
    ["bounds that nothing fits", "from: 1, to: 600", "from: 700, to: 600", "no number is that large", null],
    ["a default out of bounds", 'default: "30"', 'default: "900"', "the default does not fit", null],
    ["a choice twice", "[blue, green]", "[blue, blue]", "a choice is there twice", null],
    ["a column that there is not", "column: name }", "column: nam }", "nam is no column", 'did you mean "name"?'],
    [
      "a value that nobody knows yet",
      "SELECT name FROM nodes, column",
      '"SELECT name FROM nodes WHERE a = :{target.id}", column',
      "Unknown variable: target",
      "nothing can be named",
    ],
    ["a selection that needs one", 'stuck: "true"', "stuck: inputs.pool == 'blue'", "no input is known yet", null],
    [
      "a change for a question",
      "sql.read: SELECT name FROM nodes, column",
      "sql.read: DELETE FROM nodes, column",
      "",
      null,
    ],
    [
      "a field that there is not",
      "text: { pattern:",
      "text: { patern:",
      "there is no field patern",
      'did you mean "pattern"?',
    ],
  ])("for %s", (_name, from, to, message, hint) => {
    const problems = bad(load(from, to));
    const problem = problems.find((each) => each.message.includes(message));
    expect(problem?.line).toBeGreaterThan(1);
    expect(problem?.hint ?? "").toContain(hint ?? "");
  });

  it("where one is named and there are none", () => {
    const bare = FILE.replace(/ {4}inputs:\n(?: {6}.*\n)+/u, "");
    expect(bad(loadRunbooks(bare, "drain.yaml")).map(({ hint }) => hint)).toContain("it has no inputs");
  });
});
