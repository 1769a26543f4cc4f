/** What a console offers: the runbooks of all files that the site has the connections for, and what is said of the rest. */
import type { Connections } from "../../connections/connect.ts";
import { EXIT } from "../../engine/exit.ts";
import type { SitePack } from "../../packs/pack.ts";
import { lacksOf } from "../../phases/lacks.ts";
import type { Runbook } from "../../phases/spec.ts";
import type { Values } from "../command.ts";
import { Stop, type Io } from "../io.ts";
import type { Site } from "../packs.ts";
import { loadLibrary, type LibraryBook } from "../runbook/library.ts";

/** The site behind the screen. */
export interface SiteWorld {
  readonly connections: Connections;
  readonly pack: SitePack<Site>;
}

/**
 * The runbooks that are offered; all of them where the site cannot be opened. A file of the configuration that is broken keeps none
 * of the others away.
 */
export async function offerOn(values: Values, env: Io["env"], world: SiteWorld | null): Promise<Offer> {
  const { books, broken } = await loadLibrary(values, env);
  const [first] = broken;
  if (books.length === 0 && first !== undefined) throw new Stop(EXIT.badFile, first.message);
  const { fitting, misfits } = fittingOf(books, world);
  // What this site cannot carry out takes no key away from what it can.
  const { offered, remarks } = withoutClashes(fitting);
  const troubles = broken.map(
    ({ path, message }) => `Runbooks of ${path} are not offered: ${message.split("\n")[0] ?? ""}`,
  );
  return { runbooks: offered, remarks: [...misfits, ...troubles, ...remarks] };
}

/** The runbooks that a site has every connection for; of those that somebody wrote for it, what they lack. */
function fittingOf(
  books: readonly LibraryBook[],
  world: SiteWorld | null,
): { readonly fitting: readonly LibraryBook[]; readonly misfits: readonly string[] } {
  if (world?.pack.offered === undefined) return { fitting: books, misfits: [] };
  const { pack, connections } = world;
  const offered = new Set(
    pack.offered?.(
      books.map(({ runbook }) => runbook),
      connections,
    ),
  );
  const misfits = books
    .filter(({ runbook, origin }) => !offered.has(runbook) && origin !== "shipped")
    .map(({ runbook }) => {
      const [lack] = lacksOf(runbook, connections);
      return `${runbook.id} is not offered: ${lack === undefined ? "it does not fit" : `${lack.place}: ${lack.message}`}`;
    });
  return { fitting: books.filter(({ runbook }) => offered.has(runbook)), misfits };
}

/** What the board offers, and what it says of the rest. */
export interface Offer {
  readonly runbooks: readonly Runbook[];
  readonly remarks: readonly string[];
}

/** One id is one runbook, and one key begins one: what comes later gives way, and is said to. */
function withoutClashes(books: readonly LibraryBook[]): {
  readonly offered: readonly Runbook[];
  readonly remarks: readonly string[];
} {
  const offered: Runbook[] = [];
  const remarks: string[] = [];
  for (const { runbook, file } of books) {
    const { action, ...rest } = runbook;
    if (offered.some(({ id }) => id === runbook.id)) {
      remarks.push(`The runbook ${runbook.id} of ${file} is not offered: another one has that id`);
      continue;
    }
    const isTaken = action !== undefined && offered.some((other) => other.action?.key === action.key);
    if (isTaken) remarks.push(`No key begins ${runbook.id} of ${file}: ${action.key} begins another one already`);
    offered.push(isTaken ? rest : runbook);
  }
  return { offered, remarks };
}
