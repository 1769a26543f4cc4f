/** Output too large for an event: stored once, capped, redacted, under a digest that covers all that is stored of it. */
import { Buffer } from "node:buffer";
import type { JsonObject } from "../ports/json.ts";
import type { Redactor } from "../text/redact.ts";
import { hashFields } from "./chain.ts";

/** What an event says about a blob. `blob` is the digest to ask for it by; the verifier looks for it under that name. */
export interface BlobRef extends JsonObject {
  readonly blob: string;
  readonly media: string;
  /** Of the whole, in bytes, before it was capped. */
  readonly size: number;
  readonly truncated: boolean;
}

export interface StoredBlob {
  readonly bytes: Buffer;
  readonly media: string;
  readonly size: number;
  readonly truncated: boolean;
  readonly redactions: number;
}

/** At most this much is kept: the head and the tail, with a line between them that says what is missing. */
export const BLOB_LIMIT = 1024 * 1024;

/** Redacts, then caps. Bytes that are no UTF-8 are looked through byte by byte, so that a secret in them is found too. */
export function prepareBlob(data: Uint8Array | string, media: string, redactor: Redactor): StoredBlob {
  const raw = typeof data === "string" ? Buffer.from(data) : Buffer.from(data);
  const utf8 = isUtf8(raw);
  const text = raw.toString(utf8 ? "utf8" : "latin1");
  const cleanText = redactor.redact(text);
  const redactions = cleanText === text ? 0 : cleanText.split(/‹(?:secret|redacted):/).length - 1;
  let bytes: Buffer = raw;
  if (cleanText !== text) bytes = utf8 ? Buffer.from(cleanText) : fromLatin1(cleanText);
  const isTruncated = bytes.length > BLOB_LIMIT;
  return { bytes: isTruncated ? cap(bytes) : bytes, media, size: raw.length, truncated: isTruncated, redactions };
}

/** The digest under which a blob is stored. */
export function blobDigest(blob: StoredBlob): Buffer {
  return hashFields([blob.bytes, blob.media, blob.size, Number(blob.truncated), blob.redactions]);
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString("utf8")).equals(bytes);
}

/** Our tokens hold characters beyond one byte; all else is bytes as they were. */
function fromLatin1(text: string): Buffer {
  return Buffer.concat(
    text.split(/([^\0-\u00ff]+)/).map((part, index) => Buffer.from(part, index % 2 === 0 ? "latin1" : "utf8")),
  );
}

function cap(bytes: Buffer): Buffer {
  const missing = Buffer.from(`\n… ${bytes.length - BLOB_LIMIT} bytes or more left out …\n`);
  const half = Math.floor((BLOB_LIMIT - missing.length) / 2);
  return Buffer.concat([bytes.subarray(0, half), missing, bytes.subarray(bytes.length - half)]);
}
