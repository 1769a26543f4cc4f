/** From what a caller orders to what is carried out: the runbook, who would approve it, and what it is told. */
import { whyNotOffered } from "../../engine/standing-grant.ts";
import { EXIT } from "../../engine/exit.ts";
import type { Connections } from "../../connections/connect.ts";
import { lacksOf } from "../../phases/lacks.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import type { Order, Ordered } from "../../serve/desk.ts";
import { safeText } from "../../text/safe-text.ts";
import type { Values } from "../command.ts";
import { Stop, type Io } from "../io.ts";
import type { Site } from "../packs.ts";
import { checkedRunbook } from "../runbook/cache.ts";
import { findBook } from "../runbook/library.ts";
import { inputsOf, statedFor, type GivenInputs } from "../session/inputs.ts";
import type { StandingGrants } from "../session/standing.ts";
import { commandText } from "../site/name.ts";

/** A runbook, and the file that it is from. */
export interface Book {
  readonly book: LoadedRunbook;
  readonly file: string;
}

export interface Work extends Book {
  /** What the run is told; null: what its standing grant says. */
  readonly given: GivenInputs | null;
}

interface Desk {
  readonly values: Values;
  readonly io: Io;
  readonly site: Site;
  readonly connections: Connections;
  readonly standing: StandingGrants;
}

type Refusal = Extract<Ordered, { kind: "forbidden" | "unfit" | "unreachable" }>;

/** Looks who would approve it before anything else: nobody learns here which runbooks there are. */
export async function workOf(order: Order, desk: Desk): Promise<Result<Work, Refusal>> {
  const { values, io, site, standing } = desk;
  const grants = standing.naming(order.runbook, site.name);
  if (grants.length === 0) {
    const command = commandText(values, io.env, `grant ${order.runbook} --standing -o FILE`);
    const says = `no standing grant names ${order.runbook}, so nothing is begun for a caller; whoever may approve it writes one with ${command}, and names it under serve.standing_grants`;
    return err({ kind: "forbidden", says });
  }
  try {
    const { file, id } = await findBook(values, io.env, order.runbook);
    const book = await checkedRunbook(file, id, io.env);
    return await approvable({ book, file }, order, desk);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return err({ kind: "unreachable", says: error.message });
  }
}

async function approvable(book: Book, { inputs }: Order, desk: Desk): Promise<Result<Work, Refusal>> {
  const { runbook, digest } = book.book;
  const names = Object.keys(inputs);
  const offer = { runbook, digest, site: desk.site.name, names, now: new Date().toISOString() };
  const verdicts = desk.standing
    .naming(runbook.id, desk.site.name)
    .map((grant) => ({ grant, reason: whyNotOffered(grant, offer) }));
  const fit = verdicts.find(({ reason }) => reason === null);
  if (fit === undefined) {
    const reasons = verdicts.flatMap(({ reason }) => reason ?? []).map(safeText);
    return err({ kind: "forbidden", says: `${reasons.join("; ")}; nothing was begun` });
  }
  const [lack] = lacksOf(runbook, desk.connections);
  if (lack !== undefined)
    return err({
      kind: "unreachable",
      says: `${runbook.id}, ${lack.place}: ${safeText(lack.message)}; nothing was begun`,
    });
  const given = await checkedInputs(book.book, { ...fit.grant.inputs, ...inputs }, desk.connections);
  return given.ok ? ok({ ...book, given: given.value }) : given;
}

/** What was said does not fit, or something that has to be said was not: the caller's matter, as on the command line. */
const UNFIT: ReadonlySet<number> = new Set([EXIT.usage, EXIT.needed]);

/** Every input as the command line would check it, the choices of the site too. */
async function checkedInputs(
  { runbook }: LoadedRunbook,
  inputs: Readonly<Record<string, string | number>>,
  connections: Connections,
): Promise<Result<GivenInputs, Refusal>> {
  try {
    return ok(await inputsOf(runbook, statedFor(inputs), connections, null));
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return err({ kind: UNFIT.has(error.exit) ? "unfit" : "unreachable", says: error.message });
  }
}
