/**
 * The shape of a runbook file, version 1, as a schema over the strings that YAML gives (scalars are not guessed:
 * ids keep their zeros, `no` stays a word). This is the definition of the format; `docs/runbook-format.md` explains it.
 */
import { ACTION_KEYS } from "./action-keys.ts";
import * as z from "zod";
import type { FieldType, NamedField } from "../phases/field.ts";
import { allForms, GATE, VARIANT, type Variant, type VariantForm } from "./variants.ts";

const id = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/u, "an id is lower case letters, digits and hyphens, 63 at most");
const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/iu, "a name is letters, digits and underscores, 63 at most");
/** Everything but newlines and printable text: C0, DEL and C1 have no business in a runbook. */
const CONTROLS = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f]`, "u");
const clean = z.string().refine((text) => !CONTROLS.test(text), "control characters are not allowed");
const line = clean.min(1).max(4000);
const expression = clean.min(1).max(2000);
const sql = clean.min(1).max(16_384);
const seconds = z
  .string()
  .regex(/^[1-9][0-9]{0,4}$/u, "whole seconds, 1 to 99999")
  .transform(Number);
const columnType = z.enum(["text", "int", "bool"]);
const columns = z.record(name, columnType);
const params = z.record(name, expression);
const risk = z.enum(["change", "destroy"]);

const foreach = { foreach: expression.optional(), key: expression.optional() };
const common = { id, title: line, why: line.optional(), when: expression.optional(), ...foreach };
const reading = {
  expect: expression.optional(),
  because: line.optional(),
  none_expected: line.optional(),
  unmet: z.enum(["refuse", "fail", "unreachable"]).default("refuse"),
  facts: z.record(name, expression).default({}),
};
const changing = (probe: z.ZodType) => ({
  risk: risk.optional(),
  already: probe.optional(),
  require: probe.optional(),
  verify: probe.optional(),
  errors: z
    .record(z.string().regex(/^[0-9]{1,6}$/u, "an error code is digits"), z.enum(["already", "fail"]))
    .default({}),
  undo: z.union([z.literal("auto"), z.strictObject({ none: line })]).optional(),
  limit: seconds.optional(),
  stays_until: id.optional(),
});

const touches = z.strictObject({
  table: name,
  rows: z.union([z.strictObject({ exactly: expression }), z.strictObject({ at_most: expression })]),
  within: z.strictObject({ column: name, in: expression }),
});

/** How each type of field is written in a file. */
const FIELDS: Readonly<Record<NamedField, z.ZodType>> = {
  text: expression,
  int: expression,
  texts: expression,
  params: params.default({}),
  sql,
  touches: touches.optional(),
  columns,
  each: z.strictObject({ param: name, in: expression }).optional(),
  seconds,
};

function fieldSchema(type: FieldType): z.ZodType {
  if (typeof type === "string") return FIELDS[type];
  return type instanceof RegExp ? z.string().regex(type) : z.enum(type as [string]).optional();
}

const fieldsOf = ({ op, fields }: VariantForm): Record<string, z.ZodType> => ({
  ...(op === null ? {} : { op: z.literal(op) }),
  ...Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, fieldSchema(type)])),
});

const choice = z.strictObject({
  id,
  title: line,
  then: z.enum(["go-on", "stop", "again"]).default("go-on"),
  when: expression.optional(),
});
const question = z.strictObject({ question: line, choices: z.array(choice).min(2) });

/**
 * A form of the format. What is checked has the `variant` that the loader adds, and every probe under its name; what is written
 * may have probes where they are used, and leave out columns that a statement tells.
 */
interface Style {
  readonly isWritten: boolean;
  /** What stands where a probe is named. */
  readonly probe: z.ZodType;
}

const variantFields = (kind: string, variant: Variant, { isWritten }: Style): Record<string, z.ZodType> =>
  isWritten ? { kind: z.literal(kind) } : { [VARIANT]: z.literal(variant), kind: z.string() };

const gateStep = (style: Style): z.ZodType =>
  z.strictObject({
    ...variantFields(GATE, GATE, style),
    ...common,
    question: line,
    choices: z.array(choice).min(2),
  });

function ownFields(form: VariantForm, style: Style): Record<string, z.ZodType> {
  const own = { ...variantFields(form.kind, form.variant, style), ...fieldsOf(form) };
  return style.isWritten && "sql" in form.fields && "columns" in form.fields
    ? { ...own, columns: columns.optional() }
    : own;
}

const stepSchema = (form: VariantForm, style: Style): z.ZodType =>
  z.strictObject({
    ...common,
    ...(form.does === "read" ? reading : changing(style.probe)),
    ...ownFields(form, style),
  });

const probeSchema = (form: VariantForm, style: Style): z.ZodType =>
  z.strictObject({
    title: line,
    expect: expression,
    because: line.optional(),
    none_expected: line.optional(),
    ...ownFields(form, style),
    ...(style.isWritten ? { id: id.optional() } : {}),
  });

type Variants = z.ZodType<Record<string, unknown> & { [VARIANT]: Variant }>;

const oneOf = (schemas: readonly z.ZodType[], { isWritten }: Style): Variants =>
  isWritten ? z.union(schemas as never) : z.discriminatedUnion(VARIANT, schemas as never);

const phaseSchema = (step: Variants, probe: z.ZodType) =>
  z.strictObject({
    id,
    title: line,
    why: line.optional(),
    when: expression.optional(),
    otherwise: line.optional(),
    needs: z.array(z.strictObject({ probe: id, from: id, unless: expression.optional() })).optional(),
    steps: z.array(step).min(1),
    rescue: question.optional(),
    rung: z
      .strictObject({
        box: seconds,
        every: seconds,
        done_when: probe as z.ZodType<string>,
        fails_when: (probe as z.ZodType<string>).optional(),
        climb: question,
      })
      .optional(),
  });
/** Another runbook's phases in this place, entered only `when`; `without` leaves some of them out. */
const use = z.strictObject({ use: id, when: expression, without: z.array(id).default([]) });

/** A statement of the operators' own documents, shown by what it would reach; never carried out. */
const statement = z.strictObject({
  id,
  title: line,
  sql,
  whose: z.strictObject({ table: name, column: name, in: expression }),
  instead: line,
});

/** The key that begins the runbook where targets are listed. */
const action = z.strictObject({
  key: clean.regex(ACTION_KEYS, "has to be one of the letters a b c d e f i m n o r t v y z"),
  title: line,
  help: line,
});

/** What its targets are called, in every sentence about them. */
const noun = clean.regex(/^[\p{L}][\p{L}\p{N} -]{0,30}$/u, "is one word or two: letters, digits, blanks and hyphens");
const target = z.strictObject({ noun, nouns: noun });

const selectSchema = ({ isWritten }: Style) =>
  z.strictObject({
    sql,
    columns: isWritten ? (columns.optional() as unknown as typeof columns) : columns,
    key: name,
    label: name,
    stuck: expression,
    show: z.array(name).default([]),
  });
const forbid = z.array(z.strictObject({ kind: line, match: line, because: line }));
const collect = z.array(z.strictObject({ id, title: line, kind: z.literal("script"), script: clean.min(1).max(8192) }));

const runbookSchema = (probes: Variants, phase: ReturnType<typeof phaseSchema>, style: Style) => {
  const probe = style.probe as z.ZodType<string>;
  return z.strictObject({
    id,
    title: line,
    action: action.optional(),
    target: target.optional(),
    summary: line,
    severity: z.enum(["low", "medium", "high", "critical"]),
    strategy: z.enum(["sequence", "ladder"]),
    warnings: z.array(line).default([]),
    forbid: forbid.default([]),
    select: selectSchema(style),
    probes: z.record(id, probes).default({}),
    phases: z.array(z.union([phase, use])).min(1),
    finally: collect.default([]),
    printed: z.array(statement).default([]),
    holds: z
      .array(z.strictObject({ id, probe, from: id, until: id.optional(), when: expression.optional() }))
      .default([]),
    success: z
      .array(z.strictObject({ id, probe, when: expression.optional(), otherwise: line.optional(), by: id.optional() }))
      .min(1),
  });
};

const probesOf = (style: Style): Variants =>
  oneOf(
    allForms()
      .filter(({ does }) => does === "read")
      .map((form) => probeSchema(form, style)),
    style,
  );

const runbooksOf = (style: Style) => {
  const steps = oneOf([gateStep(style), ...allForms().map((form) => stepSchema(form, style))], style);
  return z.array(runbookSchema(probesOf(style), phaseSchema(steps, style.probe), style)).min(1);
};

/** The schema of a whole file as it is checked, made of the step kinds that there are now: see `short-form.ts`. */
export const fileSchema = () =>
  z.strictObject({ handrail: z.literal("1"), runbooks: runbooksOf({ isWritten: false, probe: id }) });

/** The schema of a whole file as it is written, for editors. */
export function writtenSchema(): z.ZodType {
  const style: Style = { isWritten: true, probe: z.union([id, probesOf({ isWritten: true, probe: id })]) };
  const runbooks = runbooksOf(style);
  const defaults = z.strictObject({ forbid, target, select: selectSchema(style), finally: collect }).partial();
  // What a runbook does not say itself it takes from `shared`.
  const element = runbooks.element.extend({ select: selectSchema(style).optional() });
  return z.strictObject({ handrail: z.literal("1"), shared: defaults.optional(), runbooks: z.array(element).min(1) });
}

type Phase = z.infer<ReturnType<typeof phaseSchema>>;
type Book = RawFile["runbooks"][number];
export type RawFile = z.infer<ReturnType<typeof fileSchema>>;
export type RawPhase = Phase & { readonly within?: string };
/** A runbook whose `use` has been put in place. */
export type RawRunbook = Omit<Book, "phases"> & { readonly phases: readonly RawPhase[] };
export type RawStep = Record<string, unknown> & { [VARIANT]: Variant };
