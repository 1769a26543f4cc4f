/**
 * The shape of a runbook file, version 1, as a schema over the strings that YAML gives (scalars are not guessed:
 * ids keep their zeros, `no` stays a word). This is the definition of the format; `docs/runbook-format.md` explains it.
 */
import * as z from "zod";
import type { FieldType, NamedField } from "../phases/field.ts";
import { allForms, GATE, type Variant, type VariantForm } from "./variants.ts";

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
const changing = {
  risk: risk.optional(),
  already: id.optional(),
  require: id.optional(),
  verify: id.optional(),
  errors: z
    .record(z.string().regex(/^[0-9]{1,6}$/u, "an error code is digits"), z.enum(["already", "fail"]))
    .default({}),
  undo: z.union([z.literal("auto"), z.strictObject({ none: line })]).optional(),
  limit: seconds.optional(),
  stays_until: id.optional(),
};

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

const variantField = (variant: Variant) => ({ variant: z.literal(variant), kind: z.string() });

const gateStep = z.strictObject({
  ...variantField(GATE),
  ...common,
  question: line,
  choices: z.array(choice).min(2),
});

const stepSchema = (form: VariantForm): z.ZodType =>
  z.strictObject({
    ...variantField(form.variant),
    ...common,
    ...(form.does === "read" ? reading : changing),
    ...fieldsOf(form),
  });

const probeSchema = (form: VariantForm): z.ZodType =>
  z.strictObject({
    ...variantField(form.variant),
    title: line,
    expect: expression,
    because: line.optional(),
    none_expected: line.optional(),
    ...fieldsOf(form),
  });

const byVariant = (schemas: readonly z.ZodType[]) =>
  z.discriminatedUnion("variant", schemas as never) as unknown as z.ZodType<
    Record<string, unknown> & { variant: Variant }
  >;

const phaseSchema = (step: ReturnType<typeof byVariant>) =>
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
      .strictObject({ box: seconds, every: seconds, done_when: id, fails_when: id.optional(), climb: question })
      .optional(),
  });
/** Another runbook's phases in this place, entered only `when`; `without` leaves some of them out. */
const use = z.strictObject({ use: id, when: expression, without: z.array(id).default([]) });

/** A statement of the operators' own documents, shown by what it would reach; never carried out. */
const printed = z.strictObject({
  id,
  title: line,
  sql,
  whose: z.strictObject({ table: name, column: name, in: expression }),
  instead: line,
});

const runbookSchema = (probe: ReturnType<typeof byVariant>, phase: ReturnType<typeof phaseSchema>) =>
  z.strictObject({
    id,
    title: line,
    summary: line,
    severity: z.enum(["low", "medium", "high", "critical"]),
    strategy: z.enum(["sequence", "ladder"]),
    warnings: z.array(line).default([]),
    forbid: z.array(z.strictObject({ kind: line, match: line, because: line })).default([]),
    select: z.strictObject({
      sql,
      columns,
      key: name,
      label: name,
      stuck: expression,
      show: z.array(name).default([]),
    }),
    probes: z.record(id, probe).default({}),
    phases: z.array(z.union([phase, use])).min(1),
    finally: z
      .array(z.strictObject({ id, title: line, kind: z.literal("script"), script: clean.min(1).max(8192) }))
      .default([]),
    printed: z.array(printed).default([]),
    holds: z
      .array(z.strictObject({ id, probe: id, from: id, until: id.optional(), when: expression.optional() }))
      .default([]),
    success: z
      .array(
        z.strictObject({ id, probe: id, when: expression.optional(), otherwise: line.optional(), by: id.optional() }),
      )
      .min(1),
  });

/** The schema of a whole file, made of the step kinds that there are now. */
export function fileSchema() {
  const forms = allForms();
  const phase = phaseSchema(byVariant([gateStep, ...forms.map(stepSchema)]));
  const probe = byVariant(forms.filter(({ does }) => does === "read").map(probeSchema));
  return z.strictObject({ handrail: z.literal("1"), runbooks: z.array(runbookSchema(probe, phase)).min(1) });
}

type Phase = z.infer<ReturnType<typeof phaseSchema>>;
type Book = z.infer<ReturnType<typeof runbookSchema>>;
export type RawFile = z.infer<ReturnType<typeof fileSchema>>;
export type RawPhase = Phase & { readonly within?: string };
/** A runbook whose `use` has been put in place. */
export type RawRunbook = Omit<Book, "phases"> & { readonly phases: readonly RawPhase[] };
export type RawStep = Record<string, unknown> & { variant: Variant };
