/**
 * What each key of a runbook file is, in the words of `docs/runbook-format.md`: one table, of which the schema for editors has its
 * descriptions and lint what would fit.
 */
import type * as z from "zod";
import type { FieldType } from "../../phases/field.ts";
import { OF_RUNBOOK } from "./runbook.ts";
import { FIELD_TEXT, OF_STEP } from "./step.ts";

const TABLE = { ...OF_RUNBOOK, ...OF_STEP };

/** A thing whose keys are described. */
export type Thing = keyof typeof TABLE;

/** What a field of a kind holds, as its type says. */
export const typeText = (type: FieldType): string => {
  if (typeof type === "string") return FIELD_TEXT[type];
  return type instanceof RegExp
    ? `a text like \`${type.source}\``
    : `${type.map((word) => `\`${word}\``).join(" or ")}; may be left out`;
};

/** The schemas of maps, each with what its keys are. */
const keyTexts = new WeakMap<z.core.$ZodType, Readonly<Record<string, string>>>();

/** A schema of a map whose keys are those of a thing, and some of its kind's besides. */
export function describe<S extends z.ZodType>(thing: Thing, schema: S, own: Readonly<Record<string, string>> = {}): S {
  keyTexts.set(schema, { ...TABLE[thing], ...own });
  return schema;
}

/** What a key of a map of this schema is; null where nobody said. */
export const descriptionOf = (schema: z.core.$ZodType, key: string): string | null =>
  keyTexts.get(schema)?.[key] ?? null;
