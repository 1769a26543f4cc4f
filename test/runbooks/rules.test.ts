/** Each rule beyond shape is broken once: it is named at its place, with what would fit; the page of rules has all of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/runbooks/diagnostic.ts";
import { loadRunbooks, type ReadOther } from "../../src/runbooks/load.ts";
import { RULES, ruleOf, type RuleId } from "../../src/runbooks/rules/index.ts";
import { err, ok } from "../../src/ports/result.ts";

const RIGHT = `handrail: 1
runbooks:
  - id: harbour
    title: Bring boats in
    summary: Brings boats in.
    severity: low
    action: { key: a, title: Bring, help: brings boats in }
    forbid: [{ kind: sql.change, match: berths, because: berths are the harbour master's }]
    inputs:
      zone: { title: Which zone, text: { pattern: "[a-z]+" }, default: north }
      rope: { title: How many ropes, int: { from: 1, to: 6 } }
      pier: { title: Which pier, choice_from: { sql.read: SELECT name FROM piers, column: name } }
    select:
      sql: SELECT id, name FROM boats
      key: id
      label: name
      stuck: target.id != ''
    probes:
      is-in:
        title: It is in
        sql.read: "SELECT berth FROM boats WHERE id = :{target.id}"
        expect: result.size() == 1
    phases:
      - id: look
        title: Look
        steps:
          - id: count
            title: Count
            sql.read: "SELECT rope FROM ropes WHERE boat = :{target.id}"
            facts: { ropes: result }
          - id: ask
            title: Ask
            gate: Bring it in?
            choices: [{ id: go, title: Go on }, { id: stay, title: Stay, then: stop }]
      - id: bring
        title: Bring \${target.name} in
        needs: [{ probe: is-in, from: look }]
        rung: { box: 60, every: 5, done_when: is-in, climb: { question: And now?, choices: [{ id: up, title: Up }, { id: end, title: End, then: stop }] } }
        steps:
          - id: tie
            title: Tie it
            foreach: { in: facts.ropes, key: item.rope }
            sql.change: "UPDATE boats SET rope = :{item.rope} WHERE id = :{target.id}"
            touches: { table: boats, at_most: "1", within: { id: "[target.id]" } }
            errors: { "1062": already }
            already: is-in
            verify: is-in
            stays_until: after
          - id: call
            title: Call
            http.post: /boats/\${target.id}/call
            body: { name: target.name }
            job: { id: result.id, poll: "/jobs/\${job}", done: result.done, failed: result.failed }
            ensure: is-in
            undo: { none: a call is over }
          - id: wave
            title: Wave
            manual: |
              1. Wave.
            proof: is-in
            undo: { none: a wave is over }
      - id: after
        title: After
        when: "decisions['ask'] == 'go' && left != 'bring' && decisions['bring'] != 'up'"
        steps:
          - { id: still-in, title: Still in, http.get: "/boats", rows: boats, columns: [id], from: { id: id }, optional: [id] }
          - id: gone
            title: Gone
            when: "target.id in done['tie']"
            sql.read: SELECT id FROM boats
            expect: result.all(b, b.id != '')
            none_expected: a harbour may be empty
    finally: [{ id: log, title: Log, kind: script, script: uptime }]
    printed:
      - { id: by-hand, title: By hand, sql: UPDATE boats SET berth = 1, whose: { table: boats, column: id, in: "[target.id]" }, instead: the step }
    holds: [{ id: quiet, probe: is-in, from: look, until: after }]
    success: [{ id: in, probe: is-in, by: bring }]
  - id: tow
    title: Tow
    summary: Tows a boat.
    severity: low
    select: { sql: SELECT id FROM boats, key: id, label: id, stuck: "false" }
    probes: { towed: { title: It is towed, check: target.id != '' } }
    phases:
      - { id: pull, title: Pull, steps: [{ id: pause, title: Pause, wait: 3 }] }
    success: [{ id: towed, probe: towed }]
`;

/** A book of another file. */
const OTHER = RIGHT.replace("- id: harbour", "- id: port");

const readOther: ReadOther = (path) =>
  path === "other.yaml" ? ok({ source: OTHER, file: path }) : err("it does not exist");

/** The text of the right file that is replaced, by what, and what stands at the place of the complaint. */
type Case = readonly [from: string, to: string, place: string | RegExp];

const USE = `      - { id: pull, title: Pull, steps: [{ id: pause, title: Pause, wait: 3 }] }`;
const uses = (entry: string): string => `${USE}\n      - ${entry}`;
const STEP = "          - id: call\n";
const many = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_unused, index) => text(index)).join("");

const CASES: Readonly<Record<RuleId, Case>> = {
  spelling: ["box: 60", "box: 0x3c", "0x3c"],
  empty: ["    title: Bring boats in\n", "    title:\n", ""],
  "id-twice": ["id: wave\n", "id: tie\n", "tie"],
  "action-key-twice": [
    "    title: Tow\n",
    "    title: Tow\n    action: { key: a, title: T, help: h }\n",
    "a, title: T",
  ],
  "steps-many": [
    USE,
    `      - id: pull\n        title: Pull\n        steps:\n${many(501, (index) => `          - { id: s${index}, title: S, wait: 3 }\n`)}`,
    "- id: pull",
  ],
  "phase-unknown": ["until: after", "until: aftr", "aftr"],
  "phase-end": ["id: pull,", "id: end,", "end,"],
  "needs-idle": ["title: Pull,", "title: Pull, needs: [{ probe: towed, from: pull }],", "[{ probe"],
  "use-unknown": [USE, uses("{ use: harbor, when: 'true' }"), "harbor"],
  "use-deep": [
    "      - id: look\n        title: Look\n",
    "      - { use: tow, when: 'true' }\n      - id: look\n        title: Look\n",
    "tow, when",
  ],
  "use-names": [
    "      - id: look\n        title: Look\n",
    "      - { use: tow, when: 'true' }\n      - id: look\n        title: Look\n",
    "{ title: It is towed",
  ],
  "use-digest": [USE, uses("{ use: 'other.yaml#port', digest: '123', when: 'true' }"), "'123'"],
  strategy: ["severity: low\n    action", "severity: low\n    strategy: sequence\n    action", "sequence"],
  "verify-missing": ["            verify: is-in\n", "", "id: tie"],
  "error-proof": ["            already: is-in\n", "", "already }"],
  "undo-reason": ["            undo: { none: a call is over }\n", "", "id: call"],
  "risk-lowered": ["http.post:", "risk: change\n            http.delete:", "change"],
  forbidden: ["UPDATE boats SET rope", "UPDATE berths SET rope", "id: tie"],
  "forbid-pattern": ["match: berths", "match: '('", "'('"],
  "foreach-read": ["            facts: {", "            foreach: '[1]'\n            facts: {", "'[1]'"],
  "foreach-list": ["in: facts.ropes", "in: target.id", "target.id"],
  "foreach-key": ["foreach: { in: facts.ropes, key: item.rope }", "foreach: facts.ropes", "id: tie"],
  "choice-reason": ["title: Go on }", "title: Go on, advised: 'true' }", "{ id: go"],
  "choice-idle": ["- id: pause, title: Pause, wait: 3 }] }", "", "[{ id: a, title: A }"],
  "manual-proof": ["            proof: is-in\n", "            limit: 5\n", "5"],
  "manual-lines": ["              1. Wave.\n", many(41, (index) => `              ${index + 1}. Wave.\n`), "|"],
  pasted: [
    "SELECT rope FROM ropes WHERE boat = :{target.id}",
    "SELECT rope FROM ropes WHERE boat = '${target.id}'",
    /^"SELECT rope/u,
  ],
  "placeholder-value": ["WHERE boat = :{target.id}", "WHERE boat = :boat", /^"SELECT rope/u],
  "placeholder-unused": [
    "            facts: {",
    "            params: { more: target.id }\n            facts: {",
    "target.id",
  ],
  "value-in-place": ["WHERE boat = :{target.id}", "WHERE boat = :{target.id", /^"SELECT rope/u],
  "columns-given": [
    "            facts: {",
    "            columns: { rope: text, rop: text }\n            facts: {",
    "text }",
  ],
  "columns-told": ["SELECT rope FROM", "SELECT * FROM", /^"SELECT \*/u],
  "read-pure": ["SELECT rope FROM", "SELECT SLEEP(1) AS rope FROM", /^"SELECT SLEEP/u],
  "read-answers": ["sql.read: SELECT id FROM boats", "sql.read: USE harbour", "USE harbour"],
  "select-values": ["SELECT id, name FROM boats", "SELECT id, name FROM boats WHERE id = :id", "SELECT id, name"],
  "select-column": ["key: id\n", "key: idd\n", "idd"],
  "statement-plain": [
    "UPDATE boats SET rope = :{item.rope}",
    "UPDATE boats b, ropes r SET b.rope = :{item.rope}",
    /^"UPDATE boats b/u,
  ],
  "where-missing": [' WHERE id = :{target.id}"\n            touches', '"\n            touches', /^"UPDATE boats/u],
  "touches-missing": [
    '            touches: { table: boats, at_most: "1", within: { id: "[target.id]" } }\n',
    "",
    "id: tie",
  ],
  "touches-table": ["touches: { table: boats", "touches: { table: ships", "ships"],
  "touches-bound": ["within: { id:", "within: { berth:", /^"UPDATE boats/u],
  "printed-plain": ["sql: UPDATE boats SET berth = 1", "sql: SELECT 1", "SELECT 1"],
  "request-path": ["http.post: /boats", "http.post: boats", "boats/"],
  "request-value": ["body: { name: target.name }", "body: { name: '1.5' }", "'1.5'"],
  "job-place": ["/jobs/${job}", "/jobs", '"/jobs"'],
  "answer-column": ["optional: [id]", "optional: [idd]", "idd"],
  "each-once": [
    STEP,
    "          - { id: l, title: L, cloudstack.listVolumes: { id: { each: facts.x }, name: { each: facts.x } }, columns: [id] }\n" +
      STEP,
    "{ each: facts.x } }, columns",
  ],
  "command-once": [
    STEP,
    "          - { id: l, title: L, cloudstack.listVolumes: {}, cloudstack.listHosts: {}, columns: [id] }\n" + STEP,
    "{}, columns",
  ],
  expression: ["stuck: target.id != ''", "stuck: target.idd != ''", "target.idd"],
  "expression-type": ["stuck: target.id != ''", "stuck: target.id", "target.id"],
  "template-open": ["Bring ${target.name} in", "Bring ${target.name in", "Bring"],
  "name-unknown": ["decisions['ask']", "decisions['asc']", /^"decisions/u],
  "fact-early": ["title: Count\n", "title: Count\n            when: facts.later.size() > 0\n", "facts.later"],
  "fact-twice": [
    STEP,
    "          - { id: again, title: Again, sql.read: SELECT a FROM t, facts: { ropes: result } }\n" + STEP,
    "result } }",
  ],
  "true-of-nothing": ["            none_expected: a harbour may be empty\n", "", "result.all"],
  "none-expected": [
    "        expect: result.size() == 1\n",
    "        expect: result.size() == 1\n        none_expected: why\n",
    "why",
  ],
  "probe-unknown": ["verify: is-in", "verify: is-inn", "is-inn"],
  "probe-unused": [
    "    probes: { towed:",
    "    probes: { more: { title: M, check: target.id != '' }, towed:",
    "{ title: M",
  ],
  "probe-twice": [
    "            verify: is-in\n",
    "            verify: { id: is-in, title: I, check: target.id != '' }\n",
    "{ id: is-in",
  ],
  "probe-name": [
    "          - id: tie\n",
    `          - id: ${"t".repeat(60)}\n            require: { title: I, check: target.id != '' }\n`,
    "{ title: I",
  ],
  "input-type": [
    "{ title: How many ropes, int: { from: 1, to: 6 } }",
    "{ title: How many ropes }",
    "{ title: How many",
  ],
  "input-value": ["from: 1, to: 6", "from: 7, to: 6", "{ from: 7"],
  "input-column": ["column: name }", "column: nam }", "{ sql.read"],
  "input-default": ["default: north", "default: NORTH", "NORTH"],
  "input-early": ["stuck: target.id != ''", "stuck: target.id != inputs.zone", "target.id"],
};

/** Cases that need a second change, or look for another one. */
const MORE: Partial<Record<RuleId, (text: string) => string>> = {
  "use-deep": (text) => text.replace(USE, uses("{ use: harbour, when: 'true' }")),
  "use-names": (text) =>
    text.replace("    probes:\n", "    probes:\n      towed: { title: It is towed, check: target.id != '' }\n"),
  "choice-idle": (text) =>
    text.replace(
      USE,
      `${USE}\n      - { id: idle, title: Idle, steps: [{ id: which, title: W, gate: Which?, choices: [{ id: a, title: A }, { id: b, title: B }] }] }`,
    ),
  "fact-early": (text) => text.replace("columns: [id], from", "columns: [id], facts: { later: result }, from"),
  "probe-name": (text) => text.replace("done['tie']", `done['${"t".repeat(60)}']`),
  forbidden: (text) => text.replace("table: boats, at_most", "table: berths, at_most"),
  "steps-many": (text) => text,
};

const load = (text: string) => loadRunbooks(text, "harbour.yaml", undefined, readOther);

function said(text: string): readonly Diagnostic[] {
  const loaded = load(text);
  return loaded.ok ? loaded.value.remarks : loaded.error;
}

/** What stands in a text from the place of a problem on. */
const behind = (text: string, { line, column }: Diagnostic): string =>
  text.split("\n")[line - 1]?.slice(column - 1) ?? "";

it("the file of which every case is a change breaks no rule", () => {
  expect(said(RIGHT).map(({ rule, message }) => `${rule ?? ""}: ${message}`)).toEqual([]);
  expect(load(RIGHT).ok).toBe(true);
});

describe("is named at its place, with what would fit:", () => {
  it.each(Object.entries(CASES))("%s", (name, [from, to, place]) => {
    const rule = name as RuleId;
    const more = MORE[rule] ?? ((text: string) => text);
    const changed = more(RIGHT.replace(from, () => to));
    expect(changed).not.toBe(RIGHT);
    const all = said(changed);
    const problem = all.find((each) => each.rule === rule);
    if (problem === undefined) throw new Error(JSON.stringify(all, null, 1));
    const [text, isString] = [behind(changed, problem), typeof place === "string"];
    expect([text, isString ? text.startsWith(place as string) : (place as RegExp).test(text)]).toEqual([text, true]);
    expect(problem.hint ?? "").not.toBe("");
    expect(load(changed).ok).toBe(ruleOf(rule).isRemark === true);
  });
});

it("all stand on the page of rules, and no others", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/runbook-rules.md"), "utf8");
  const names = [...page.matchAll(/^\*\*(\S+)\*\*/gmu)].map(([, name]) => name);
  expect(new Set(names)).toEqual(new Set(Object.keys(RULES)));
  expect(names.length).toBe(Object.keys(RULES).length);
});
