/** Between an event and its row. */
import type { Buffer } from "node:buffer";
import { Buffer as Bytes } from "node:buffer";
import type { Actor, JournalEvent } from "../engine/journal-port.ts";
import type { JsonObject } from "../ports/json.ts";
import { type Field, hashFields, sha256 } from "./chain.ts";
import { EVENT_COLUMNS } from "./schema.ts";

/** An event as stored, by column. */
export interface EventRow {
  readonly seq: number;
  readonly event_id: string;
  readonly run_id: string;
  readonly target_key: string | null;
  readonly phase_id: string | null;
  readonly step_id: string | null;
  readonly item: string | null;
  readonly attempt_id: string | null;
  readonly type: string;
  readonly schema_v: number;
  readonly wall_time: string;
  readonly mono_ms: number;
  readonly boot_id: string;
  readonly actor: string;
  readonly body: string;
  readonly body_sha256: Buffer;
  readonly prev: Buffer;
  readonly hash: Buffer;
}

export const COLUMN_LIST = EVENT_COLUMNS.join(", ");
const HASHED = EVENT_COLUMNS.length - 1;
const BODY = EVENT_COLUMNS.indexOf("body");

/** The hash of a row given as its values in the order of {@link EVENT_COLUMNS}; the body counts by its digest. */
export function hashRow(values: readonly Field[]): Buffer {
  return hashFields(values.slice(0, HASHED).toSpliced(BODY, 1));
}

/** The row with its digest and hash. */
export function sealRow(row: Omit<EventRow, "body_sha256" | "hash">): EventRow {
  const withDigest = { ...row, body_sha256: sha256(row.body) };
  const values = EVENT_COLUMNS.map((column) => (column === "hash" ? null : withDigest[column]));
  return { ...withDigest, hash: hashRow(values) };
}

export function toEvent(row: EventRow): JournalEvent {
  const { actor, body, body_sha256: _digest, prev: _prev, hash, ...rest } = row;
  return {
    ...rest,
    actor: JSON.parse(actor) as Actor,
    body: JSON.parse(body) as JsonObject,
    hash: Bytes.from(hash).toString("hex"),
  };
}
