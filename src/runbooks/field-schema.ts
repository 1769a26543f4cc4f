/** How the fields of a step are written in a runbook file: the words, and each type of field that a kind may declare. */
import * as z from "zod";
import type { FieldType, NamedField } from "../phases/field.ts";
import type { JsonTree } from "../phases/json-tree.ts";

export const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/u, "an id is lower case letters, digits and hyphens, 63 at most");
export const name = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/iu, "a name is letters, digits and underscores, 63 at most");
/** Everything but newlines and printable text: C0, DEL and C1 have no business in a runbook. */
const CONTROLS = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f]`, "u");
export const clean = z.string().refine((text) => !CONTROLS.test(text), "control characters are not allowed");
export const line = clean.min(1).max(4000);
export const expression = clean.min(1).max(2000);
export const sql = clean.min(1).max(16_384);
export const seconds = z
  .string()
  .regex(/^[1-9][0-9]{0,4}$/u, "whole seconds, 1 to 99999")
  .transform(Number);
export const int = z
  .string()
  .regex(/^-?[0-9]{1,15}$/u, "a whole number of at most 15 digits")
  .transform(Number);
/** As a site's configuration names its connections. */
export const connection = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/u,
    "a connection's name is lower case letters, digits, hyphens and underscores, 63 at most",
  );
const columnType = z.enum(["text", "int", "bool"]);
export const columns = z.record(name, columnType);
const params = z.record(name, expression);

const bounds = [z.strictObject({ exactly: expression }), z.strictObject({ at_most: expression })] as const;
const touches = z.strictObject({
  table: name,
  rows: z.union(bounds),
  within: z.strictObject({ column: name, in: expression }),
});
/** Of the parameters of a command one may be put for each of some values. */
export const shortParams = z.record(name, z.union([expression, z.strictObject({ each: expression })]));
const shortTouches = bounds.map((bound) => bound.extend({ table: name, within: params }));

/** A program by its whole path, which no value of the world has a say in, and its arguments. */
const args = z
  .array(clean.max(4000))
  .min(1)
  .max(100)
  .refine(([path = ""]) => /^\/\S+$/u.test(path) && !path.includes("${"), "begins with the whole path of a program");
const exit = z
  .string()
  .regex(/^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/u, "an exit code is 0 to 255")
  .transform(Number);
/** The names of a query's parameters, and of what a service calls its fields. */
const param = z
  .string()
  .regex(/^[A-Za-z0-9_.[\]~-]{1,64}$/u, "a parameter is letters, digits and - _ . ~ [ ], 64 at most");
const member = z
  .string()
  .regex(
    /^(?:\*|[^.*\s]{1,100})(?:\.(?:\*|[^.*\s]{1,100}))*$/u,
    "a way into an answer is names of fields with dots between them, * for each",
  );
const key = clean.max(200).refine((text) => text !== "__proto__", "no field can have this name");
const tree: z.ZodType<JsonTree> = z.lazy(() => z.union([expression, z.array(tree), z.record(key, tree)]));
const query = z.record(param, expression);
const job = z.strictObject({
  id: expression,
  poll: line,
  query: query.optional(),
  done: expression,
  failed: expression,
  message: expression.optional(),
});
const code = z
  .string()
  .regex(/^[2-5][0-9]{2}$/u, "a status code is a number from 200 to 599")
  .transform(Number);
/** More of them nobody follows without a slip: they are two steps. */
const MOST_LINES = 40;

/** How each type of field is written in a file. */
const FIELDS: Readonly<Record<NamedField, z.ZodType>> = {
  text: expression,
  "optional-text": expression.optional(),
  int: expression,
  texts: expression,
  params: params.default({}),
  sql,
  touches: touches.optional(),
  columns,
  each: z.strictObject({ param: name, in: expression }).optional(),
  seconds,
  "optional-seconds": seconds.optional(),
  connection: connection.optional(),
  args,
  exits: z.array(exit).min(1).optional(),
  path: line,
  query: query.optional(),
  body: tree.optional(),
  member: member.optional(),
  members: z.record(name, member).optional(),
  names: z.array(name).optional(),
  codes: z.array(code).min(1).optional(),
  job: job.optional(),
  lines: z.array(line).min(1).max(MOST_LINES),
  probe: id.optional(),
};

/** Those that may be written shorter. */
const WRITTEN: Partial<Record<NamedField, z.ZodType>> = {
  touches: z.union([touches, ...shortTouches]).optional(),
  columns: z.union([columns, z.array(name)]),
  lines: z.union([z.array(line).min(1).max(MOST_LINES), clean.min(1)]),
};

/** How a field is written: as it is checked, or as files may shorten it. */
export function fieldSchema(type: FieldType, isWritten: boolean): z.ZodType {
  if (typeof type === "string") return (isWritten ? WRITTEN[type] : undefined) ?? FIELDS[type];
  return type instanceof RegExp ? z.string().regex(type) : z.enum(type as [string]).optional();
}
