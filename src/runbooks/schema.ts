/**
 * The shape of a runbook file, version 1, as a schema over the strings that YAML gives (scalars are not guessed:
 * ids keep their zeros, `no` stays a word). This is the definition of the format; `docs/runbook-format.md` explains it.
 */
import * as z from "zod";
import { KINDS } from "../phases/kinds/index.ts";
import type { FieldType } from "../phases/step-kind.ts";

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

const reads = {
  "sql.read": { sql, params: params.default({}), columns },
  "volume:health": { op: z.literal("health") },
  "volume:look": { op: z.literal("look"), volumes: expression, appliance: expression },
  "volume:operations": { op: z.literal("operations"), volumes: expression },
  "cloudstack:list": {
    command: z.string().regex(/^list[A-Za-z]+$/u),
    params: params.default({}),
    each: z.strictObject({ param: name, in: expression }).optional(),
    when_refused: z.literal("empty").optional(),
    columns,
  },
  "process:holders": { op: z.literal("holders"), devices: expression },
  "process:api": { op: z.literal("api") },
  wait: { seconds },
  check: {},
} as const;

const touches = z.strictObject({
  table: name,
  rows: z.union([z.strictObject({ exactly: expression }), z.strictObject({ at_most: expression })]),
  within: z.strictObject({ column: name, in: expression }),
});

/** How each type of field is written in a file. */
const FIELDS: Readonly<Record<FieldType, z.ZodType>> = {
  text: expression,
  int: expression,
  params: params.default({}),
  sql,
  command: z.string().regex(/^[a-z][A-Za-z]+$/u),
  touches: touches.optional(),
};

interface ChangeForm {
  readonly op: string;
  readonly fields: Readonly<Record<string, FieldType>>;
}

/** The changes that a step can make, by variant, as their kinds declare them. */
export const CHANGES: ReadonlyMap<string, ChangeForm> = new Map(
  Object.entries(KINDS).flatMap(([kind, { forms }]) =>
    Object.entries(forms).map(([op, fields]) => [op === "" ? kind : `${kind}:${op}`, { op, fields }] as const),
  ),
);

const changeFields = ({ op, fields }: ChangeForm): Record<string, z.ZodType> => ({
  ...(op === "" ? {} : { op: z.literal(op) }),
  ...Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, FIELDS[type]])),
});

const choice = z.strictObject({
  id,
  title: line,
  then: z.enum(["go-on", "stop", "again"]).default("go-on"),
  when: expression.optional(),
});
const question = z.strictObject({ question: line, choices: z.array(choice).min(2) });

/** Where a step or a probe belongs in the tables above: a read, a change of some kind, or `gate`. */
export type Variant = string;

const variantField = <V extends string>(variant: V) => ({ variant: z.literal(variant), kind: z.string() });

const readSteps = (Object.keys(reads) as (keyof typeof reads)[]).map((variant) =>
  z.strictObject({ ...variantField(variant), ...common, ...reading, ...reads[variant] }),
);
const changeSteps = [...CHANGES].map(([variant, form]) =>
  z.strictObject({ ...variantField(variant), ...common, ...changing, ...changeFields(form) }),
);
const gateStep = z.strictObject({
  ...variantField("gate"),
  ...common,
  question: line,
  choices: z.array(choice).min(2),
});

const step = z.discriminatedUnion("variant", [gateStep, ...readSteps, ...changeSteps] as never) as unknown as z.ZodType<
  Record<string, unknown> & { variant: Variant }
>;

const probe = z.discriminatedUnion(
  "variant",
  (Object.keys(reads) as (keyof typeof reads)[]).map((variant) =>
    z.strictObject({
      ...variantField(variant),
      title: line,
      expect: expression,
      because: line.optional(),
      none_expected: line.optional(),
      ...reads[variant],
    }),
  ) as never,
) as unknown as z.ZodType<Record<string, unknown> & { variant: Variant }>;

const phase = z.strictObject({
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

const runbook = z.strictObject({
  id,
  title: line,
  summary: line,
  severity: z.enum(["low", "medium", "high", "critical"]),
  strategy: z.enum(["sequence", "ladder"]),
  warnings: z.array(line).default([]),
  forbid: z.array(z.strictObject({ kind: line, match: line, because: line })).default([]),
  select: z.strictObject({ sql, columns, key: name, label: name, stuck: expression, show: z.array(name).default([]) }),
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

/** A whole file. */
export const fileSchema = z.strictObject({ handrail: z.literal("1"), runbooks: z.array(runbook).min(1) });
export type RawFile = z.infer<typeof fileSchema>;
export type RawPhase = z.infer<typeof phase> & { readonly within?: string };
/** A runbook whose `use` has been put in place. */
export type RawRunbook = Omit<z.infer<typeof runbook>, "phases"> & { readonly phases: readonly RawPhase[] };
export type RawStep = Record<string, unknown> & { variant: Variant };

const VARIANTS = new Set<string>([...Object.keys(reads), ...CHANGES.keys(), "gate"]);
/** The kinds a step may name, for "did you mean". */
export const KIND_IDS: readonly string[] = [
  ...new Set([...VARIANTS].map((variant) => variant.split(":")[0] ?? variant)),
].toSorted();

/** The variant of a raw step or probe; null when `kind` or `op` is unknown. */
export function variantOf(raw: Readonly<Record<string, unknown>>): Variant | null {
  const { kind, op, command } = raw;
  if (typeof kind !== "string") return null;
  const lists = `${kind}:list`;
  if (typeof command === "string" && command.startsWith("list") && VARIANTS.has(lists)) return lists;
  const variant = typeof op === "string" ? `${kind}:${op}` : kind;
  return VARIANTS.has(variant) ? variant : null;
}

/** Whether this variant only looks. */
export const isRead = (variant: Variant): boolean => variant in reads;

/** The words that a kind may have for `op`, for a hint. */
export const opsOf = (kind: string): string[] =>
  [...VARIANTS]
    .filter((variant) => variant.startsWith(`${kind}:`))
    .map((variant) => variant.slice(kind.length + 1))
    .filter((op) => op !== "list");

/** Whether this variant, or the one that lists of its kind, is known by its command. */
export const takesCommand = (variant: Variant): boolean => VARIANTS.has(`${variant.split(":")[0] ?? ""}:list`);
