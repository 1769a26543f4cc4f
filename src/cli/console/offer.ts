/** What a console offers: the runbooks of all files that the site has the connections for, and what is said of the rest. */
import type { Connections } from "../../connections/connect.ts";
import { EXIT } from "../../engine/exit.ts";
import type { SitePack } from "../../packs/pack.ts";
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

/** The runbooks that are offered; all of them where the site cannot be opened. */
export async function offerOn(values: Values, env: Io["env"], world: SiteWorld | null): Promise<Offer> {
  const offer = await readRunbooks(values, env);
  if (world === null) return offer;
  const { pack, connections } = world;
  return { ...offer, runbooks: pack.offered?.(offer.runbooks, connections) ?? offer.runbooks };
}

/** The runbooks that are offered. A file of the configuration that is broken keeps none of the others away. */
async function readRunbooks(values: Values, env: Io["env"]): Promise<Offer> {
  const { books, broken } = await loadLibrary(values, env);
  const [first] = broken;
  if (books.length === 0 && first !== undefined) throw new Stop(EXIT.badFile, first.message);
  const { offered, remarks } = withoutClashes(books);
  const troubles = broken.map(
    ({ path, message }) => `Runbooks of ${path} are not offered: ${message.split("\n")[0] ?? ""}`,
  );
  return { runbooks: offered, remarks: [...troubles, ...remarks] };
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
