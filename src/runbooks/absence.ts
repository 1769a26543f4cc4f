/**
 * Whether an expectation is true of nothing. An empty list makes `all` true and `size() == 0` too, so a row that somebody
 * deleted would count as a row that is right. Each expression is therefore evaluated when a runbook is loaded: with every
 * list that it may name empty, one at a time and all together, the others holding one row of made-up texts.
 */
import { holds, type Scope } from "../phases/expression.ts";
import type { Json } from "../ports/json.ts";

/** What an expression may name, by CEL type, with the fields of its types of rows. */
export interface NamedTypes {
  readonly facts: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly item?: string;
  readonly result?: string;
  /** Field names and types of a type of rows; undefined for any other type. */
  readonly fieldsOf: (type: string) => Readonly<Record<string, string>> | undefined;
}

/** A text that no runbook compares with: what holds of it holds of anything but a right answer. */
const TEXT = "\u0001";

const PLAIN: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["int", 1],
  ["bool", false],
  ["null", null],
]);

/** A made-up value of a CEL type; lists have one element, or none where `empty`. Unknown types give a text. */
function sample(type: string, types: NamedTypes, empty: boolean): Json {
  const element = /^list<(.*)>$/u.exec(type)?.[1];
  if (element !== undefined) return empty ? [] : [sample(element, types, false)];
  const plain = PLAIN.get(type);
  if (plain !== undefined) return plain;
  return type.startsWith("map<") ? {} : sampleRow(type, types);
}

function sampleRow(type: string, types: NamedTypes): Json {
  const fields = types.fieldsOf(type);
  if (fields === undefined) return TEXT;
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, sample(field, types, false)]));
}

/** The steps whose `done[…]` an expression names: a list each, of what this run did. */
const doneIn = (expression: string): string[] =>
  [...expression.matchAll(/\bdone\[\s*['"]([^'"]+)['"]\s*\]/gu)].map((match) => match[1] ?? "");

/** The lists an expression names: `result`, `facts.NAME`, `done['STEP']`. */
function listsIn(expression: string, { facts, result = "" }: NamedTypes): string[] {
  const factLists = Object.entries(facts)
    .filter(([name, type]) => type.startsWith("list<") && new RegExp(`\\bfacts\\.${name}\\b`, "u").test(expression))
    .map(([name]) => `facts.${name}`);
  const own = result.startsWith("list<") && /\bresult\b/u.test(expression) ? ["result"] : [];
  return [...own, ...factLists, ...doneIn(expression).map((step) => `done.${step}`)];
}

function scopeWith(expression: string, types: NamedTypes, empty: ReadonlySet<string>): Scope {
  const facts = Object.fromEntries(
    Object.entries(types.facts).map(([name, type]) => [name, sample(type, types, empty.has(`facts.${name}`))]),
  );
  const done = Object.fromEntries(doneIn(expression).map((step) => [step, empty.has(`done.${step}`) ? [] : [TEXT]]));
  return {
    run: { id: TEXT },
    inputs: Object.fromEntries(Object.entries(types.inputs).map(([name, type]) => [name, sample(type, types, false)])),
    target: {},
    facts,
    decisions: {},
    done,
    left: "",
    accepted: [],
    reverted: [],
    ...(types.item === undefined ? {} : { item: sample(types.item, types, false) }),
    ...(types.result === undefined ? {} : { result: sample(types.result, types, empty.has("result")) }),
  };
}

/**
 * The lists that an expression is true without: `["result"]` where it holds of an empty answer, several where it takes all
 * of them to be empty; null when it is true of nothing. An expression that has no value over empty lists is not true.
 */
export function trueWithout(expression: string, types: NamedTypes): readonly string[] | null {
  const lists = listsIn(expression, types);
  if (lists.length === 0) return null;
  const ways = [...lists.map((name) => [name]), ...(lists.length > 1 ? [lists] : [])];
  return (
    ways.find((empty) => {
      const met = holds(expression, scopeWith(expression, types, new Set(empty)));
      return met.ok && met.value;
    }) ?? null
  );
}

/** The complaint about an expectation that holds of nothing, and what to write instead. */
export function absenceMessage(lists: readonly string[]): readonly [string, string] {
  const names = lists.join(" and ");
  const [first = "result"] = lists;
  return [
    `this is true of nothing: it holds when ${names} ${lists.length === 1 ? "is" : "are"} empty, whatever the world is like`,
    `let it see something (${first}.size() > 0 && …), or say why none is expected (none_expected: …)`,
  ];
}
