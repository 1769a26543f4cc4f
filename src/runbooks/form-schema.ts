/** A step, a probe or another question of a kind as a schema, in each way in which it may be written. */
import * as z from "zod";
import { expression, fieldSchema, shortParams } from "./field-schema.ts";
import { keyOf, VARIANT, type Variant, type VariantForm } from "./variants.ts";

/**
 * A form of the format. What is checked has the `variant` that the loader adds, and every probe under its name; what is written
 * may have probes where they are used, and leave out columns that a statement tells.
 */
export interface Style {
  readonly isWritten: boolean;
  /** What stands where a probe is named. */
  readonly probe: z.ZodType;
}

const fieldsOf = ({ fields }: VariantForm, { probe, isWritten }: Style): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries(fields).map(([field, type]) => [
      field,
      type === "probe" ? probe.optional() : fieldSchema(type, isWritten),
    ]),
  );

/** What the loader adds to the form that is checked. */
export const variantFields = (kind: string, variant: Variant): Record<string, z.ZodType> => ({
  [VARIANT]: z.literal(variant),
  kind: z.string(),
});

const opField = (op: string | null): Record<string, z.ZodType> => (op === null ? {} : { op: z.literal(op) });

/**
 * The fields of a kind in one of the ways in which it may be written. `said`: the field that a key says; `others`: what stands
 * under any other key.
 */
interface Own {
  readonly fields: Record<string, z.ZodType>;
  readonly said?: string;
  readonly others?: z.ZodType;
}

/** Of a command the key holds its name, which is none of ours: what stands under a key that is no field are its parameters. */
function shortForm(form: VariantForm, fields: Record<string, z.ZodType>): Own {
  const { command, params: _params, each: _each, ...others } = fields;
  if (command !== undefined) return { fields: others, others: shortParams };
  const [key, { field }] = keyOf(form);
  const { [field]: value = expression, ...rest } = fields;
  return { fields: { ...rest, [key]: value }, said: field };
}

/** What a step or a probe of a form has of its kind's, in each way in which it may be written. */
function ownFields(form: VariantForm, style: Style): readonly Own[] {
  const { isWritten } = style;
  const own = fieldsOf(form, style);
  const op = opField(form.op);
  if (!isWritten) return [{ fields: { ...variantFields(form.kind, form.variant), ...op, ...own } }];
  // A statement tells its columns.
  const fields = own["sql"] && own["columns"] ? { ...own, columns: own["columns"].optional() } : own;
  return [{ fields: { kind: z.literal(form.kind), ...op, ...fields } }, shortForm(form, fields)];
}

/** The schemas of a form, with the fields that it shares with others. */
export const objects = (form: VariantForm, style: Style, common: Record<string, z.ZodType>): readonly z.ZodType[] =>
  ownFields(form, style).map(({ fields, said = "", others }) => {
    const { [said]: _said, ...rest } = common;
    const whole = { ...rest, ...fields };
    return others === undefined ? z.strictObject(whole) : z.object(whole).catchall(others);
  });

/** What has a variant. */
export type Variants = z.ZodType<Record<string, unknown> & { [VARIANT]: Variant }>;

/** One of some forms. */
export const oneOf = (schemas: readonly z.ZodType[], { isWritten }: Style): Variants =>
  isWritten ? z.union(schemas as never) : z.discriminatedUnion(VARIANT, schemas as never);
