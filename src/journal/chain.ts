/**
 * The hash chain. Each event's hash covers all its stored fields and the hash before it, so that an edit, a gap, an
 * insertion or a new order shows. A cut tail shows only against a head that was published elsewhere (an anchor).
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";

/** What a column may hold: the storage classes of SQLite but REAL, which the journal does not use. */
export type Field = string | number | bigint | null | Uint8Array;

/** Begins every hashed text; a change of the encoding gets another one. */
export const PREFIX = "handrail1";

/**
 * SHA-256 over "handrail1" and the fields, each with its storage class and its length in bytes: neither moving a
 * character to the next field nor storing a text as a blob leaves the hash as it was.
 */
export function hashFields(fields: readonly Field[]): Buffer {
  let text = PREFIX;
  for (const field of fields) text += encode(field);
  return hash("sha256", text, "buffer");
}

function encode(field: Field): string {
  if (field === null) return "n";
  if (typeof field === "string") return `t${Buffer.byteLength(field)}:${field}`;
  if (typeof field === "number" || typeof field === "bigint") return `i${field};`;
  return `b${field.length}:${Buffer.from(field).toString("hex")}`;
}

/** Of the exact stored bytes. */
export function sha256(data: string | Uint8Array): Buffer {
  return hash("sha256", data, "buffer");
}

/** What the first event's `prev` is: the identity of the journal, so that two journals share no chain. */
export function genesisOf(meta: ReadonlyMap<string, string>): Buffer {
  const keys = [...meta.keys()].filter((key) => key !== "genesis").toSorted();
  return hashFields(keys.flatMap((key) => [key, meta.get(key) ?? null]));
}

/** The printed form of a head: `seq:hash`. */
export function formatHead(head: { readonly seq: number; readonly hash: string }): string {
  return `${head.seq}:${head.hash}`;
}

/** A head as printed, or null when the text is none. */
export function parseHead(text: string): { seq: number; hash: string } | null {
  const match = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text.trim());
  return match === null ? null : { seq: Number(match[1]), hash: match[2] ?? "" };
}
