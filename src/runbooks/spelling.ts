/**
 * Spellings: lint sees the letters of a scalar (`0x1e`, `007`, `~`), an editor the value that YAML takes them for. Where only the
 * spelling is wrong no schema can see it, so it is a rule and no matter of shape.
 */
import { parseDocument } from "yaml";
import type { Misfit } from "../text/misfits.ts";
import type { Path } from "./raw.ts";

/** How the value is written that YAML takes an unquoted text for; null where that is this text. */
export function canonical(text: string): string | null {
  const value: unknown = parseDocument(text, { schema: "core", version: "1.2" }).toJS();
  if (value !== null && typeof value !== "number" && typeof value !== "boolean") return null;
  const spelling = String(value);
  return spelling === text ? null : spelling;
}

type Tree = Record<PropertyKey, unknown>;

/** A copy with another text at a path. */
function withText(value: unknown, [first, ...rest]: Path, text: string): unknown {
  if (first === undefined) return text;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Tree) }) as Tree;
  copy[first] = withText(copy[first], rest, text);
  return copy;
}

const keyOf = (path: Path): string => JSON.stringify(path.map(String));

/**
 * Of misfits the ones that are none once their texts are spelled as YAML has their values: gives that spelling by path, null for
 * any other. `plainText`: the text of a scalar without quotes in the file; `misfitsOf`: what is wrong with another value.
 */
export function valueSpelling(
  value: unknown,
  plainText: (path: Path) => string | null,
  misfits: readonly Misfit[],
  misfitsOf: (value: unknown) => readonly Misfit[],
): (path: Path) => string | null {
  const spellings = new Map<string, { readonly path: Path; readonly text: string }>();
  for (const { path } of misfits) {
    const plain = plainText(path);
    const text = plain === null ? null : canonical(plain);
    if (text !== null) spellings.set(keyOf(path), { path, text });
  }
  if (spellings.size === 0) return () => null;
  const other = [...spellings.values()].reduce((whole, { path, text }) => withText(whole, path, text), value);
  for (const { path } of misfitsOf(other)) spellings.delete(keyOf(path));
  return (path) => spellings.get(keyOf(path))?.text ?? null;
}
