import type { Target } from "../engine/events.ts";
import { draft } from "../engine/events.ts";
import { candidates, pickTargets } from "../runbooks/select.ts";
import type { LoadedRunbook } from "../runbooks/load.ts";
import { safeText } from "../text/safe-text.ts";
import { flag, many, one, type Invocation, type Values } from "./command.ts";
import { EXIT } from "./exit.ts";
import { newRunId } from "./ids.ts";
import { Stop } from "./io.ts";
import { exitOfRefusal } from "./journal-open.ts";
import { findRunbook, loadFile, shippedFile } from "./runbook-file.ts";
import { carryOut, decisionsIn, grantIn, lockTargets, modeOf, openSession, type Session } from "./session.ts";
import { VERSION } from "./version.ts";

/** Asks the world which targets there are and picks those that were named. */
export async function chooseTargets(session: Session, { runbook }: LoadedRunbook, values: Values): Promise<Target[]> {
  const { sql, columns } = runbook.select;
  const rows = await session.connections.sql.read({ sql, values: {} }, columns);
  if (!rows.ok)
    throw new Stop(
      rows.error.kind === "unreachable" ? EXIT.unreachable : EXIT.failed,
      `${safeText(rows.error.message)}. Nothing was executed`,
    );
  const wanted = { names: many(values, "vm"), allStuck: flag(values, "all-stuck") };
  const picked = pickTargets(runbook, candidates(runbook, rows.value.rows), wanted);
  if (!picked.ok) throw new Stop(EXIT.usage, picked.error.split("\n").map(safeText).join("\n"));
  return picked.value.map(({ key, label, row }) => ({ key, label, row }));
}

/** `handrail run RUNBOOK …`. */
export async function run({ values, rest, io }: Invocation): Promise<number> {
  const file = one(values, "file") ?? shippedFile();
  const loaded = findRunbook(loadFile(file), rest[0] ?? "");
  const { runbook, digest } = loaded;
  const decisions = decisionsIn(values, runbook);
  const session = await openSession(values, io);
  try {
    const targets = await chooseTargets(session, loaded, values);
    const grant = grantIn(values, { runbook, digest, site: session.site.name, targets });
    const server = await session.connections.sql.identity();
    if (!server.ok) throw new Stop(EXIT.unreachable, `${safeText(server.error.message)}. Nothing was executed`);
    const runId = newRunId();
    await lockTargets(session, targets, runId);
    const { name, lab } = session.site;
    const created = draft(
      runId,
      "run.created",
      {},
      {
        runbook,
        runbook_digest: digest,
        file,
        targets,
        inputs: {},
        site: { name, lab: lab?.name ?? null, scale: lab?.scale ?? 1 },
        server: server.value,
        tool: VERSION,
        mode: modeOf(io, grant),
      },
    );
    const stored = session.journal.append([created]);
    if (!stored.ok) throw new Stop(exitOfRefusal(stored.error), `${stored.error.message}. Nothing was executed`);
    const [first] = stored.value;
    if (first === undefined) throw new Error("the journal stored nothing");
    return await carryOut(session, null, first, grant, decisions);
  } catch (error) {
    await session.close();
    throw error;
  }
}
