import type { Target } from "../../engine/bodies.ts";
import type { Failure } from "../../ports/outcome.ts";
import { tableLines } from "../../readers/table-lines.ts";
import { classify, classifyAtBest } from "../../sql/classify.ts";
import { splitStatements } from "../../sql/split.ts";
import { lex } from "../../sql/lexer.ts";
import { unquote } from "../../sql/survey.ts";
import { isSignificant } from "../../sql/token.ts";
import { safeText } from "../../text/safe-text.ts";
import { flag, many, option, type Invocation, type Values } from "../command.ts";
import { plainFront } from "../session/carry-out.ts";
import { carryOutDirect } from "../session/direct.ts";
import { subjectOf, TARGET_OPTION } from "../target.ts";
import { lacksOf } from "../../phases/lacks.ts";
import { packOf } from "../packs.ts";
import { nounOf } from "../session/target-words.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { askingOperator, chooseTargets } from "../session/choose-targets.ts";
import { loadLibrary } from "../runbook/library.ts";
import { siteRequest, targetRequest } from "../session/request.ts";
import { openSession, type Session } from "../session/session.ts";
import { checkFile } from "../statement/check.ts";
import { changeOf, touchesIn } from "../statement/contract.ts";
import { anatomy } from "../../sql/anatomy.ts";
import type { SqlChange } from "../../ports/sql.ts";

/** `handrail sql "STATEMENT" …` or `handrail sql --check FILE`. */
export async function run({ values, rest, io }: Invocation): Promise<number> {
  const file = option(values, "check");
  if ((file === undefined) === (rest.length === 0)) throw new Stop(EXIT.usage, "say one statement, or --check FILE");
  return file === undefined ? carryOut(splitStatements(rest[0] ?? ""), values, io) : checkFile(file, io);
}

async function carryOut(statements: readonly string[], values: Values, io: Io): Promise<number> {
  const [first = ""] = statements;
  const reads = statements.length > 0 && statements.every(mayRead);
  if (!reads) refuseOdd(statements);
  const session = await openSession(siteRequest(values), io);
  try {
    return reads ? await readAll(session, statements, flag(values, "json")) : await change(session, first, values);
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Whether it is a read, or one if the server shows that what it calls only computes. */
function mayRead(sql: string): boolean {
  const { class: kind, routines } = classifyAtBest(sql);
  return kind === "read" || routines.length > 0;
}

/** First words of what may be carried out without a preview, for a typed name. */
const BLIND = new Set(
  "UPDATE DELETE INSERT REPLACE TRUNCATE DROP ALTER CREATE RENAME GRANT REVOKE LOAD CALL OPTIMIZE ANALYZE REPAIR FLUSH KILL WITH".split(
    " ",
  ),
);

/** The first word, behind remarks. */
const headOf = (sql: string): string =>
  /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*.*?\*\/)*([a-z]+)/isu.exec(sql)?.[1]?.toUpperCase() ?? "";

/** What is several statements, or would change how this very connection works, is not sent. */
function refuseOdd(statements: readonly string[]): void {
  const [sql] = statements;
  if (sql === undefined) throw new Stop(EXIT.usage, "there is no statement in it");
  if (statements.length > 1)
    throw new Stop(
      EXIT.usage,
      `these are ${statements.length} statements and not all of them only read: give one at a time`,
    );
  const { class: kind, reasons } = classify(sql);
  if (kind === "change" || BLIND.has(headOf(sql))) return;
  throw new Stop(EXIT.usage, `this is not sent: ${reasons.map(safeText).join("; ")}`);
}

async function readAll(session: Session, statements: readonly string[], isJson: boolean): Promise<number> {
  let database: string | undefined;
  for (const sql of statements) {
    const name = usedBy(sql);
    if (name !== null) database = name;
    if (name === null) await readOne(session, sql, { database, isJson });
    else if (!isJson) say(session, name);
  }
  await session.close();
  return EXIT.done;
}

/** The database that a USE names. */
function usedBy(sql: string): string | null {
  const { class: kind, took_for } = classifyAtBest(sql);
  const name = lex(sql).filter(isSignificant)[1];
  return kind === "read" && took_for === "USE" && name !== undefined ? unquote(name) : null;
}

/** USE lasts as long as this command. */
function say({ io }: Session, database: string): void {
  io.out(`What stands behind it is read in the database ${safeText(database)}; a later command is not.\n`);
}

async function readOne(
  { connections, io }: Session,
  sql: string,
  { database, isJson }: { readonly database: string | undefined; readonly isJson: boolean },
): Promise<void> {
  const answer = await connections.look(sql, database);
  if (!answer.ok) throw new Stop(exitOf(answer.error), safeText(answer.error.message));
  if (isJson) io.out(`${JSON.stringify({ schema: 1, ...answer.value })}\n`);
  else io.out(`${tableLines(answer.value).join("\n")}\n`);
}

/** What is no read is the caller's mistake, as it would have been without a server to ask. */
const exitOf = ({ kind, code }: Failure): number =>
  kind === "unreachable" ? EXIT.unreachable : code === "not-a-read" ? EXIT.usage : EXIT.failed;

/** The table that a statement is about; '' where it names several and nobody takes its shape apart: it may only read the first. */
const tableOf = (sql: string, { touches, also = [] }: SqlChange): string =>
  also.length > 0 && anatomy(sql) === null ? "" : touches.table;

async function change(session: Session, sql: string, values: Values): Promise<number> {
  const targets = await targetsOf(session, values);
  const request = await changeOf(sql, touchesIn(many(values, "touches")), targets, session);
  const [subject, locks] =
    targets.length > 0
      ? [subjectOf(targets, nounOf(session.site)), targets.map(({ key, label }) => ({ key, label }))]
      : [{ label: tableOf(sql, request) || session.site.name }, [{ key: "sql", label: "SQL" }]];
  const title = "Run one SQL statement";
  return carryOutDirect(session, {
    plan: {
      id: "sql",
      title,
      summary: "A statement that a person typed.",
      warnings: [],
      steps: [{ id: "statement", title: "Carry the statement out", change: request }],
    },
    locks,
    of: null,
    ...subject,
    makeFront: plainFront(flag(values, "json")),
  });
}

async function targetsOf(session: Session, values: Values): Promise<Target[]> {
  if (many(values, TARGET_OPTION).length === 0) return [];
  const { books } = await loadLibrary(values, session.io.env);
  // What a runbook needs that the site has not, says nothing of the site.
  const book = books.find(({ runbook }) => lacksOf(runbook, session.connections).length === 0);
  const { noun, option } = packOf(session.site).target;
  if (book === undefined) throw new Stop(EXIT.badFile, `--${option}: no runbook of this site says what a ${noun} is`);
  return chooseTargets(session, book, targetRequest(values), askingOperator(session.io, flag(values, "json")));
}
