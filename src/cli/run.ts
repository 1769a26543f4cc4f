import type { Target } from "../engine/bodies.ts";
import type { Runbook } from "../phases/spec.ts";
import { candidates, describeCandidate, pickTargets, type NotPicked } from "../runbooks/select.ts";
import type { LoadedRunbook } from "../runbooks/load.ts";
import { safeText } from "../text/safe-text.ts";
import { databaseTrouble } from "./database-trouble.ts";
import { batchIn, retryKeys } from "./batch.ts";
import { flag, many, one, type Invocation, type Values } from "./command.ts";
import { EXIT } from "./exit.ts";
import { createRun } from "./create-run.ts";
import { newRunId } from "./ids.ts";
import { Stop } from "./io.ts";
import { commandText } from "./site-name.ts";
import { wantsConsole } from "./wants-console.ts";
import { checkedRunbook } from "./runbook-cache.ts";
import { shippedFile } from "./runbook-source.ts";
import { carryOut, plainFront, type MakeFront } from "./carry-out.ts";
import { decisionsIn, grantIn, modeOf, openSession, phasesIn, type Session } from "./session.ts";
import { stopCause, type OperatorPort } from "../engine/operator-port.ts";
import { terminalOperator } from "./terminal-operator.ts";

/** Asks the world which targets there are and picks those that were named. */
export async function chooseTargets(
  session: Session,
  { runbook }: LoadedRunbook,
  values: Values,
  operator: OperatorPort | null = session.io.person && !flag(values, "json")
    ? terminalOperator(session.io, "", new AbortController().signal)
    : null,
): Promise<Target[]> {
  const { sql, columns } = runbook.select;
  const rows = await session.connections.sql.read({ sql, values: {} }, columns);
  if (!rows.ok)
    throw new Stop(
      rows.error.kind === "unreachable" ? EXIT.unreachable : EXIT.failed,
      `${databaseTrouble(rows.error)} Nothing was executed`,
    );
  const found = candidates(runbook, rows.value.rows);
  const retry = one(values, "retry");
  let names =
    retry === undefined
      ? many(values, "vm")
      : retryKeys(session.journal, retry, (words) => commandText(values, session.io.env, words));
  for (;;) {
    const picked = pickTargets(runbook, found, { names, allStuck: flag(values, "all-stuck") });
    if (picked.ok) return picked.value.map(({ key, label, word, row }) => ({ key, label, word, row }));
    const { error } = picked;
    const asked = error.kind === "ambiguous" && operator !== null ? await askWhich(operator, runbook, error) : null;
    const cause = operator === null ? null : stopCause(operator);
    if (cause !== null) throw new Stop(cause.exit, `stopped by ${cause.by}. Nothing was executed`);
    if (error.kind !== "ambiguous" || asked === null) {
      throw new Stop(EXIT.usage, error.message.split("\n").map(safeText).join("\n"));
    }
    names = names.map((name) => (name === error.name ? asked : name));
  }
}

/** Two VMs of one name are never guessed between: a person says which, by its number. */
async function askWhich(
  operator: OperatorPort,
  runbook: Runbook,
  { name, among }: Extract<NotPicked, { kind: "ambiguous" }>,
): Promise<string | null> {
  const choices = among.map((candidate, at) => ({
    id: `${at + 1}`,
    title: describeCandidate(runbook, candidate),
    then: "go-on" as const,
  }));
  const question = `${among.length} VMs bear this name. Which one is meant?`;
  const picked = await operator.choose({ gate: "vm", asks: "gate", label: name, question, choices });
  return among[Number(picked) - 1]?.key ?? null;
}

/** `handrail run RUNBOOK …`: on the screen where there is one, else line by line. */
export async function run(invocation: Invocation): Promise<number> {
  const { values, rest, io } = invocation;
  if (flag(values, "dry-run")) return carryOutNew(invocation, plainFront, true);
  if (!wantsConsole(values, io)) return carryOutNew(invocation, plainFront);
  const { openRun } = await import("./console.ts");
  return openRun({ values, io, start: { kind: "new", runbook: rest[0] ?? "", keys: many(values, "vm") } });
}

/** Begins a run and carries it out, shown and answered by a front. */
export async function carryOutNew(
  { values, rest, io }: Invocation,
  makeFront: MakeFront,
  dry = false,
): Promise<number> {
  const file = one(values, "file") ?? shippedFile();
  const loaded = await checkedRunbook(file, rest[0] ?? "", io.env);
  const { runbook, digest } = loaded;
  const decisions = decisionsIn(values, runbook);
  const phases = phasesIn(values, runbook);
  const session = await openSession(values, io);
  try {
    const front = makeFront(session);
    const asks = io.person && !flag(values, "json");
    const targets = await chooseTargets(session, loaded, values, asks ? front.operator : null);
    const anew = commandText(values, io.env, `grant ${runbook.id} --vm … -o FILE`);
    const grant = grantIn(
      values,
      { runbook, digest, site: session.site.name, targets, phases },
      `to see what it may do now, and grant that: ${anew}`,
    );
    const batch = dry ? undefined : batchIn(values, targets.length);
    const runId = newRunId();
    const mode = dry ? "none" : modeOf(io, grant);
    const first = await createRun(session, { loaded, file, targets, mode, runId, batch, phases, dry });
    return await carryOut(session, front, { before: null, first, grant, decisions });
  } catch (error) {
    await session.close();
    throw error;
  }
}
