import type { CloudState } from "../cloudstack/state.ts";
import type { Ids } from "./ids.ts";
import type { EngineKind, Rows } from "./model.ts";

/** What the parts of a world are added to. */
export type Draft = { ids: Ids; rows: Rows; cloud: CloudState; engines: { job: string; kind: EngineKind }[] };

/** The id of a table's next row, where its first one has `first`. */
export function nextId({ rows }: Draft, table: string, first: number): number {
  return (rows[table]?.length ?? 0) + first;
}

/** Adds a row. */
export function put(draft: Draft, table: string, row: Record<string, unknown>): void {
  (draft.rows[table] ??= []).push(row);
}
