/**
 * What the first published commit, e7ccb01, sent to a database and wrote to its journal for the two runbooks of the step
 * benchmark: the yardstick that stays, whatever is saved since. `published-steps.json` was made once, from the server's
 * general log (MariaDB) and the events of that build: each part is so many times its trips, and one trip is the connection
 * (0 reads, 1 changes, 2 writes the appliance's log), the kind, the text. `{n}` is the step from 1 on, `{at}` from 0 on.
 */
import { readFileSync } from "node:fs";

export interface Trip {
  readonly thread: number;
  readonly kind: string;
  readonly text: string;
}

/** What a bare script has to do as well. */
export interface Load {
  readonly trips: readonly Trip[];
  /** So many appends to a journal that wait for the disk, each of so many bytes. */
  readonly appends: number;
  readonly bytes: number;
}

interface Recorded extends Omit<Load, "trips"> {
  readonly parts: readonly { readonly times: number; readonly trips: readonly [number, string, string][] }[];
}

interface Published {
  readonly commit: string;
  readonly runbooks: Readonly<Record<"reads" | "changes", Recorded>>;
}

const published = JSON.parse(readFileSync(new URL("published-steps.json", import.meta.url), "utf8")) as Published;

export const PUBLISHED_COMMIT = published.commit;

/** All of it, trip by trip. */
export function publishedLoad(name: keyof Published["runbooks"]): Load {
  const { parts, appends, bytes } = published.runbooks[name];
  const trips = parts.flatMap(({ times, trips: some }) =>
    Array.from({ length: times }, (_unused, at) =>
      some.map(([thread, kind, text]) => ({
        thread,
        kind,
        text: text.replaceAll("{n}", String(at + 1)).replaceAll("{at}", String(at)),
      })),
    ).flat(),
  );
  return { trips, appends, bytes };
}
