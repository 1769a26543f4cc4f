/** Which targets a run is about: what the world has, and what was named of it. */
import type { Target } from "../../engine/bodies.ts";
import type { Runbook } from "../../phases/spec.ts";
import {
  askSelection,
  candidates,
  describeCandidate,
  pickTargets,
  type Candidate,
  type NotPicked,
} from "../../runbooks/select.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import { safeText } from "../../text/safe-text.ts";
import { packOf } from "../packs.ts";
import { retryKeys } from "./batch.ts";
import { countTargets } from "../../phases/target-noun.ts";
import { TARGET_OPTION } from "../target.ts";
import { optionFor } from "./target-words.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { commandText } from "../site/name.ts";
import { refuseLacks, type Session } from "./session.ts";
import { stopCause, type OperatorPort } from "../../engine/operator-port.ts";
import { terminalOperator } from "../terminal/operator.ts";
import type { TargetRequest } from "./request.ts";

/** A runbook, and the file that it was read from where one is known. */
type Book = LoadedRunbook & { readonly file?: string };

/** Asks the world which targets there are and picks those that were named. */
export async function chooseTargets(
  session: Session,
  { runbook, file }: Book,
  request: TargetRequest,
  operator: OperatorPort | null,
): Promise<Target[]> {
  await refuseLacks(session, runbook, file);
  const pool = await poolOf(session, runbook);
  let names = namesOf(session, request);
  for (;;) {
    const result = pickTargets(runbook, pool, {
      names,
      allStuck: request.isAll,
      option: optionFor(session.site, runbook),
    });
    if (result.ok) return result.value.map(({ key, label, word, row }) => ({ key, label, word, row }));
    const { error } = result;
    const meant = operator === null ? null : await askName(operator, runbook, error);
    if (meant === null) throw new Stop(EXIT.usage, error.message.split("\n").map(safeText).join("\n"));
    names = names.map((name) => (name === meant.name ? meant.key : name));
  }
}

/** The names that were said, or the keys of what another run did not recover. */
function namesOf({ request: site, journal, io }: Session, { names, retryOf }: TargetRequest): readonly string[] {
  if (retryOf === null) return names;
  return retryKeys(journal, retryOf, (words) => commandText(site, io.env, words));
}

async function poolOf({ site, connections }: Session, runbook: Runbook): Promise<Candidate[]> {
  const rows = await askSelection(runbook, connections);
  if (rows.ok) return candidates(runbook, rows.value);
  throw new Stop(
    rows.error.kind === "unreachable" ? EXIT.unreachable : EXIT.failed,
    `${packOf(site).databaseTrouble(rows.error)} Nothing was executed`,
  );
}

/** A name that several bear, with the key that a person means by it. */
interface Meant {
  readonly name: string;
  readonly key: string;
}

/** Asks what is meant by a name; null where nobody says, or nothing can be asked. */
async function askName(operator: OperatorPort, runbook: Runbook, error: NotPicked): Promise<Meant | null> {
  const meant = error.kind === "ambiguous" ? await askWhich(operator, runbook, error) : null;
  const cause = stopCause(operator);
  if (cause !== null) throw new Stop(cause.exit, `stopped by ${cause.by}. Nothing was executed`);
  return meant;
}

/** Two targets of one name are never guessed between: a person says which, by its number. */
async function askWhich(
  operator: OperatorPort,
  runbook: Runbook,
  { name, among }: Extract<NotPicked, { kind: "ambiguous" }>,
): Promise<Meant | null> {
  const choices = among.map((candidate, index) => ({
    id: `${index + 1}`,
    title: describeCandidate(runbook, candidate),
    then: "go-on" as const,
  }));
  const question = `${countTargets(runbook, among.length)} bear this name. Which one is meant?`;
  const choice = await operator.choose({ gate: TARGET_OPTION, asks: "gate", label: name, question, choices });
  const candidate = among[Number(choice) - 1];
  return candidate === undefined ? null : { name, key: candidate.key };
}

/** Who is asked which target is meant, where it is a person at a terminal: nobody is shown a page by this one. */
export const askingOperator = (io: Io, isJson: boolean): OperatorPort | null =>
  io.person && !isJson ? terminalOperator(io, "", new AbortController().signal) : null;
