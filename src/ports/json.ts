/** What may stand in an event body or a fact: JSON without fractions, so that one text has one meaning. */
export type Json = null | string | number | boolean | readonly Json[] | JsonObject;
/** An object of {@link Json}. Numbers are safe integers; decimals, ids and larger integers are text. */
export interface JsonObject {
  readonly [key: string]: Json;
}

const isTexts = (value: Json): boolean =>
  typeof value === "string" || value === null || (Array.isArray(value) && value.every(isTexts));

/**
 * Canonical text of a value: keys sorted by code unit, no spaces, `undefined` members left out.
 * It is what digests are taken of and what the journal stores.
 * Throws on fractions and unsafe integers: such a value is a bug of ours, not of the world.
 */
export function canonical(value: Json): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new TypeError(`not a safe integer in canonical JSON: ${value}`);
    return String(value);
  }
  if (Array.isArray(value)) {
    // Thousands of rows are lists of texts, of which JSON.stringify makes the same text at once.
    return isTexts(value) ? JSON.stringify(value) : `[${value.map((item: Json) => canonical(item)).join(",")}]`;
  }
  const object = value as JsonObject;
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(object[key] as Json)}`);
  return `{${members.join(",")}}`;
}
