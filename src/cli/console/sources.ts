/** The console's sources over the real site and its journal. Nothing is opened before it is asked for. */
import { existsSync } from "node:fs";
import type { Offer, SiteWorld } from "./offer.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Runbook } from "../../phases/spec.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { RunEnd, RunHooks, RunSummary, Sources, StartRequest } from "../../ui/sources.ts";
import type { Values } from "../command.ts";
import { resumeRequest, runRequest, siteRequest, type PhaseRequest, type RunRequest } from "../session/request.ts";
import { closingLines } from "../terminal/farewell.ts";
import { lastLookKeeper, readLastLook } from "./last-look.ts";
import { runSummaries } from "./runs.ts";
import { EXIT } from "../../engine/exit.ts";
import { lineWidth, Stop, type Io } from "../io.ts";
import { journalPath } from "../paths.ts";
import { commandText, siteName } from "../site/name.ts";
import type { Front, MakeFront } from "../session/carry-out.ts";
import type { Session } from "../session/session.ts";

const RUNS = 200;

interface Opened {
  readonly values: Values;
  readonly io: Io;
}

async function siteWorld({ values, io }: Opened): Promise<Result<SiteWorld, string>> {
  const [{ chooseSite }, { sitePorts }, { packOf }] = await Promise.all([
    import("../site/config.ts"),
    import("../session/site-ports.ts"),
    import("../packs.ts"),
  ]);
  try {
    const site = await chooseSite(values, io.env);
    return ok({ connections: await sitePorts(site), pack: packOf(site) });
  } catch (error) {
    if (error instanceof Stop) return err(error.message);
    throw error;
  }
}

/** The console as the front of a run. */
const frontOf =
  (hooks: RunHooks, lines: string[]) =>
  ({ io, request }: Session): Front => ({
    operator: hooks.operator,
    readers: [(event, past = false) => hooks.onEvent(event, past)],
    notice: hooks.onNotice,
    farewell: (_state, texts, receipt) => {
      const command = (words: string): string => commandText(request, io.env, words);
      lines.push(...closingLines(receipt, texts, command, lineWidth(io)));
    },
    close: () => undefined,
  });

/** What a run on the screen is about: what a key chose there, and the rest as the command line said it. */
function requestOf(values: Values, wish: Extract<StartRequest, { kind: "new" | "retry" }>): RunRequest {
  const request = runRequest(values, wish.runbook, false);
  if (wish.kind === "retry") {
    const targets = { names: [], isAll: false, retryOf: wish.run_id };
    return { ...request, targets, batch: { ...request.batch, isOnePage: true } };
  }
  const phases = wish.phases === undefined ? request.phases : { ...NO_PHASES, phases: wish.phases.join(",") };
  const targets = wish.keys.length === 0 ? request.targets : { ...request.targets, names: wish.keys };
  return { ...request, phases, targets };
}

const NO_PHASES: PhaseRequest = { phases: undefined, from: undefined, until: undefined };

/** Carries out what was asked for; gives the exit code. */
async function carryOutOf({ values, io }: Opened, request: StartRequest, front: MakeFront): Promise<number> {
  switch (request.kind) {
    case "resume":
    case "close": {
      const { carryOutResumed } = await import("../session/resumed-run.ts");
      const reason = request.kind === "close" ? request.note : null;
      return carryOutResumed(resumeRequest(values, request.run_id, reason), io, front);
    }
    case "undo": {
      const { carryOutUndo } = await import("../session/undo.ts");
      return carryOutUndo({ site: siteRequest(values), run: request.run_id, step: undefined }, io, front);
    }
    case "new":
    case "retry": {
      const { carryOutNew } = await import("../session/new-run.ts");
      return carryOutNew(requestOf(values, request), io, front);
    }
  }
}

async function start(site: Opened, request: StartRequest, hooks: RunHooks): Promise<RunEnd> {
  const lines: string[] = [];
  const { out: _out, err: _err, ...rest } = { ...site.io, stdin: site.io.stdin, person: true };
  const io: Io = { ...rest, out: () => undefined, err: (text) => hooks.onNotice(text.trim()) };
  const front = frontOf(hooks, lines);
  try {
    const exit = await carryOutOf({ ...site, io }, request, front);
    return { exit, refused: "", lines };
  } catch (error) {
    if (error instanceof Stop) return { exit: error.exit, refused: error.message, lines };
    throw error;
  }
}

async function note({ values, io }: Opened, runId: string, text: string): Promise<Result<void, string>> {
  const { appendNote } = await import("../session/note.ts");
  try {
    await appendNote(values, io, runId, text);
    return ok(undefined);
  } catch (error) {
    if (error instanceof Stop) return err(error.message);
    throw error;
  }
}

/** What is asked of the site itself. */
function lookingSources(
  worldNow: () => Promise<Result<SiteWorld, string>>,
  offerNow: () => Promise<Offer>,
): Pick<Sources, "board" | "silent" | "detail" | "rows" | "printed"> {
  return {
    silent: async () => {
      const world = await worldNow();
      const { remarks } = await offerNow();
      // Without the database the board itself says so.
      return world.ok ? [...(await (await world.value.pack.board()).silent(world.value.connections)), ...remarks] : [];
    },
    board: async () => {
      const world = await worldNow();
      return world.ok
        ? (await world.value.pack.board()).read(world.value.connections, (await offerNow()).runbooks)
        : world;
    },
    detail: async (target) => {
      const world = await worldNow();
      if (!world.ok) return world;
      const [board, { runbooks }] = await Promise.all([world.value.pack.board(), offerNow()]);
      return board.detail(world.value.connections, target, runbooks);
    },
    rows: async (table, keys) => {
      const world = await worldNow();
      if (!world.ok) return world;
      const read = await world.value.connections.rows(table, keys);
      return read.ok ? read : err(read.error.message);
    },
    printed: async (keys) => {
      const world = await worldNow();
      if (!world.ok) return world;
      const { connections, pack } = world.value;
      const { tryAllPrinted } = await import("./printed.ts");
      return tryAllPrinted({ connections, trouble: pack.databaseTrouble }, (await offerNow()).runbooks, keys);
    },
  };
}

/** What is asked of the journal; there is none before the first run. */
function journalSources(
  { values, io }: Opened,
  journalNow: () => Promise<Journal | null>,
): Pick<Sources, "runs" | "events" | "report"> {
  const summaries = runSummaries();
  let headSeq = -1;
  let runs: readonly RunSummary[] = [];
  return {
    runs: async () => {
      const journal = await journalNow();
      if (journal === null) return [];
      // Asked every two seconds: while nothing was appended, only a process that drives a run may have gone.
      const seq = journal.head()?.seq ?? 0;
      if (seq !== headSeq || runs.some(({ status }) => status === "driven")) runs = summaries(journal, RUNS);
      headSeq = seq;
      return runs;
    },
    events: async (runId, lastSeq) => {
      const journal = await journalNow();
      return journal === null ? [] : journal.events(runId, lastSeq).map(asRunEvent);
    },
    report: async (runId) => {
      const journal = await journalNow();
      if (journal === null) return err("there is no journal yet");
      const { fileReport, reportText } = await import("../session/report.ts");
      const run = { id: runId, events: journal.events(runId).map(asRunEvent) };
      const text = reportText(journal, run, (words) => commandText(values, io.env, words));
      return fileReport(io.env, runId, text);
    },
  };
}

/** Sources of one site; `openJournal` throws a `Stop` while there is no journal. */
export function siteSources(site: Opened, openJournal: () => Promise<Journal>): Sources {
  let world: Promise<Result<SiteWorld, string>> | null = null;
  let journal: Promise<Journal> | null = null;
  const name = (): Promise<string> => siteName(site.values, site.io.env);
  const worldNow = (): Promise<Result<SiteWorld, string>> => (world ??= siteWorld(site));
  const journalNow = async (): Promise<Journal | null> => {
    // Without one nothing is loaded that could read it.
    if (journal === null && !existsSync(journalPath(site.io.env, await name()))) return null;
    try {
      return await (journal ??= openJournal());
    } catch (error) {
      journal = null;
      if (error instanceof Stop && error.exit === EXIT.journalClosed) return null;
      throw error;
    }
  };
  // Read once: a run has the runbook that its approvals were given for, and the board asks every two seconds.
  let offer: Promise<Offer> | null = null;
  const offerNow = (): Promise<Offer> =>
    (offer ??= worldNow().then(async (world) => {
      const { offerOn } = await import("./offer.ts");
      return offerOn(site.values, site.io.env, world.ok ? world.value : null);
    }));
  const runbooks = async (): Promise<readonly Runbook[]> => (await offerNow()).runbooks;
  return {
    ...lookingSources(worldNow, offerNow),
    ...journalSources(site, journalNow),
    lastLook: () => readLastLook(site.io.env, name),
    remember: lastLookKeeper(site.io.env, name),
    runbooks: async () => {
      const { explain } = await import("../../runbooks/explain.ts");
      const explained = (await runbooks()).map(explain);
      const here = await worldNow();
      return here.ok ? (await here.value.pack.board()).withActions(explained) : explained;
    },
    note: (runId, text) => note(site, runId, text),
    start: (request, hooks) => start(site, request, hooks),
    close: async () => {
      const opened = await world;
      if (opened?.ok === true) await opened.value.connections.close();
      if (journal !== null) (await journalNow())?.close();
    },
  };
}
