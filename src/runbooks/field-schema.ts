/** How the fields of a step are written in a runbook file: the words, and each type of field that a kind may declare. */
import * as z from "zod";
import type { FieldType, NamedField } from "../phases/field.ts";
import { describe } from "./descriptions/describe.ts";
import { LONGEST_LINE, MOST_LINES } from "./limits.ts";
import { EXIT_CODE, SECONDS, STATUS_CODE, WHOLE } from "./number-texts.ts";
import type { JsonTree } from "../phases/json-tree.ts";

export const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/u, "an id is lower case letters, digits and hyphens, 63 at most");
export const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/u, "a name is letters, digits and underscores, 63 at most");
/** Newlines and printable text: C0, DEL and C1 have no business in a runbook. */
const PRINTABLE = new RegExp(String.raw`^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$`, "u");
export const clean = z.string().regex(PRINTABLE, "control characters are not allowed");
export const line = clean.min(1).max(LONGEST_LINE);
export const expression = clean.min(1).max(2000);
export const sql = clean.min(1).max(16_384);
export const seconds = z.string().regex(SECONDS, "whole seconds, 1 to 99999").transform(Number);
export const int = z.string().regex(WHOLE, "a whole number of at most 15 digits").transform(Number);
/** As a site's configuration names its connections. */
export const connection = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/u,
    "a connection's name is lower case letters, digits, hyphens and underscores, 63 at most",
  );
const columnType = z.enum(["text", "int", "bool"]);
export const columns = z.record(name, columnType);
/** A list has text in each. */
export const writtenColumns = z.union([columns, z.array(name)]);
const params = z.record(name, expression);

const BOUNDS = [{ exactly: expression }, { at_most: expression }] as const;
const rows = z.union(BOUNDS.map((bound) => describe("rows", z.strictObject(bound))));
const within = describe("within", z.strictObject({ column: name, in: expression }));
const touches = describe("touches", z.strictObject({ table: name, rows, within }));
/** Of the parameters of a command one may be put for each of some values. */
export const shortParams = z.record(
  name,
  z.union([expression, describe("each", z.strictObject({ each: expression }))]),
);
/** One column with its values; what is called like a field of the long form is none. */
const shortWithin = z
  .record(z.string().regex(/^(?!(?:column|in)$)[A-Za-z_][A-Za-z0-9_]{0,62}$/u), expression)
  .meta({ minProperties: 1, maxProperties: 1 });
const shortTouches = [{ rows }, ...BOUNDS].map((bound) =>
  describe("touches", z.strictObject({ table: name, ...bound, within: z.union([within, shortWithin]) })),
);

const PROGRAM = /^\/(?:(?!\$\{)\S)+$/u;
/** A program by its whole path, which no value of the world has a say in, and its arguments. */
const args = z
  .array(clean.max(LONGEST_LINE))
  .min(1)
  .max(100)
  .refine(([path = ""]) => PROGRAM.test(path), "begins with the whole path of a program")
  .meta({ prefixItems: [{ type: "string", pattern: PROGRAM.source }] });
const exit = z.string().regex(EXIT_CODE, "an exit code is 0 to 255").transform(Number);
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
const job = describe(
  "job",
  z.strictObject({
    id: expression,
    poll: line,
    query: query.optional(),
    done: expression,
    failed: expression,
    message: expression.optional(),
  }),
);
const code = z.string().regex(STATUS_CODE, "a status code is a number from 200 to 599").transform(Number);
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
  each: describe("each-long", z.strictObject({ param: name, in: expression })).optional(),
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
  touches: z.union(shortTouches).optional(),
  columns: writtenColumns,
  lines: z.union([z.array(line).min(1).max(MOST_LINES), clean]),
};

/** How a field is written: as it is checked, or as files may shorten it. */
export function fieldSchema(type: FieldType, isWritten: boolean): z.ZodType {
  if (typeof type === "string") return (isWritten ? WRITTEN[type] : undefined) ?? FIELDS[type];
  return type instanceof RegExp ? z.string().regex(type) : z.enum(type as [string]).optional();
}
