/** What a runbook file holds before anybody knows that it fits: maps, lists and texts, as YAML gave them. */

export type Path = readonly PropertyKey[];
/** Takes a complaint about something at a path of the file, or at one of its fields. */
export type Add = (path: Path, message: string, hint?: string | null, onKey?: string) => void;
export type Raw = Record<string, unknown>;

/** A map of fields; null for anything else that may stand in a file. */
export const record = (raw: unknown): Raw | null =>
  raw === null || typeof raw !== "object" || Array.isArray(raw) ? null : (raw as Raw);

/** The fields of a map; none of anything else. */
export const members = (raw: unknown): [string, unknown][] => Object.entries(record(raw) ?? {});

/** A list; an empty one for anything else. */
export const list = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : []);
