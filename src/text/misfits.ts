/** What of a value does not fit its schema, in our words: each thing at its place, with the name that was probably meant. */
import type * as z from "zod";
import { didYouMean } from "./near.ts";
import { safeText } from "./safe-text.ts";

export interface Misfit {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly hint: string | null;
  /** The field of `path` that is meant, where there is no value to point at. */
  readonly field?: string;
  /** The field that `path` lacks. */
  readonly missing?: string;
}

type Issue = z.core.$ZodIssue;

/** How many values are listed at most; of more nobody reads the last. */
const MOST_VALUES = 12;

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of fields",
  record: "a map of fields",
};

function kindOf(input: unknown): string {
  if (input === null) return "empty";
  return KINDS[Array.isArray(input) ? "array" : typeof input] ?? typeof input;
}

const valueList = (values: readonly unknown[]): string => values.slice(0, MOST_VALUES).map(String).join(", ");

const LEAST: Readonly<Record<string, (minimum: number) => string>> = {
  string: (minimum) => (minimum === 1 ? "this is empty" : `this needs at least ${minimum} characters`),
  array: (minimum) => `this list needs at least ${minimum}`,
};

type RangeIssue = z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig>;

const isRange = (issue: z.core.$ZodRawIssue): issue is RangeIssue =>
  issue.code === "too_small" || issue.code === "too_big";

function wordsOfRange(issue: RangeIssue): string {
  if (issue.code === "too_small")
    return LEAST[issue.origin]?.(Number(issue.minimum)) ?? `this has to be at least ${issue.minimum}`;
  const excess = issue.origin === "string" ? `has more than ${issue.maximum} characters` : null;
  return `this ${excess ?? `has to be at most ${issue.maximum}`}`;
}

function wordsOfType(type: string, input: unknown): string {
  const message = `this is ${kindOf(input)}, and has to be ${KINDS[type] ?? type}`;
  return isQuoted(type, input) ? `${message}: write it without quotes` : message;
}

/** Whether a text is what a value of this type looks like between quotes. */
function isQuoted(type: string, input: unknown): boolean {
  if (typeof input !== "string" || type === "object") return false;
  return (type === "boolean" ? /^(true|false)$/u : /^-?\d+$/u).test(input);
}

/** The sentence for what no schema has a message of its own for; undefined: zod's own. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") return wordsOfType(String(issue.expected), issue.input);
  if (issue.code === "invalid_value") return `this has to be ${valueList(issue.values)}`;
  if (isRange(issue)) return wordsOfRange(issue);
  if (issue.code === "invalid_format") return "this does not have the form that it needs";
  return undefined;
}

const concrete = (schema: z.core.$ZodType): z.core.$ZodTypes => schema as z.core.$ZodTypes;

/** What is wrapped for a default or a transformation is written like what it wraps. */
function bare(schema: z.core.$ZodType): z.core.$ZodTypes {
  const { def } = concrete(schema)._zod;
  if (def.type === "pipe") return bare(def.in);
  if ("innerType" in def) return bare(def.innerType);
  return concrete(schema);
}

/** How a value of this schema is written, for a hint: as its description says; null where nobody writes it. */
function form(schema: z.core.$ZodType): string | null {
  const { description } = schema as z.ZodType;
  return description ?? formOf(bare(schema)._zod.def);
}

function formOf(def: z.core.$ZodTypes["_zod"]["def"]): string | null {
  if (def.type === "object") return `{${Object.keys(def.shape).join(", ")}}`;
  if (def.type === "literal") return valueList(def.values);
  if (def.type === "union") return forms(def.options);
  return KINDS[def.type] ?? null;
}

const forms = (options: readonly z.core.$ZodType[]): string =>
  options
    .map((option) => form(option))
    .filter((text) => text !== null)
    .join(" or ");

/** Of a union the forms that a value may be meant as: all, or those that its discriminator names. */
function meant(def: z.core.$ZodUnionDef, value: unknown): readonly z.core.$ZodType[] {
  const by = (def as Partial<z.core.$ZodDiscriminatedUnionDef>).discriminator;
  if (by === undefined) return def.options;
  const word = (value as Record<string, unknown> | null | undefined)?.[by];
  return def.options.filter((option) => concrete(option)._zod.propValues?.[by]?.has(word as string));
}

/** What a value at this place may be. */
function schemasAt(schema: z.core.$ZodType, path: readonly PropertyKey[], value: unknown): z.core.$ZodType[] {
  const { def } = bare(schema)._zod;
  const [first, ...rest] = path;
  if (first === undefined) return [schema];
  if (def.type === "union") return meant(def, value).flatMap((option) => schemasAt(option, path, value));
  const inner = (value as Record<PropertyKey, unknown> | null | undefined)?.[first];
  const next = innerSchema(def, String(first));
  return next === undefined ? [] : schemasAt(next, rest, inner);
}

function innerSchema(def: z.core.$ZodTypes["_zod"]["def"], name: string): z.core.$ZodType | undefined {
  if (def.type === "object") return def.shape[name];
  if (def.type === "array") return def.element;
  return def.type === "record" ? def.valueType : undefined;
}

/** The fields that a map of this schema may have. */
function fieldsOf(schema: z.core.$ZodType, value: unknown): string[] {
  const { def } = bare(schema)._zod;
  if (def.type === "union") return meant(def, value).flatMap((option) => fieldsOf(option, value));
  return def.type === "object" ? Object.keys(def.shape) : [];
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((inner, part) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[part], value);

/** The schemas of maps that a value may be meant as. */
function mapsOf(schema: z.core.$ZodType, value: unknown): z.core.$ZodType[] {
  const whole = bare(schema);
  const { def } = whole._zod;
  if (def.type === "union") return meant(def, value).flatMap((option) => mapsOf(option, value));
  return def.type === "object" ? [whole] : [];
}

/** The schemas of maps that what stands at a path of a value may be meant as. */
export const mapsAt = (schema: z.core.$ZodType, path: readonly PropertyKey[], value: unknown): z.core.$ZodType[] =>
  schemasAt(schema, path, value).flatMap((option) => mapsOf(option, valueAt(value, path)));

/** The form of a union that a value comes nearest to: the fewest fields that it does not know, then the least that is wrong. */
function nearest(attempts: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const strange = (issues: readonly Issue[]): number =>
    issues.flatMap((issue) => (issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : [])).length;
  return (
    attempts
      .filter((issues) => issues.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys"))
      .toSorted((a, b) => strange(a) - strange(b) || a.length - b.length)[0] ?? null
  );
}

/** The names that a map at this path may have as it is written, of those that its schema knows. */
export type Written = (path: readonly PropertyKey[], fields: readonly string[]) => readonly string[];

/** The schema and the value that did not fit it. */
interface Reading {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  /** A field that the program puts into the value itself: nobody is told of it. */
  readonly own: string | null;
  readonly written: Written;
}

function strangeField({ schema, value, own, written }: Reading, path: readonly PropertyKey[], field: string): Misfit {
  const known = schemasAt(schema, path, value).flatMap((option) => fieldsOf(option, valueAt(value, path)));
  const fields = written(
    path,
    [...new Set(known)].filter((name) => name !== own),
  );
  const hint = didYouMean(field, fields) ?? (fields.length === 0 ? null : `there are ${fields.join(", ")}`);
  return { path, message: `there is no field ${field} here`, hint, field };
}

const missing = (path: readonly PropertyKey[], hint: string | null): Misfit => ({
  path: path.slice(0, -1),
  message: `the field ${String(path.at(-1))} is missing`,
  hint,
  missing: String(path.at(-1)),
});

function ofUnion(reading: Reading, issue: z.core.$ZodIssueInvalidUnion, path: readonly PropertyKey[]): Misfit[] {
  const near = nearest(issue.errors);
  if (near !== null) return near.flatMap((inner) => misfits(reading, inner, path));
  const formText = forms(schemasAt(reading.schema, path, reading.value));
  const hint = formText === "" ? null : `it is written as ${formText}`;
  if (issue.input === undefined) return [missing(path, hint)];
  return [{ path, message: `this is ${kindOf(issue.input)}, which does not fit here`, hint }];
}

function misfits(reading: Reading, issue: Issue, parentPath: readonly PropertyKey[]): Misfit[] {
  const path = [...parentPath, ...issue.path];
  if (reading.own !== null && path.at(-1) === reading.own) return [];
  if (issue.code === "invalid_union") return ofUnion(reading, issue, path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.filter((field) => field !== reading.own).map((field) => strangeField(reading, path, field));
  return [misfit(issue, path)];
}

function strangeName({ issues, message }: z.core.$ZodIssueInvalidKey, path: readonly PropertyKey[]): Misfit {
  return { path, message: `the name ${String(path.at(-1))}: ${issues[0]?.message ?? message}`, hint: null };
}

function misfit(issue: Issue, path: readonly PropertyKey[]): Misfit {
  if (issue.code === "invalid_key") return strangeName(issue, path);
  if (issue.input === undefined && path.length > 0 && issue.code !== "custom") return missing(path, null);
  return { path, message: issue.message, hint: valueHint(issue) };
}

/** For a text that is none of those that are allowed: which one was probably meant. */
const valueHint = (issue: Issue): string | null =>
  issue.code === "invalid_value" && typeof issue.input === "string"
    ? didYouMean(issue.input, issue.values.map(String))
    : null;

/** What of a map its schema does not tell. */
interface Beside {
  readonly own?: string;
  readonly written?: Written;
}

/** The value as its schema gives it, or everything that does not fit. Nothing is said of a field `own`. */
export function fitSchema<S extends z.ZodType>(
  schema: S,
  value: unknown,
  { own, written = (_path, fields) => fields }: Beside = {},
): { readonly data: z.output<S> } | { readonly misfits: readonly Misfit[] } {
  const read = schema.safeParse(value, { error: words, reportInput: true });
  if (read.success) return { data: read.data };
  const reading = { schema, value, own: own ?? null, written };
  return { misfits: read.error.issues.flatMap((issue) => misfits(reading, issue, [])) };
}

/** One line for each misfit, with the place in front; `root` is what stands for the whole. */
export const misfitLines = (list: readonly Misfit[], root: string): string[] =>
  list.map(({ path, message, hint }) => {
    const place = path.map(String).join(".") || root;
    return safeText(`${place}: ${message}${hint === null ? "" : `; ${hint}`}`);
  });
