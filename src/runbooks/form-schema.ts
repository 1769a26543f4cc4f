/** A step, a probe or another question of a kind as a schema, in each way in which it may be written. */
import * as z from "zod";
import { allKinds } from "../phases/kinds/index.ts";
import { describe, typeText, type Thing } from "./descriptions/describe.ts";
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

type Shape = Readonly<Record<string, z.ZodType>>;

/** The commands of a form: those that only look are of another one than those that change. */
function commandOf({ kind, does, fields }: VariantForm): RegExp | null {
  const { command } = fields;
  if (!(command instanceof RegExp)) return null;
  const lists = allKinds().get(kind)?.lists?.commands.source.replace(/^\^/u, "");
  if (does === "read" || lists === undefined) return command;
  return new RegExp(command.source.replace(/^\^/u, `^(?!${lists})`), "u");
}

function fieldsOf(form: VariantForm, { probe, isWritten }: Style): Record<string, z.ZodType> {
  const fields = Object.entries(form.fields).map(([field, type]): [string, z.ZodType] => [
    field,
    type === "probe" ? probe.optional() : fieldSchema(type, isWritten),
  ]);
  const command = isWritten ? commandOf(form) : null;
  return { ...Object.fromEntries(fields), ...(command === null ? {} : { command: z.string().regex(command) }) };
}

/** What the loader adds to the form that is checked. */
export const variantFields = (kind: string, variant: Variant): Record<string, z.ZodType> => ({
  [VARIANT]: z.literal(variant),
  kind: z.string(),
});

const opField = (op: string | null): Shape => (op === null ? {} : { op: z.literal(op) });

/** The mark of a schema whose keys that are no fields are commands; what is there stands under one of them. */
export const COMMANDS = "x-commands";

/**
 * The fields of a kind in one of the ways in which it may be written. `said`: the field that a key says; `command`: what stands
 * under a key that names a command.
 */
interface Own {
  readonly fields: Shape;
  readonly said?: string;
  readonly command?: z.ZodType;
}

/** A way to write what is asked once, and one in which a parameter may be put for each of some values. */
function parameterWays(
  { fields }: VariantForm,
  own: Shape,
): readonly { readonly rest: Shape; readonly params: z.ZodType }[] {
  const { params = z.never(), ...rest } = own;
  if (fields["each"] !== "each") return [{ rest, params }];
  const { each: _each, ...others } = rest;
  return [
    { rest, params },
    { rest: others, params: shortParams },
  ];
}

/** A key has to be there for what is written with it. */
const needed = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return needed(schema.unwrap() as z.ZodType);
  return schema;
};

/** What a step or a probe of a kind has where a key says its kind. */
function shortForms(form: VariantForm, own: Shape): readonly Own[] {
  const { command, ...others } = own;
  if (command !== undefined)
    return parameterWays(form, others).map(({ rest, params }) => ({ fields: rest, command: needed(params) }));
  const [key, { field }] = keyOf(form);
  const { [field]: value = expression, ...rest } = own;
  return [{ fields: { ...rest, [key]: needed(value) }, said: field }];
}

function longForms(form: VariantForm, own: Shape): readonly Own[] {
  const kind = { kind: z.literal(form.kind), ...opField(form.op) };
  if (own["params"] === undefined) return [{ fields: { ...kind, ...own } }];
  return parameterWays(form, own).map(({ rest, params }) => ({ fields: { ...kind, ...rest, params } }));
}

/** What a step or a probe of a form has of its kind's, in each way in which it may be written. */
function ownFields(form: VariantForm, style: Style): readonly Own[] {
  const own = fieldsOf(form, style);
  if (!style.isWritten) return [{ fields: { ...variantFields(form.kind, form.variant), ...opField(form.op), ...own } }];
  // A statement tells its columns.
  const fields = own["sql"] && own["columns"] ? { ...own, columns: own["columns"].optional() } : own;
  return [...longForms(form, fields), ...shortForms(form, fields)];
}

/** What the keys of a kind are: its fields by their types, and the key that says it. */
function textsOf(form: VariantForm): Record<string, string> {
  const [key, { field }] = keyOf(form);
  const { summary = "" } = allKinds().get(form.kind) ?? {};
  const texts = Object.entries(form.fields).map(([name, type]) => [name, typeText(type)]);
  return { ...Object.fromEntries(texts), [key]: `${summary} The value is its field ${field}.`, [COMMANDS]: summary };
}

/** What may not stand beside one another, for a schema of what is written. */
const APART = [
  { required: ["ensure", "already"] },
  { required: ["ensure", "verify"] },
  { required: ["foreach", "key"], properties: { foreach: { type: "object" } } },
] as const;

/** Says in the schema of a map, for editors, which of its keys exclude one another. */
export function apart<S extends z.ZodType>(schema: S, fields: Shape): S {
  const rules = APART.filter(({ required }) => required.every((field) => fields[field] !== undefined));
  return rules.length === 0 ? schema : schema.meta({ allOf: rules.map((rule) => ({ not: rule })) });
}

/** The pattern of the keys that name a command of a form. */
export const keyPattern = (form: VariantForm): string =>
  `^${form.kind.replaceAll(".", "\\.")}\\.${commandOf(form)?.source.replace(/^\^/u, "") ?? ""}`;

/** The schemas of a form, with the fields that it shares with others. `thing`: what it is, a step or a probe. */
export const objects = (form: VariantForm, style: Style, common: Shape, thing: Thing): readonly z.ZodType[] =>
  ownFields(form, style).map(({ fields, said = "", command }) => {
    const { [said]: _said, ...rest } = common;
    const whole = { ...rest, ...fields };
    if (!style.isWritten) return describe(thing, z.strictObject(whole), textsOf(form));
    const schema =
      command === undefined
        ? z.strictObject(whole)
        : z
            .object(whole)
            .catchall(command)
            .meta({ [COMMANDS]: keyPattern(form) });
    return describe(thing, apart(schema, whole), textsOf(form));
  });

/** What has a variant. */
export type Variants = z.ZodType<Record<string, unknown> & { [VARIANT]: Variant }>;

/** One of some forms. */
export const oneOf = (schemas: readonly z.ZodType[], { isWritten }: Style): Variants =>
  isWritten ? z.union(schemas as never) : z.discriminatedUnion(VARIANT, schemas as never);
