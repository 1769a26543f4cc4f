/**
 * The shape of a runbook file, version 1, as a schema over the strings that YAML gives (scalars are not guessed:
 * ids keep their zeros, `no` stays a word). This is the definition of the format; `docs/runbook-format.md` explains it.
 */
import { ACTION_KEYS } from "./action-keys.ts";
import * as z from "zod";
import { clean, columns, connection, expression, id, int, line, name, seconds, sql } from "./field-schema.ts";
import { objects, oneOf, variantFields, type Style, type Variants } from "./form-schema.ts";
import { allForms, GATE, isSelection, SQL_SELECT, VARIANT, type Variant, type VariantForm } from "./variants.ts";

const risk = z.enum(["change", "destroy"]);

const shortForeach = z.union([expression, z.strictObject({ in: expression, key: expression })]);
const commonFields = (isWritten: boolean) => ({
  id,
  title: line,
  why: line.optional(),
  when: expression.optional(),
  foreach: (isWritten ? shortForeach : expression).optional(),
  key: expression.optional(),
});
const reading = {
  expect: expression.optional(),
  because: line.optional(),
  none_expected: line.optional(),
  unmet: z.enum(["refuse", "fail", "unreachable"]).default("refuse"),
  facts: z.record(name, expression).default({}),
};
const changing = ({ probe, isWritten }: Style): Record<string, z.ZodType> => ({
  ...(isWritten ? { ensure: probe.optional() } : {}),
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

const choice = z.strictObject({
  id,
  title: line,
  then: z.enum(["go-on", "stop", "again"]).default("go-on"),
  when: expression.optional(),
  advised: expression.optional(),
  because: line.optional(),
});
const question = z.strictObject({ question: line, choices: z.array(choice).min(2) });

function gateSteps({ isWritten }: Style): readonly z.ZodType[] {
  const fields = { ...commonFields(isWritten), choices: z.array(choice).min(2) };
  const long = { ...fields, question: line };
  return isWritten
    ? [z.strictObject({ ...long, kind: z.literal(GATE) }), z.strictObject({ ...fields, [GATE]: line })]
    : [z.strictObject({ ...long, ...variantFields(GATE, GATE) })];
}

const stepSchemas = (form: VariantForm, style: Style): readonly z.ZodType[] =>
  objects(form, style, { ...commonFields(style.isWritten), ...(form.does === "read" ? reading : changing(style)) });

const probeSchemas = (form: VariantForm, style: Style): readonly z.ZodType[] =>
  objects(form, style, {
    title: line,
    because: line.optional(),
    none_expected: line.optional(),
    expect: expression,
    ...(style.isWritten ? { id: id.optional() } : {}),
  });

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
/** `FILE#ID`: a runbook of another file, its path as seen from this one. */
const foreign = clean.regex(/^[^#\s]+#[a-z][a-z0-9-]{0,62}$/u, "is the id of a runbook of this file, or FILE#ID");
/** Another runbook's phases in this place, entered only `when`; `without` leaves some of them out. */
const use = z.strictObject({
  use: z.union([id, foreign]),
  /** What the runbook of another file has to be: the beginning of its digest. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{16,64}$/u, "a digest is 16 to 64 hexadecimal digits, as `handrail runbooks` says it")
    .optional(),
  when: expression,
  without: z.array(id).default([]),
});

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

const version = clean.regex(
  /^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$/u,
  "a version is letters, digits, dots, + and -, 32 at most",
);

const targets = { key: name, label: name, stuck: expression, show: z.array(name).default([]) };

interface RawSelect extends Record<string, unknown> {
  readonly sql?: string;
  readonly columns: z.output<typeof columns>;
  readonly key: string;
  readonly label: string;
  readonly stuck: string;
  readonly show: readonly string[];
}

/** The rows of a query, or of a question of another kind. */
function selectSchema(style: Style): z.ZodType<RawSelect> {
  const { isWritten } = style;
  const query = z.strictObject({
    ...(isWritten ? {} : { [VARIANT]: z.literal(SQL_SELECT) }),
    sql,
    connection: connection.optional(),
    columns: isWritten ? columns.optional() : columns,
    ...targets,
  });
  const others = allForms().filter(isSelection);
  const schemas = [query, ...others.flatMap((form) => objects(form, style, targets))];
  return oneOf(schemas, style) as never;
}

/** What a run has to be told before it begins, in one of four types; lint says which of them are missing or too many. */
const inputsSchema = (style: Style) => {
  const questions = allForms().filter(({ answer }) => answer === "rows");
  const choices = oneOf(
    questions.flatMap((form) => objects(form, style, { column: name })),
    style,
  );
  const input = z.strictObject({
    title: line,
    why: line.optional(),
    default: clean.optional(),
    text: z.strictObject({ pattern: line.optional() }).optional(),
    int: z.strictObject({ from: int, to: int }).optional(),
    choice: z.array(line).min(1).optional(),
    choice_from: choices.optional(),
  });
  return z.record(name, input).optional();
};
const forbid = z.array(z.strictObject({ kind: line, match: line, because: line }));
const collect = z.array(z.strictObject({ id, title: line, kind: z.literal("script"), script: clean.min(1).max(8192) }));

const runbookSchema = (probes: Variants, phase: ReturnType<typeof phaseSchema>, style: Style) => {
  const probe = style.probe as z.ZodType<string>;
  return z.strictObject({
    id,
    title: line,
    action: action.optional(),
    target: target.optional(),
    version: version.optional(),
    summary: line,
    severity: z.enum(["low", "medium", "high", "critical"]),
    strategy: z.enum(["sequence", "ladder"]),
    warnings: z.array(line).default([]),
    forbid: forbid.default([]),
    inputs: inputsSchema(style),
    select: selectSchema(style),
    probes: z.record(id, probes).default({}),
    panels: z.array(id).default([]),
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
      .flatMap((form) => probeSchemas(form, style)),
    style,
  );

const runbooksOf = (style: Style) => {
  const steps = oneOf([...gateSteps(style), ...allForms().flatMap((form) => stepSchemas(form, style))], style);
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
export type RawInput = NonNullable<Book["inputs"]>[string];
export type RawStep = Record<string, unknown> & { [VARIANT]: Variant };
