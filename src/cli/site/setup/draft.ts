/** Settings while they are asked for: as the configuration will have them, but for secrets, which stand apart until they are written. */
import type { SourcedValue } from "../../../packs/setup.ts";

/** A secret that somebody said, under the name that its file gets. */
export class Typed {
  readonly key: string;
  readonly value: string;

  constructor(key: string, value: string) {
    this.key = key;
    this.value = value;
  }
}

/** A secret that stays where the configuration says that it is: nobody reads it to write it down once more. */
export class Kept {
  readonly reference: object;

  constructor(reference: object) {
    this.reference = reference;
  }
}

export type Settings = Readonly<Record<string, unknown>>;

export const sectionOf = (value: unknown): Settings =>
  value !== null && typeof value === "object" ? (value as Settings) : {};

/** Each leaf of a tree of settings replaced. */
function mapLeaves(value: unknown, replace: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, replace));
  const isLeaf = value === null || typeof value !== "object" || value instanceof Typed || value instanceof Kept;
  if (isLeaf) return replace(value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapLeaves(member, replace)]));
}

/** Whether settings are where a secret is: `{ file: PATH }` or `{ env: NAME }`. */
const isReference = (value: object): boolean => Object.keys(value).length === 1 && ("file" in value || "env" in value);

/** What the configuration says, as a draft. */
export function draftOf(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(draftOf);
  if (raw === null || typeof raw !== "object") return raw;
  if (isReference(raw)) return new Kept(raw);
  return Object.fromEntries(Object.entries(raw).map(([key, member]) => [key, draftOf(member)]));
}

/** As it is written: what was said stands in files of its own. */
export const asWritten = (draft: unknown, pathOf: (key: string) => string): unknown =>
  mapLeaves(draft, (leaf) => {
    if (leaf instanceof Typed) return { file: pathOf(leaf.key) };
    return leaf instanceof Kept ? leaf.reference : leaf;
  });

/** As it is tried: with every secret in it. */
export const asTried = (draft: unknown, reveal: (reference: object) => unknown): unknown =>
  mapLeaves(draft, (leaf) => {
    if (leaf instanceof Typed) return leaf.value;
    return leaf instanceof Kept ? reveal(leaf.reference) : leaf;
  });

/** The secrets that were said, by the names that their files get. */
export function typedIn(draft: unknown): Record<string, string> {
  const secrets: Record<string, string> = {};
  mapLeaves(draft, (leaf) => {
    if (leaf instanceof Typed) secrets[leaf.key] = leaf.value;
    return leaf;
  });
  return secrets;
}

/** What Enter takes for a secret; null where there is none yet. Of one that is kept nobody needs to know more than where it is from. */
export function presetOf(leaf: unknown): SourcedValue | null {
  if (leaf instanceof Typed) return { value: leaf.value, source: "what was typed before" };
  return leaf instanceof Kept ? { value: "", source: "the present configuration" } : null;
}

/** The secret that an answer stands for: the one before where it was taken, else what was said. */
export const secretOf = (key: string, said: SourcedValue, preset: SourcedValue | null, leaf: unknown): unknown =>
  said === preset ? leaf : new Typed(key, said.value);
