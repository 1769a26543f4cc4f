/** Reading the daemons' JSON without trusting its shape. */
import type { Json, JsonObject } from "../ports/json.ts";

/** Tells an object from the other things that JSON can be. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Reads JSON text, or gives undefined. Secrets are taken out of every string; a number that is no safe integer
 * stays as the digits that were sent.
 */
export function parseJson(text: string, redact: (text: string) => string): Json | undefined {
  const tame = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value === "string") return redact(value);
    if (typeof value === "number" && !Number.isSafeInteger(value)) return context?.source ?? String(value);
    return value;
  };
  try {
    return JSON.parse(text, tame) as Json;
  } catch {
    return undefined;
  }
}

/** A member as text: '' when it is absent, null or no scalar. */
export function textOf(object: JsonObject, key: string): string {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

const MOST_SHOWN = 300;

/** The beginning of a text that nobody could read, for a message. */
export function excerpt(text: string): string {
  const flat = text.replaceAll(/\s+/g, " ").trim();
  return flat.length > MOST_SHOWN ? `${flat.slice(0, MOST_SHOWN)}…` : flat;
}
