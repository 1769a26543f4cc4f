/** An `http` step as a file writes it: what is checked before anything is asked. */
import { describe, expect, it } from "vitest";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { explain, explainText } from "../../src/runbooks/explain.ts";
import { good } from "../support/result.ts";

const SELECT = '{ http.get: /boats, columns: [id, name], key: id, label: name, stuck: "false" }';
const STEP = "{ id: moor, title: Moor, http.post: '/boats/${target.id}/moor', ensure: moored, undo: { none: no } }";

function file({
  select = SELECT,
  step = STEP,
  probe = "columns: [id]",
}: Partial<Record<"select" | "step" | "probe", string>>) {
  return `handrail: 1
runbooks:
  - id: sea
    title: Moor the boats
    summary: Moors boats.
    severity: low
    strategy: sequence
    select: ${select}
    forbid: [{ kind: http, match: "/sink", because: boats are not sunk }]
    probes:
      moored: { title: it is moored, http.get: "/boats/\${target.id}", ${probe}, expect: result.size() == 1 }
    phases:
      - { id: moor, title: Moor, steps: [${step}] }
    success: [{ id: moored, probe: moored }]
`;
}

const messages = (parts: Parameters<typeof file>[0]): readonly string[] => {
  const loaded = loadRunbooks(file(parts), "sea.yaml");
  return loaded.ok ? [] : loaded.error.map(({ message, hint }) => `${message}${hint === null ? "" : ` (${hint})`}`);
};
const stepWith = (fields: string): string => STEP.replace("ensure: moored", `ensure: moored, ${fields}`);
const JOB = "id: result.id, poll: '/jobs/${job}', done: result.ok, failed: result.bad";

describe("a file with services", () => {
  it("is right as it stands, and the same in its long form", () => {
    expect(messages({})).toEqual([]);
    const short = good(loadRunbooks(file({}), "sea.yaml")).runbooks[0];
    const long = file({
      select: SELECT.replace(
        "http.get: /boats, columns: [id, name]",
        "kind: http, op: get, path: /boats, columns: { id: text, name: text }",
      ),
      step: STEP.replace("http.post:", "kind: http, op: post, path:"),
    });
    expect(good(loadRunbooks(long, "sea.yaml")).runbooks[0]?.digest).toBe(short?.digest);
    expect(short?.runbook.select).toMatchObject({ kind: "http", op: "get", path: "/boats" });
  });

  it("says in plain sentences what is sent", () => {
    const step = stepWith(`query: { all: "true" }, body: { ids: "[target.id]" }, accepted: ["202"], job: { ${JOB} }`);
    const loaded = good(loadRunbooks(file({ step }), "sea.yaml")).runbooks[0];
    const text = loaded === undefined ? "" : explainText(explain(loaded.runbook));
    for (const line of [
      "POST /boats/‹target.id›/moor?all=‹true›",
      'sends {"ids":"[target.id]"}',
      "taken when it answers 202",
      "its job is result.id of the answer: then asks GET /jobs/‹job›",
      "done when result.ok, failed when result.bad",
    ])
      expect(text).toContain(line);
  });

  it("calls a DELETE final, for the runbook's reason", () => {
    const step = STEP.replace("http.post", "http.delete").replace("none: no", "none: it is gone");
    const loaded = good(loadRunbooks(file({ step }), "sea.yaml")).runbooks[0];
    const text = loaded === undefined ? "" : explainText(explain(loaded.runbook));
    expect(text).toContain("[cannot be undone] Moor");
    expect(text).toContain("CANNOT BE UNDONE: it is gone");
  });
});

describe("is refused", () => {
  it.each<[string, Parameters<typeof file>[0], RegExp]>([
    [
      "a path with a query",
      { step: STEP.replace("/moor'", "/moor?x=1'") },
      /no query and no fragment \(write parameters/u,
    ],
    ["a path that goes upwards", { step: STEP.replace("/moor'", "/../x'") }, /no \. or \.\. in it/u],
    [
      "a value that is no text",
      { step: STEP.replace("target.id", "[target.id]") },
      /list<string>; string or int is needed/u,
    ],
    [
      "the id of a job in the path of the request",
      { step: STEP.replace("target.id", "job") },
      /Unknown variable: job/u,
    ],
    ["a target that is not there", { step: STEP.replace("target.id", "target.ids") }, /No such key: ids/u],
    ["a fraction in a body", { step: stepWith("body: { a: '1.5' }") }, /double, which cannot be sent/u],
    ["a map in a query", { step: stepWith("query: { a: \"{'a': 1}\" }") }, /is needed/u],
    [
      "a job that is not asked about",
      { step: stepWith(`job: { ${JOB.replace("${job}", "x")} }`) },
      /put \$\{job\} where/u,
    ],
    [
      "a job that asks the target",
      { step: stepWith(`job: { ${JOB.replace("result.ok", "target.id == 'a'")} }`) },
      /Unknown variable: target/u,
    ],
    ["a code that is none", { step: stepWith("accepted: ['20x']") }, /a status code is a number from 200 to 599/u],
    ["what is forbidden", { step: STEP.replace("/moor'", "/sink'") }, /boats are not sunk/u],
    [
      "no reason why nothing undoes it",
      { step: STEP.replace(", undo: { none: no }", "") },
      /cannot be undone by Handrail/u,
    ],
    [
      "a column from nowhere",
      { probe: "columns: [id], from: { ids: a.b }" },
      /there is no column ids \(did you mean "id"\?\)/u,
    ],
    ["a number that may be missing", { probe: "columns: { id: int }, optional: [id]" }, /only texts may be missing/u],
    ["a way to rows that is none", { probe: "columns: [id], rows: a..b" }, /names of fields with dots/u],
    [
      "a selection for a target",
      { select: SELECT.replace("/boats", "'/boats/${target.id}'") },
      /Unknown variable: target/u,
    ],
    [
      "a selection without columns",
      { select: SELECT.replace("columns: [id, name], ", "") },
      /the field columns is missing/u,
    ],
    ["a key that is no column", { select: SELECT.replace("key: id", "key: ids") }, /ids is no column of the query/u],
    [
      "a selection that gives no rows",
      { select: SELECT.replace("http.get: /boats", 'process.holders: "[]"') },
      /targets cannot be listed so/u,
    ],
    ["a selection that changes", { select: SELECT.replace("http.get", "http.delete") }, /targets cannot be listed so/u],
    ["a misspelt field of a selection", { select: SELECT.replace("stuck", "stick") }, /there is no field stick here/u],
    [
      "a selection of an unknown kind",
      { select: SELECT.replace("http.get", "htp.get") },
      /there is no kind htp\.get \(did you mean "http\.get"\?\)/u,
    ],
    ["a selection that is text", { select: "boats" }, /this is text, and has to be a map of fields/u],
  ])("%s", (_what, parts, message) => expect(messages(parts).join("\n")).toMatch(message));
});
