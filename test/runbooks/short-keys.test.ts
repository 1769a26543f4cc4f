/** The keys that a hint lists are all that may be written there, in whichever form. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadRunbooks } from "../../src/runbooks/load.ts";

type Json = Readonly<Record<string, unknown>>;

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const definitions = (JSON.parse(read("docs/runbook.schema.json")) as { readonly $defs: Json }).$defs;

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every schema of a map in a schema. */
function mapsIn(schema: unknown): Json[] {
  if (Array.isArray(schema)) return schema.flatMap(mapsIn);
  if (!isMap(schema)) return [];
  const inner = Object.values(schema).flatMap(mapsIn);
  return isMap(schema["properties"]) ? [schema["properties"], ...inner] : inner;
}

/** The word that a schema asks for. */
function wordOf(schema: unknown): string | null {
  const { const: word, enum: words, $ref: name } = isMap(schema) ? schema : {};
  if (typeof name === "string") return wordOf(definitions[name.replace("#/$defs/", "")]);
  return typeof word === "string" ? word : Array.isArray(words) && words.length === 1 ? String(words[0]) : null;
}

/** Kinds of changing steps in the long form, with all keys that they may have. */
const changes = new Map(
  mapsIn(JSON.parse(read("docs/runbook.schema.json"))).flatMap((map): [string, string[]][] => {
    const kind = wordOf(map["kind"]);
    const op = wordOf(map["op"]);
    if (kind === null || map["ensure"] === undefined || map["command"] !== undefined) return [];
    return [[op === null ? `kind: ${kind}` : `kind: ${kind}\n            op: ${op}`, Object.keys(map)]];
  }),
);

/** The hints of a runbook with this step. */
function hintsOf(step: string): readonly (string | null)[] {
  const text = read("test/incidents/queue.yaml").replace(/- id: delete-poison[\s\S]*?(?= {4}success:)/u, `${step}\n`);
  const loaded = loadRunbooks(text, "f.yaml");
  return loaded.ok ? [] : loaded.error.flatMap(({ message, hint }) => (/no field zzzzz/u.test(message) ? [hint] : []));
}

describe("a key that no step has is answered with all that it may have", () => {
  it("of several kinds", () => {
    expect(changes.size).toBeGreaterThan(10);
  });

  it.each([...changes])("%s", (says, keys) => {
    const [hint = ""] = hintsOf(`- id: step\n            ${says}\n            zzzzzzzzzzzz: x`);
    expect(hint?.replace("there are ", "").split(", ").toSorted()).toEqual(keys.toSorted());
  });
});

it("a probe where it is used may have a name, one among the others has it already", () => {
  const step = (probe: string): string => `- id: step
            title: Delete
            sql.change: DELETE FROM jobs WHERE id = 1
            verify: ${probe}`;
  const [hint] = hintsOf(step("{ title: Gone, sql.read: SELECT 1, expect: 'true', zzzzzzzzzzzz: x }"));
  expect(hint).toMatch(/^there are id, .*expect/u);
  const named = read("test/incidents/queue.yaml").replace("        expect: result.all", "        zzzzzzzzzzzz: x\n$&");
  const loaded = loadRunbooks(named, "f.yaml");
  expect(loaded.ok ? [] : loaded.error.map((problem) => problem.hint)).toEqual([
    expect.stringMatching(/^there are (?!.*\bid\b).*expect/u),
  ]);
});
