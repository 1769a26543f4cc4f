/** Which targets a run is about: what the world has, and what was named of it. */
import type { Target } from "../../engine/bodies.ts";
import type { Runbook } from "../../phases/spec.ts";
import { candidates, describeCandidate, pickTargets, type NotPicked } from "../../runbooks/select.ts";
import type { LoadedRunbook } from "../../runbooks/load.ts";
import { safeText } from "../../text/safe-text.ts";
import { pack } from "../packs.ts";
import { retryKeys } from "./batch.ts";
import { TARGET_OPTION, TARGETS } from "../target.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { commandText } from "../site/name.ts";
import type { Session } from "./session.ts";
import { stopCause, type OperatorPort } from "../../engine/operator-port.ts";
import { terminalOperator } from "../terminal/operator.ts";
import type { TargetRequest } from "./request.ts";

/** Asks the world which targets there are and picks those that were named. */
export async function chooseTargets(
  session: Session,
  { runbook }: LoadedRunbook,
  { names: wishes, isAll, retryOf }: TargetRequest,
  operator: OperatorPort | null,
): Promise<Target[]> {
  const { sql, columns } = runbook.select;
  const rows = await session.connections.sql.read({ sql, values: {} }, columns);
  if (!rows.ok)
    throw new Stop(
      rows.error.kind === "unreachable" ? EXIT.unreachable : EXIT.failed,
      `${pack.databaseTrouble(rows.error)} Nothing was executed`,
    );
  const pool = candidates(runbook, rows.value.rows);
  const command = (words: string): string => commandText(session.request, session.io.env, words);
  let names = retryOf === null ? wishes : retryKeys(session.journal, retryOf, command);
  for (;;) {
    const result = pickTargets(runbook, pool, { names, allStuck: isAll, option: TARGET_OPTION });
    if (result.ok) return result.value.map(({ key, label, word, row }) => ({ key, label, word, row }));
    const { error } = result;
    const answer = error.kind === "ambiguous" && operator !== null ? await askWhich(operator, runbook, error) : null;
    const cause = operator === null ? null : stopCause(operator);
    if (cause !== null) throw new Stop(cause.exit, `stopped by ${cause.by}. Nothing was executed`);
    if (error.kind !== "ambiguous" || answer === null) {
      throw new Stop(EXIT.usage, error.message.split("\n").map(safeText).join("\n"));
    }
    names = names.map((name) => (name === error.name ? answer : name));
  }
}

/** Two targets of one name are never guessed between: a person says which, by its number. */
async function askWhich(
  operator: OperatorPort,
  runbook: Runbook,
  { name, among }: Extract<NotPicked, { kind: "ambiguous" }>,
): Promise<string | null> {
  const choices = among.map((candidate, index) => ({
    id: `${index + 1}`,
    title: describeCandidate(runbook, candidate),
    then: "go-on" as const,
  }));
  const question = `${among.length} ${TARGETS} bear this name. Which one is meant?`;
  const choice = await operator.choose({ gate: TARGET_OPTION, asks: "gate", label: name, question, choices });
  return among[Number(choice) - 1]?.key ?? null;
}

/** Who is asked which target is meant, where it is a person at a terminal: nobody is shown a page by this one. */
export const askingOperator = (io: Io, isJson: boolean): OperatorPort | null =>
  io.person && !isJson ? terminalOperator(io, "", new AbortController().signal) : null;
