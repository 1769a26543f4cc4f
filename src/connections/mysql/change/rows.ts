/** The rows that a change would hit, under locks, and whether they are the ones it may hit. */
import type { SqlChange } from "../../../phases/ports.ts";
import { asText } from "../columns.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import type { Aim } from "./aim.ts";

export const MOST_KEYS = 10_000;

export interface Matched {
  /** Key values as text, sorted, so that two looks compare. */
  readonly keys: readonly (readonly string[])[];
  /** For each key, the value of the `within` column. */
  readonly within: readonly (string | null)[];
}

/** Locks and reads the rows that match. The transaction must be open. */
export async function lockRows(session: Session, aim: Aim): Promise<Matched> {
  const { rows } = await session.run(`${aim.select.sql} FOR UPDATE`, aim.select.values);
  if (rows.length > MOST_KEYS) {
    throw refuse(`The statement matches more than ${MOST_KEYS} rows: too many to be previewed.`, "no-preview");
  }
  const read = rows.map((row) => {
    const texts = row.map((value) => (value === null ? null : asText(value)));
    return { key: texts.slice(0, -1).map((text) => text ?? ""), within: texts.at(-1) ?? null };
  });
  read.sort((a, b) => (name(a.key) < name(b.key) ? -1 : 1));
  return { keys: read.map((row) => row.key), within: read.map((row) => row.within) };
}

/** A key as one text. */
const name = (key: readonly string[]): string => JSON.stringify(key);

/** Throws when the change reaches further than it declared. */
export function checkTouches({ touches }: SqlChange, matched: Matched): void {
  const count = matched.keys.length;
  const { rows, within } = touches;
  const fits = "exactly" in rows ? count === rows.exactly : count <= rows.at_most;
  if (!fits) {
    const bound = "exactly" in rows ? `exactly ${rows.exactly}` : `at most ${rows.at_most}`;
    throw refuse(
      `The statement matches ${count} rows of ${touches.table}, but may touch ${bound}: ${shown(matched.keys)}.`,
      "touches",
    );
  }
  const allowed = new Set(within.values);
  const strangers = matched.keys.filter(
    (_, at) => !allowed.has(matched.within[at] ?? "") || matched.within[at] === null,
  );
  if (strangers.length === 0) return;
  const message =
    `${strangers.length} of the ${count} rows of ${touches.table} that the statement matches do not belong to the selected targets ` +
    `(by ${within.column}): ${shown(strangers)}.`;
  throw refuse(message, "touches");
}

const MOST_SHOWN = 20;

/** Keys for a message. */
export function shown(keys: readonly (readonly string[])[]): string {
  if (keys.length === 0) return "none";
  const some = keys.slice(0, MOST_SHOWN).map((key) => key.join("/"));
  return keys.length > MOST_SHOWN ? `${some.join(", ")} and ${keys.length - MOST_SHOWN} more` : some.join(", ");
}

/** What the two sets do not share. */
export function difference(approved: readonly (readonly string[])[], now: readonly (readonly string[])[]) {
  const before = new Set(approved.map(name));
  const after = new Set(now.map(name));
  return {
    gone: approved.filter((key) => !after.has(name(key))),
    added: now.filter((key) => !before.has(name(key))),
  };
}
