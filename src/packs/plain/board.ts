/** The board of a site that belongs to no product: what each runbook selects, in the columns that it shows. */
import type { Connections } from "../../connections/connect.ts";
import { clean } from "../../engine/words.ts";
import type { Runbook } from "../../phases/spec.ts";
import { targetNouns } from "../../phases/target-noun.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { askSelection, candidates, type Candidate } from "../../runbooks/select.ts";
import type { BoardTarget, Reading } from "../../ui/sources.ts";
import type { Board } from "../pack.ts";
import { readDetail } from "./detail.ts";

const word = (value: unknown): string => (value === null || value === undefined ? "" : clean(String(value)));

/** What the columns to be shown say of a target; nothing else is known, so nothing is called odd. */
const sourcesOf = ({ select }: Runbook, { row }: Candidate): Reading["sources"] =>
  select.show.map((name) => ({ name, says: word(row[name]), odd: false }));

type Standing = Pick<Reading, "status" | "glyph" | "tone" | "rank" | "advice">;

const untold = ({ id }: Runbook, trouble: string): Standing => ({
  status: "not known",
  glyph: "doubt",
  tone: "unknown",
  rank: 0,
  advice: {
    suggestion: "Look at it yourself",
    why: `whether ${id} would call it stuck cannot be told: ${clean(trouble)}`,
    key: null,
  },
});

const standing = (runbook: Runbook, isStuck: boolean): Standing =>
  isStuck
    ? {
        status: "stuck",
        glyph: "bad",
        tone: "danger",
        rank: 0,
        advice: {
          suggestion: runbook.action?.title ?? runbook.title,
          why: `${runbook.id} calls it stuck: ${clean(runbook.select.stuck)}`,
          key: runbook.action?.key ?? null,
        },
      }
    : {
        status: "not stuck",
        glyph: "skipped",
        tone: "plain",
        rank: 1,
        advice: { suggestion: "Nothing to do", why: `${runbook.id} does not call it stuck`, key: null },
      };

/** A target as one runbook lists it. */
function listed(runbook: Runbook, candidate: Candidate): BoardTarget {
  const { key, label, row, stuck, trouble } = candidate;
  const [first] = runbook.select.show;
  return {
    key,
    label,
    // Of whom it cannot be told, somebody has to look after.
    stuck: stuck || trouble !== null,
    place: "",
    seconds: null,
    step: null,
    reading: {
      ...(trouble === null ? standing(runbook, stuck) : untold(runbook, trouble)),
      idle: false,
      state: first === undefined ? "" : word(row[first]),
      operation: targetNouns(runbook),
      sources: sourcesOf(runbook, candidate),
      columns: sourcesOf(runbook, candidate).map(({ name, says }) => ({ name, says })),
      // Whoever knows better than `stuck` may begin it: every change asks.
      begins: runbook.action === undefined ? [] : [runbook.action.key],
      aside: null,
    },
  };
}

/** One that several runbooks list stands once: under the first that calls it stuck, with the keys of all that do. */
function together(one: BoardTarget, other: BoardTarget): BoardTarget {
  const [main, second] = one.stuck || !other.stuck ? [one, other] : [other, one];
  const begins = [...new Set([...main.reading.begins, ...second.reading.begins])];
  return { ...main, reading: { ...main.reading, begins } };
}

async function readBoard(connections: Connections, books: readonly Runbook[]): Promise<Result<BoardTarget[], string>> {
  if (books.length === 0)
    return err(
      "no runbook fits this site: each needs a connection that it does not have; name your own under `runbooks` in the configuration, or with --file",
    );
  const targets = new Map<string, BoardTarget>();
  for (const book of books) {
    const rows = await askSelection(book, connections);
    if (!rows.ok) return err(`${book.id} cannot list its ${targetNouns(book)}: ${rows.error.message}`);
    for (const candidate of candidates(book, rows.value)) {
      const target = listed(book, candidate);
      const earlier = targets.get(target.key);
      targets.set(target.key, earlier === undefined ? target : together(earlier, target));
    }
  }
  return ok([...targets.values()]);
}

export const board: Board = {
  read: readBoard,
  detail: readDetail,
  withActions: (runbooks) => runbooks,
  silent: () => Promise.resolve([]),
};
