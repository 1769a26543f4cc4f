/** The ways in which a step or a probe can be written, as the step kinds declare them: by `kind` and `op`, or by `command`. */
import type { Fields } from "../phases/field.ts";
import { allKinds } from "../phases/kinds/index.ts";
import type { StepKind } from "../phases/step-kind.ts";

/** A way to write a step: `KIND`, `KIND:OP`, or `gate`. The schema discriminates on it. */
export type Variant = string;

/**
 * The field under which the loader keeps the variant of a step. No file can have one of this name: `yaml.ts` refuses it, so what
 * somebody writes is never taken for ours.
 */
export const VARIANT = "#variant";

/** The variant of a selection that is a query of a database, and no kind's. */
export const SQL_SELECT: Variant = "sql:select";

/** Whether the rows of this way to ask may be targets. A query of a database is written without its kind. */
export const isSelection = ({ answer, fields }: VariantForm): boolean =>
  answer === "rows" && fields["sql"] === undefined;

/** The variant that asks a person, and is no kind's. */
export const GATE: Variant = "gate";

export interface VariantForm {
  readonly variant: Variant;
  readonly kind: string;
  /** What stands under `op`; null where nothing does. */
  readonly op: string | null;
  readonly does: "read" | "change";
  readonly fields: Fields;
  /** The CEL type of its answer, `rows` for rows of the declared columns; '' for a change. */
  readonly answer: string;
}

const variantName = (id: string, op: string): Variant => (op === "" ? id : `${id}:${op}`);

function formsOf(id: string, { reads, change, lists }: StepKind): readonly VariantForm[] {
  const form = (op: string) => ({
    variant: variantName(id, op),
    kind: id,
    op: op === "" || op === lists?.op ? null : op,
  });
  return [
    ...Object.entries(reads).map(([op, { fields, answer }]): VariantForm => ({
      ...form(op),
      does: "read",
      fields,
      answer,
    })),
    ...Object.entries(change?.forms ?? {}).map(([op, fields]): VariantForm => ({
      ...form(op),
      does: "change",
      fields,
      answer: "",
    })),
  ];
}

/** Every way to write a step but a gate. */
export const allForms = (): readonly VariantForm[] => [...allKinds()].flatMap(([id, kind]) => formsOf(id, kind));

const split = (variant: Variant): readonly [string, string] => {
  const [id = "", op = ""] = variant.split(":");
  return [id, op];
};

/** The form of a variant; undefined for a gate and for what no kind declares. */
export function findForm(variant: Variant): VariantForm | undefined {
  const [id] = split(variant);
  const kind = allKinds().get(id);
  return kind === undefined ? undefined : formsOf(id, kind).find((form) => form.variant === variant);
}

/** What a key of a step says that is no field: what is to be written in its place, and which field its value is. */
interface Word {
  readonly says: Readonly<Record<string, string>>;
  readonly field: string;
}

/** The key by which a form may be written, and the field that its value is: its first, or what a step expects that has none. */
export function keyOf({ kind, op, fields }: VariantForm): readonly [string, Word] {
  const [field = "expect"] = Object.keys(fields);
  return op === null ? [kind, { says: { kind }, field }] : [`${kind}.${op}`, { says: { kind, op }, field }];
}

/** The keys by which steps may be written, each with what it says. */
export const words = (): ReadonlyMap<string, Word> =>
  new Map([
    ...allForms()
      .filter(({ variant }) => !takesCommand(variant))
      .map(keyOf),
    [GATE, { says: { kind: GATE }, field: "question" }],
  ]);

/** What a key of a step says; undefined for one that is a field. Of kinds whose steps name a command it is `KIND.COMMAND`. */
export function wordOf(key: string): Word | undefined {
  const dot = key.indexOf(".");
  const kind = key.slice(0, Math.max(dot, 0));
  if (dot > 0 && takesCommand(kind)) return { says: { kind, command: key.slice(dot + 1) }, field: "params" };
  return words().get(key);
}

/** The kinds a step may name, for "did you mean". */
export const kindIds = (): readonly string[] => [...allKinds().keys(), GATE].toSorted();

/** The op that a raw step means: that of its kind's lists where its command is one; '' for none. */
function opOf({ op, command }: Readonly<Record<string, unknown>>, kind: StepKind | undefined): string {
  const lists = kind?.lists;
  if (typeof command === "string" && lists?.commands.test(command) === true) return lists.op;
  return typeof op === "string" ? op : "";
}

/** The variant of a raw step or probe; null when `kind` or `op` is unknown. */
export function variantOf(raw: Readonly<Record<string, unknown>>): Variant | null {
  const { kind: id, op } = raw;
  if (typeof id !== "string") return null;
  if (id === GATE) return op === undefined ? GATE : null;
  const variant = variantName(id, opOf(raw, allKinds().get(id)));
  return findForm(variant) === undefined ? null : variant;
}

/** Whether this variant only looks. */
export const isRead = (variant: Variant): boolean => findForm(variant)?.does === "read";

/** The words that a kind may have for `op`, for a hint. */
export const opsOf = (id: string): string[] =>
  allForms()
    .filter(({ variant, op }) => split(variant)[0] === id && op !== null)
    .map(({ op }) => op ?? "");

/** Whether the steps of this variant's kind are known by their `command`. */
export const takesCommand = (variant: Variant): boolean => allKinds().get(split(variant)[0])?.lists !== undefined;
