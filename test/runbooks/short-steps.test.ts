/** The shorter ways to write a step or a probe: the same runbook comes of both, and complaints stand where it was written. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadRunbooks } from "../../src/runbooks/load.ts";
import { errorsOf } from "../support/differential.ts";

const book = (probes: string, gate: string, step: string): string => `handrail: 1
runbooks:
  - id: harbour
    title: Bring volumes in
    summary: Brings volumes in.
    severity: low
    strategy: sequence
    select:
      sql: SELECT id, name FROM boats
      key: id
      label: name
      stuck: "false"
    probes:
      is-in:
        title: It is in
${probes}
    phases:
      - id: bring
        title: Bring them in
        steps:
          - id: ask
            title: Ask
${gate}
          - id: tie
            title: Tie it
${step}
    success: [{ id: in, probe: is-in }]
`;

interface Way {
  readonly probe: string;
  readonly gate: string;
  readonly step: string;
}

const LONG: Way = {
  probe: `        kind: cloudstack
        command: listVolumes
        params: { type: "'ROOT'" }
        each: { param: id, in: "['a', 'b']" }
        columns: { id: text, state: text }
        expect: result.size() == 2`,
  gate: `            kind: gate
            question: Bring it in?
            choices: [{ id: go, title: Go on }, { id: stay, title: Stay, then: stop }]
          - id: look
            title: Look
            kind: volume
            op: look
            volumes: "['a']"
            appliance: "'x'"
          - id: proof
            title: Prove it
            kind: check
            expect: target.id != ''
          - id: a-while
            title: Wait
            kind: wait
            seconds: 3`,
  step: `            kind: sql.change
            foreach: "[1, 2]"
            key: string(item)
            sql: UPDATE boats SET berth = 1 WHERE id = :id
            params: { id: target.id }
            touches: { table: boats, rows: { at_most: "1" }, within: { column: id, in: "[target.id]" } }
            already: is-in
            verify: is-in`,
};

const SHORT: Way = {
  probe: `        cloudstack.listVolumes: { type: "'ROOT'", id: { each: "['a', 'b']" } }
        columns: [id, state]
        expect: result.size() == 2`,
  gate: `            gate: Bring it in?
            choices: [{ id: go, title: Go on }, { id: stay, title: Stay, then: stop }]
          - id: look
            title: Look
            volume.look: "['a']"
            appliance: "'x'"
          - id: proof
            title: Prove it
            check: target.id != ''
          - id: a-while
            title: Wait
            wait: 3`,
  step: `            foreach: { in: "[1, 2]", key: string(item) }
            sql.change: UPDATE boats SET berth = 1 WHERE id = :id
            params: { id: target.id }
            touches: { table: boats, at_most: "1", within: { id: "[target.id]" } }
            ensure: is-in`,
};

const text = ({ probe, gate, step }: Way): string => book(probe, gate, step);

function load(source: string) {
  const loaded = loadRunbooks(source, "harbour.yaml");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error, null, 1));
  return loaded.value.runbooks[0];
}

/** The complaints, each with the text of the file from its place to the end of the line. */
function complaints(source: string): readonly string[] {
  const loaded = loadRunbooks(source, "harbour.yaml");
  const lines = source.split("\n");
  return loaded.ok
    ? []
    : loaded.error.map(
        ({ line, column, message, hint }) => `${lines[line - 1]?.slice(column - 1) ?? ""} | ${message} (${hint ?? ""})`,
      );
}

it.each(["probe", "gate", "step"] as const)(
  "a %s loads to the same as in the long form, with the same digest",
  (part) => {
    expect(load(text({ ...LONG, [part]: SHORT[part] }))).toEqual(load(text(LONG)));
  },
);

it("takes a whole probe for what it ensures, and names it after the step", () => {
  const whole = `            ensure:
              title: It is in
              check: target.id != ''`;
  const loaded = load(text({ ...SHORT, step: SHORT.step.replace("            ensure: is-in", whole) }));
  expect(loaded?.runbook.phases[0]?.steps.at(-1)).toMatchObject({ already: "tie-ensure", verify: "tie-ensure" });
  expect(loaded?.runbook.probes["tie-ensure"]?.expect).toBe("target.id != ''");
});

describe("a complaint stands where it was written", () => {
  it.each([
    ["about a kind that is none", "volume.look", "volume.lok", /^volume\.lok.* no kind volume\.lok .*volume\.look/u],
    ["about the first field of a kind", `volume.look: "['a']"`, "volume.look: 1 + 1", /^1 \+ 1 \| .*int/u],
    ["about a kind without fields of its own", "check: target.id", "check: target.idd", /^target\.idd.*\| .*idd/u],
    ["about two kinds", "wait: 3", "wait: 3\n            check: 'true'", /^check: .*no field check here/u],
    [
      "about a field that a key says",
      "wait: 3",
      "wait: 3\n            seconds: 4",
      /^seconds: 4 \| wait says the field/u,
    ],
    ["about a command that only looks nowhere", "cloudstack.list", "cloudstack.make", /a probe only looks/u],
    ["about the values of a parameter", "each: \"['a', 'b']\"", "each: target.id", /^target\.id .*\| .*list/u],
    ["about a parameter that is no value", "each: \"['a'", "eech: \"['a'", /^\{ eech: .*one parameter may be/u],
    ["about a column that is none", "[id, state]", "[id, 'st ate']", /a name is letters/u],
    ["about what each is made for", 'in: "[1, 2]"', "in: target.id", /^target\.id,.* is string, not a list/u],
    ["about the key of one", "key: string(item)", "key: string(itm)", /^string\(itm\).*itm/u],
    ["about a foreach without a key", ", key: string(item)", "", /^\{ in: .*needs both in and key/u],
    ["about a foreach with more", "key: string(item)", "key: string(item), of: a", /^of: a.* no field of here/u],
    [
      "about a foreach with two keys",
      "            ensure",
      "            key: item\n            ensure",
      /^key: item \| foreach/u,
    ],
    ["about a bound that is none", "at_most", "at_mst", /^at_mst: .* no field at_mst here .*at_most/u],
    ["about the table of a contract", "table: boats", "table: ships", /^ships.*changes boats, not ships/u],
    ["about the values of a contract", '"[target.id]"', '"[target.idd]"', /^"\[target\.idd\]".*idd/u],
    ["about what is to be brought about", "ensure: is-in", "ensure: is-inn", /^is-inn \| there is no probe is-inn/u],
    ["about two ways to say it", "ensure: is-in", "ensure: is-in\n            verify: is-in", /^verify: .*ensure is/u],
  ])("%s", (_what, from, to, message) => {
    const right = text(SHORT);
    expect(right).toContain(from);
    expect(complaints(right.replace(from, to))).toContainEqual(expect.stringMatching(message));
  });
});

it("is written as the schema for editors has it, as is the file that is shipped", () => {
  const fits = (source: string): boolean => errorsOf(source).length === 0;
  const shipped = readFileSync(new URL("../../runbooks.yaml", import.meta.url), "utf8");
  expect([text(LONG), text(SHORT), shipped].map(fits)).toEqual([true, true, true]);
  expect(
    [
      text(SHORT).replace("volume.look", "volume.lok"),
      text(SHORT).replace("at_most", "at_mst"),
      text(SHORT).replace(", key: string(item)", ""),
      text(SHORT).replace("{ each:", "{ eech:"),
      text(SHORT).replace("ensure: is-in", "ensure: is-in\n            verify: is-in"),
      text(SHORT).replace("volume.look", "op: look\n            volume.look"),
    ].map(fits),
  ).toEqual([false, false, false, false, false, false]);
});
