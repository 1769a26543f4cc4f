/**
 * `command`: a program of this machine that the site lists, with its arguments; no shell, a fixed environment, a process group of
 * its own. Which file it is stands in the approval. It is started once; one whose end nobody saw is settled by its `verify`.
 */
import type { Attempt, ChangeKind, RequestError } from "../change-kind.ts";
import { lackText } from "../connection.ts";
import type { Scope } from "../expression.ts";
import { unaskable } from "../question.ts";
import type { ChangeSpec, ReadSpec, Template } from "../spec.ts";
import type { ReadForm, StepKind } from "../step-kind.ts";
import { templateTexts } from "../values.ts";
import type { Dispatched } from "../../ports/dispatch.ts";
import type { Json, JsonObject } from "../../ports/json.ts";
import { failure, type Failure, type Outcome } from "../../ports/outcome.ts";
import type { Ports } from "../../ports/ports.ts";
import type { ProgramCall, ProgramEnd, ProgramFile } from "../../ports/program.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { ColumnType } from "../../ports/sql.ts";
import { clean } from "../../text/sentence.ts";
import { pairsIn, rowsIn } from "./command-answer.ts";

interface CommandSpec {
  readonly kind: string;
  readonly connection?: string;
  readonly args: readonly Template[];
}

interface ReadCommand extends ReadSpec, CommandSpec {
  /** Exit codes that are an answer; 0 where it says none. */
  readonly exits?: readonly number[];
  readonly columns?: Readonly<Record<string, ColumnType>>;
}

interface RunCommand extends ChangeSpec, CommandSpec {
  readonly end_after?: number;
}

/** Real seconds that a program which looks may take. */
const LOOK_SECONDS = 30;

const programOf = ({ args: [path = ""] }: CommandSpec): string => path;
const outline = ({ args }: CommandSpec): string => args.map((arg) => clean(arg)).join(" ");

function callOf({ args: [path = "", ...rest] }: CommandSpec, scope: Scope): Result<ProgramCall, RequestError> {
  const args = templateTexts(rest, scope);
  return args.ok ? ok({ path, args: args.value }) : args;
}

/** What a step lacks on a site: the list of programs, or the program in it. */
function lacks(spec: CommandSpec, ports: Ports, isRead: boolean): string | null {
  const { connection } = spec;
  const lists = Object.entries(ports.programs).filter(([name]) => connection === undefined || name === connection);
  if (lists.length === 0) return lackText("programs", connection, Object.keys(ports.programs));
  const entry = lists.flatMap(([, programs]) => programs).find(({ path }) => path === programOf(spec));
  if (entry === undefined) return `the site does not list ${programOf(spec)} among the programs that may be started`;
  return isRead && !entry.isRead ? `the site does not say that ${entry.path} only looks (read: true)` : null;
}

async function ask(spec: ReadCommand, scope: Scope, ports: Ports): Promise<Result<ProgramEnd, Failure>> {
  const lack = lacks(spec, ports, true);
  if (lack !== null) return err(failure("refused", lack));
  const call = callOf(spec, scope);
  if (!call.ok) return unaskable(call.error.message);
  const end = await ports.program.ask(call.value, LOOK_SECONDS);
  if (!end.ok || (spec.exits ?? [0]).includes(end.value.exit ?? -1)) return end;
  const { exit, errors, output } = end.value;
  const said = (errors.trim() || output.trim()).split("\n")[0] ?? "";
  return err(failure("refused", `${call.value.path} ended with ${String(exit)}: ${said}`, String(exit)));
}

const FIELDS = { args: "args", connection: "connection", exits: "exits" } as const;

/** One way to read what a program prints. */
const reading = (
  answer: string,
  read: (end: ProgramEnd, spec: ReadCommand) => Result<Json, Failure>,
  more: ReadForm<ReadCommand>["fields"] = {},
): ReadForm<ReadCommand> => ({
  fields: { ...FIELDS, ...more },
  answer,
  counterpart: "a program",
  outline,
  ask: async (spec, scope, ports) => {
    const end = await ask(spec, scope, ports);
    if (!end.ok) return end;
    if (end.value.truncated) return err(failure("garbled", `${programOf(spec)} printed more than is read of it`));
    return read(end.value, spec);
  },
});

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

const requestOf = (body: JsonObject) => body as unknown as ProgramCall & { readonly end_after: number | null };
const fileOf = (preview: JsonObject | null): ProgramFile => preview as unknown as ProgramFile;

const endText = ({ exit, signal, stopped: isStopped }: ProgramEnd): string =>
  `${isStopped === true ? "was ended by Handrail, since its time was over, " : "ended "}${exit === null ? `by ${signal ?? "a signal"}` : `with ${exit}`}`;

/** How a program ended that was started. Only 0 is its word that it did it; what another code means its `verify` shows. */
function outcomeOf({ path }: ProgramCall, end: ProgramEnd): Outcome {
  const { exit, output, errors, stopped: isStopped } = end;
  const evidence = { ...end };
  if (exit === 0 && isStopped !== true) return { kind: "applied", evidence };
  const last = linesOf(errors).at(-1) ?? linesOf(output).at(-1) ?? "";
  const message = `${path} ${endText(end)}${last === "" ? "" : `: ${last}`}`;
  // What a signal ended may have done all of it, or some.
  return exit === null || isStopped === true
    ? { kind: "unknown", message, evidence }
    : { kind: "unknown", message, evidence, word: { code: String(exit) } };
}

async function settle({ request: body, remote, tag }: Attempt, ports: Ports): Promise<Dispatched> {
  const { path } = requestOf(body);
  const id = remote === null ? await ports.program.find(tag.attempt) : ok(remote);
  if (!id.ok) return unknown(id.error.message);
  if (id.value === null) return unknown(`whether ${path} was started, and how it ended, nobody saw`);
  const end = await ports.program.poll(id.value);
  if (!end.ok) return unknown(end.error.message);
  if (end.value === null) return { kind: "accepted", id: id.value };
  if (end.value === "lost") return unknown(`${path} (process ${id.value}) has ended, and nobody saw how`);
  return { kind: "ended", outcome: outcomeOf(requestOf(body), end.value) };
}

const unknown = (message: string): Dispatched => ({
  kind: "ended",
  outcome: { kind: "unknown", message, evidence: {} },
});

const run: ChangeKind<RunCommand> = {
  forms: { run: { args: "args", connection: "connection", end_after: "optional-seconds" } },
  limit: 60,
  every: 1,
  counterpart: "the program",
  looks: "whether its process is still there, and what its own proof shows",
  risk: () => "change",
  outline: (spec) => [outline(spec)],
  request: (spec, scope) => {
    const call = callOf(spec, scope);
    return call.ok ? ok({ ...call.value, end_after: spec.end_after ?? null }) : call;
  },
  describe: (body) => {
    const { path, args } = requestOf(body);
    return `Start ${clean([path, ...args].join(" "))}`;
  },
  requestLines: (body) => {
    const { path, args, end_after: endS } = requestOf(body);
    const end =
      endS === null ? "it is not ended by Handrail" : `after ${endS} s its whole group gets TERM, 10 s later KILL`;
    return [
      `starts ${clean(path)}`,
      ...args.map((arg) => `  with ${clean(JSON.stringify(arg))}`),
      `without a shell, in /, with PATH and LANG alone around it; ${end}`,
    ];
  },
  wayBack: () => ({ kind: "other", why: [] }),
  preview: (body, ports) => ports.program.look(requestOf(body).path),
  previewLines: (preview) => {
    const { path, sha256, bytes } = fileOf(preview);
    return [`${clean(path)} is the file of ${bytes} bytes with the digest ${sha256}`];
  },
  seal: (preview) => preview,
  effects: (body) => [{ what: `start of ${clean(requestOf(body).path)}`, verb: "", count: 1 }],
  prepare: () => Promise.resolve(ok({})),
  dispatch: async ({ request: body, preview, tag }, ports) => {
    const { path, args, end_after: endS } = requestOf(body);
    const { sha256 } = fileOf(preview);
    const id = await ports.program.start({ call: { path, args }, sha256, attempt: tag.attempt, endS });
    return id.ok ? { kind: "accepted", id: id.value } : { kind: "ended", outcome: id.error };
  },
  poll: async (id, body, ports) => {
    const end = await ports.program.poll(id);
    if (!end.ok) return end;
    if (end.value === null) return ok(null);
    const message = `${requestOf(body).path} has ended, and nobody saw how`;
    return ok(
      end.value === "lost" ? { kind: "unknown", message, evidence: {} } : outcomeOf(requestOf(body), end.value),
    );
  },
  settle,
  trace: "state",
  refusesByErrors: true,
};

export const commandKind: StepKind = {
  summary:
    "A program that the site lists, with its arguments; no shell. Of one that only looks, what it prints is read.",
  reads: {
    text: reading("CommandText", ({ exit, output }) => ok({ exit: exit ?? -1, text: output.trimEnd() })),
    lines: reading("CommandLines", ({ exit, output }) => ok({ exit: exit ?? -1, lines: linesOf(output) })),
    pairs: reading("CommandPairs", ({ exit, output }) => {
      const pairs = pairsIn(output);
      return pairs.ok ? ok({ exit: exit ?? -1, pairs: pairs.value }) : pairs;
    }),
    rows: reading("rows", ({ output }, { columns = {} }) => rowsIn(output, columns), { columns: "columns" }),
  },
  change: run,
  connection: "programs",
  lacks: (spec, ports) => lacks(spec as CommandSpec, ports, (spec as ReadSpec).op !== "run"),
  rows: {
    CommandText: { exit: "int", text: "string" },
    CommandLines: { exit: "int", lines: "list<string>" },
    CommandPairs: { exit: "int", pairs: "map<string, string>" },
  },
};
