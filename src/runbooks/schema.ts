/**
 * The shape of a runbook file, version 1, as a schema over the strings that YAML gives (scalars are not guessed:
 * ids keep their zeros, `no` stays a word). This is the definition of the format; `docs/runbook-format.md` explains it.
 */
import { ACTION_KEYS } from "./action-keys.ts";
import * as z from "zod";
import { describe } from "./descriptions/describe.ts";
import {
  clean,
  columns,
  connection,
  expression,
  id,
  int,
  line,
  name,
  seconds,
  sql,
  writtenColumns,
} from "./field-schema.ts";
import { apart, objects, oneOf, variantFields, type Style, type Variants } from "./form-schema.ts";
import { VERSION } from "./number-texts.ts";
import { allForms, GATE, isSelection, SQL_SELECT, VARIANT, type Variant, type VariantForm } from "./variants.ts";

const risk = z.enum(["change", "destroy"]);

const shortForeach = z.union([expression, describe("foreach", z.strictObject({ in: expression, key: expression }))]);
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
  undo: z.union([z.literal("auto"), describe("undo", z.strictObject({ none: line }))]).optional(),
  limit: seconds.optional(),
  stays_until: id.optional(),
});

const choice = describe(
  "choice",
  z.strictObject({
    id,
    title: line,
    then: z.enum(["go-on", "stop", "again"]).default("go-on"),
    when: expression.optional(),
    advised: expression.optional(),
    because: line.optional(),
  }),
);
const question = describe("question", z.strictObject({ question: line, choices: z.array(choice).min(2) }));

function gateSteps({ isWritten }: Style): readonly z.ZodType[] {
  const fields = { ...commonFields(isWritten), choices: z.array(choice).min(2) };
  const long = { ...fields, question: line };
  const shapes = isWritten
    ? [
        { ...long, kind: z.literal(GATE) },
        { ...fields, [GATE]: line },
      ]
    : [{ ...long, ...variantFields(GATE, GATE) }];
  return shapes.map((shape) =>
    describe("gate", isWritten ? apart(z.strictObject(shape), shape) : z.strictObject(shape)),
  );
}

const stepSchemas = (form: VariantForm, style: Style): readonly z.ZodType[] => {
  const common = commonFields(style.isWritten);
  return form.does === "read"
    ? objects(form, style, { ...common, ...reading }, "read")
    : objects(form, style, { ...common, ...changing(style) }, "change");
};

const expectation = { title: line, because: line.optional(), none_expected: line.optional(), expect: expression };
const probeSchemas = (form: VariantForm, style: Style, own: Readonly<Record<string, z.ZodType>>) =>
  objects(form, style, { ...expectation, ...own }, "probe");

const need = describe("need", z.strictObject({ probe: id, from: id, unless: expression.optional() }));

const rungSchema = (probe: z.ZodType<string>) =>
  describe(
    "rung",
    z.strictObject({
      box: seconds,
      every: seconds,
      done_when: probe,
      fails_when: probe.optional(),
      climb: question,
    }),
  );

const phaseSchema = (step: Variants, probe: z.ZodType) =>
  describe(
    "phase",
    z.strictObject({
      id,
      title: line,
      why: line.optional(),
      when: expression.optional(),
      otherwise: line.optional(),
      needs: z.array(need).optional(),
      steps: z.array(step).min(1),
      rescue: question.optional(),
      rung: rungSchema(probe as z.ZodType<string>).optional(),
    }),
  );
/** `FILE#ID`: a runbook of another file, its path as seen from this one. */
const foreign = clean.regex(/^[^#\s]+#[a-z][a-z0-9-]{0,62}$/u, "is the id of a runbook of this file, or FILE#ID");
/** Another runbook's phases in this place, entered only `when`; `without` leaves some of them out. */
const use = describe(
  "use",
  z.strictObject({
    use: z.union([id, foreign]),
    /** What the runbook of another file has to be: the beginning of its digest, whose form is looked at where it is compared. */
    digest: clean.optional(),
    when: expression,
    without: z.array(id).default([]),
  }),
);

const whose = describe("whose", z.strictObject({ table: name, column: name, in: expression }));
/** A statement of the operators' own documents, shown by what it would reach; never carried out. */
const statement = describe("printed", z.strictObject({ id, title: line, sql, whose, instead: line }));

/** The key that begins the runbook where targets are listed. */
const action = describe(
  "action",
  z.strictObject({
    key: z.string().regex(ACTION_KEYS, "has to be one of the letters a b c d e f i m n o r t v y z"),
    title: line,
    help: line,
  }),
);

/** What its targets are called, in every sentence about them. */
const noun = z
  .string()
  .regex(/^[\p{L}][\p{L}\p{N} -]{0,30}$/u, "is one word or two: letters, digits, blanks and hyphens");
const target = describe("target", z.strictObject({ noun, nouns: noun }));

const version = z.string().regex(VERSION, "a version is letters, digits, dots, + and -, 32 at most");

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
  const query = describe(
    "select",
    z.strictObject({
      ...(isWritten ? {} : { [VARIANT]: z.literal(SQL_SELECT) }),
      sql,
      connection: connection.optional(),
      columns: isWritten ? writtenColumns.optional() : columns,
      ...targets,
    }),
  );
  const forms = allForms().filter(isSelection);
  const schemas = [query, ...forms.flatMap((form) => objects(form, style, targets, "select"))];
  return oneOf(schemas, style) as never;
}

const textInput = describe("input-text", z.strictObject({ pattern: line.optional() }));
const intInput = describe("input-int", z.strictObject({ from: int, to: int }));

/** What a run has to be told before it begins, in one of four types; lint says which of them are missing or too many. */
const inputsSchema = (style: Style) => {
  const questions = allForms().filter(({ answer }) => answer === "rows");
  const column = { column: name };
  const choices = oneOf(
    questions.flatMap((form) => objects(form, style, column, "input-choice")),
    style,
  );
  const input = z.strictObject({
    title: line,
    why: line.optional(),
    default: clean.optional(),
    text: textInput.optional(),
    int: intInput.optional(),
    choice: z.array(line).min(1).optional(),
    choice_from: choices.optional(),
  });
  return z.record(name, describe("input", input)).optional();
};
const forbid = z.array(describe("forbid", z.strictObject({ kind: line, match: line, because: line })));
const script = { kind: z.literal("script"), script: clean.min(1).max(8192) };
const collect = z.array(describe("collect", z.strictObject({ id, title: line, ...script })));

const holdSchema = (probe: z.ZodType<string>) =>
  describe("hold", z.strictObject({ id, probe, from: id, until: id.optional(), when: expression.optional() }));
const criterionSchema = (probe: z.ZodType<string>) =>
  describe(
    "criterion",
    z.strictObject({ id, probe, when: expression.optional(), otherwise: line.optional(), by: id.optional() }),
  );

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
    strategy: z.enum(["sequence", "ladder"]).optional(),
    warnings: z.array(line).default([]),
    forbid: forbid.default([]),
    inputs: inputsSchema(style),
    select: selectSchema(style),
    probes: z.record(id, probes).default({}),
    panels: z.array(id).default([]),
    phases: z.array(z.union([phase, use])).min(1),
    finally: collect.default([]),
    printed: z.array(statement).default([]),
    holds: z.array(holdSchema(probe)).default([]),
    success: z.array(criterionSchema(probe)).min(1),
  });
};

/** The reads that are probes. One that stands where it is used may have an `id` of its own. */
const probesOf = (style: Style, own: Readonly<Record<string, z.ZodType>> = {}): Variants =>
  oneOf(
    allForms()
      .filter(({ does }) => does === "read")
      .flatMap((form) => probeSchemas(form, style, own)),
    style,
  );

const runbookOf = (style: Style) => {
  const steps = oneOf([...gateSteps(style), ...allForms().flatMap((form) => stepSchemas(form, style))], style);
  return runbookSchema(probesOf(style), phaseSchema(steps, style.probe), style);
};

const sharedSchema = (style: Style) =>
  describe("shared", z.strictObject({ forbid, target, select: selectSchema(style), finally: collect }).partial());

/** The schema of a whole file as it is checked, made of the step kinds that there are now: see `short-form.ts`. */
export const fileSchema = () => {
  const style: Style = { isWritten: false, probe: id };
  const runbooks = z.array(describe("runbook", runbookOf(style))).min(1);
  return describe(
    "file",
    z.strictObject({ handrail: z.literal("1"), shared: sharedSchema(style).optional(), runbooks }),
  );
};

/** The schema of a whole file as it is written, for editors: see `editor-schema.ts`. */
export function writtenSchema(): z.ZodType {
  const style: Style = {
    isWritten: true,
    probe: z.union([id, probesOf({ isWritten: true, probe: id }, { id: id.optional() })]),
  };
  // What a runbook does not say itself it takes from `shared`.
  const runbook = runbookOf(style).extend({ select: selectSchema(style).optional() });
  const runbooks = z.array(describe("runbook", runbook)).min(1);
  const shared = sharedSchema(style).optional();
  return describe("file", z.strictObject({ handrail: z.literal("1"), shared, runbooks }));
}

type Phase = z.infer<ReturnType<typeof phaseSchema>>;
type Book = RawFile["runbooks"][number];
export type RawFile = z.infer<ReturnType<typeof fileSchema>>;
export type RawPhase = Phase & { readonly within?: string };
/** A runbook whose `use` has been put in place. */
export type RawRunbook = Omit<Book, "phases"> & { readonly phases: readonly RawPhase[] };
export type RawInput = NonNullable<Book["inputs"]>[string];
export type RawStep = Record<string, unknown> & { [VARIANT]: Variant };
