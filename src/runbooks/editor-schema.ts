/**
 * The schema of runbook files for editors, as JSON Schema: made of the schema of what is written, with a description on every key.
 * An editor sees values where lint sees texts (`limit: 30` is a number to it), so each text may be the value that YAML takes it for.
 */
import * as z from "zod";
import { descriptionOf } from "./descriptions/describe.ts";
import { COMMANDS } from "./form-schema.ts";
import { NUMBERS } from "./number-texts.ts";
import { writtenSchema } from "./schema.ts";

type Json = Record<string, unknown>;

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The patterns that a text has to match, all of them. */
const patternsOf = ({ pattern, allOf }: Json): string[] => [
  ...(typeof pattern === "string" ? [pattern] : []),
  ...(Array.isArray(allOf) ? allOf : []).flatMap((part) => (isMap(part) ? patternsOf(part) : [])),
];

/** The types that YAML may give a text that fits these patterns, beside text, and what bounds the numbers among them. */
function valuesOf(patterns: readonly string[]): { readonly types: readonly string[]; readonly bounds: Json } {
  const fits = (text: string): boolean => patterns.every((pattern) => new RegExp(pattern, "u").test(text));
  const plain = [...(fits("true") && fits("false") ? ["boolean"] : []), ...(fits("null") ? ["null"] : [])];
  const bound = patterns.map((pattern) => NUMBERS.get(pattern)).find((range) => range !== undefined);
  const { type, ...bounds } = bound ?? { type: "number" };
  const isNumber = bound !== undefined || fits("1");
  return { types: isNumber ? [type, ...plain] : plain, bounds: isNumber ? bounds : {} };
}

/** A text as an editor has it. */
function asValues({ $ref: _parent, ...text }: Json): Json {
  // What a text was made of stands beside it, and what that demands is repeated in it.
  const { const: word, enum: words, ...rest } = text;
  const all = word === undefined ? words : [word];
  if (Array.isArray(all))
    return { ...rest, type: undefined, enum: all.flatMap((one) => (one === "1" ? ["1", 1] : [one])) };
  const { types, bounds } = valuesOf(patternsOf(text));
  return { ...text, type: types.length === 0 ? "string" : ["string", ...types], ...bounds };
}

/** What stands under a key that names a command, of which there has to be one. */
function withCommands({ [COMMANDS]: pattern, additionalProperties: value, ...map }: Json): Json {
  return {
    ...map,
    patternProperties: { [String(pattern)]: value },
    additionalProperties: false,
    not: { propertyNames: { not: { pattern } } },
  };
}

/** Applies a change to a schema and to every schema in it, from within; names of keys stay texts. */
function walk(schema: unknown, change: (schema: Json) => Json): unknown {
  if (Array.isArray(schema)) return schema.map((part) => walk(part, change));
  if (!isMap(schema)) return schema;
  const parts = Object.entries(schema).map(([key, value]) => [
    key,
    key === "propertyNames" ? value : walk(value, change),
  ]);
  return change(Object.fromEntries(parts) as Json);
}

const isText = ({ type }: Json): boolean => type === "string";

const amended = (schema: Json): Json => {
  const map = schema[COMMANDS] === undefined ? schema : withCommands(schema);
  return isText(map) ? asValues(map) : map;
};

/** Gives every key of a map its description. */
function describeKeys(zodSchema: z.core.$ZodType, schema: Json): void {
  const { properties, [COMMANDS]: pattern } = schema;
  for (const [key, value] of Object.entries(isMap(properties) ? properties : {})) {
    const description = descriptionOf(zodSchema, key);
    if (description !== null) (properties as Json)[key] = { ...(value as Json), description };
  }
  const description = pattern === undefined ? null : descriptionOf(zodSchema, COMMANDS);
  if (description !== null)
    schema["additionalProperties"] = { ...(schema["additionalProperties"] as Json), description };
}

/** Where a runbook says nothing of its targets, all of the file share that. */
const SELECTED = [
  { required: ["shared"], properties: { shared: { required: ["select"] } } },
  { properties: { runbooks: { items: { required: ["select"] } } } },
];

/** The JSON Schema of a runbook file. */
export function editorSchema(): Json {
  const schema = z.toJSONSchema(writtenSchema(), {
    io: "input",
    unrepresentable: "any",
    reused: "ref",
    override: ({ zodSchema, jsonSchema }) => describeKeys(zodSchema, jsonSchema as Json),
  });
  const { $defs: definitions = {}, ...file } = walk(JSON.parse(JSON.stringify(schema)), amended) as Json;
  return { ...file, title: "A runbook file of Handrail", anyOf: SELECTED, $defs: definitions };
}
