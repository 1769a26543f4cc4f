/** What a runbook file holds before anybody knows that it fits: maps, lists and texts, as YAML gave them. */

import type { Report } from "./node.ts";

export type Path = readonly PropertyKey[];
/** Takes a complaint about the shape of something at a path of the file, or at one of its fields. */
export type Add = (path: Path, message: string, hint?: string | null, onKey?: string) => void;
export type Raw = Record<string, unknown>;

/** Who hears of what is wrong: of another shape than a runbook has, or against a rule. */
export interface Complaints {
  readonly shape: Add;
  readonly report: Report;
}

/** A map of fields; null for anything else that may stand in a file. */
export const record = (raw: unknown): Raw | null =>
  raw === null || typeof raw !== "object" || Array.isArray(raw) ? null : (raw as Raw);

/** The fields of a map; none of anything else. */
export const members = (raw: unknown): [string, unknown][] => Object.entries(record(raw) ?? {});

/** A list; an empty one for anything else. */
export const list = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : []);
