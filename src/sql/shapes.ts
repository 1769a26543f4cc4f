/** The shapes that a read may have: by its first word, what it is taken for and what speaks against its being one. */
import { actsIn } from "./acts.ts";
import { callsIn, type Calls, type Routine } from "./calls.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { bodyOfWith, pieces, skip } from "./nesting.ts";
import { readName } from "./sources.ts";
import { isName, isOperator, isWord, isWordOf, type Token } from "./token.ts";
import { CHANGE_HEADS, NO_READ } from "./words.ts";

export interface Shape {
  readonly took_for: string;
  /** What speaks against a read, whatever the server says of the routines. */
  readonly against: readonly string[];
  /** What it calls that only the server knows. */
  readonly routines: readonly Routine[];
  /** Whether it explains a change. */
  readonly explains: boolean;
}

const shape = (took_for: string, against: Iterable<string>, routines: readonly Routine[] = []): Shape => ({
  took_for,
  against: [...against],
  routines,
  explains: false,
});

type Reader = (tokens: readonly Token[], dialect: Dialect) => Shape;

/** How a read is looked at that begins with this word. */
const READERS: Readonly<Record<string, Reader>> = {
  SELECT: query,
  "(": query,
  VALUES: query,
  TABLE: query,
  WITH: withQuery,
  SHOW: show,
  EXPLAIN: explain,
  DESCRIBE: explain,
  DESC: explain,
  ANALYZE: analyze,
  CHECKSUM: checksum,
  HELP: help,
  SET: setStatement,
  USE: use,
};

/** What these significant tokens are taken for. */
export function readShape(tokens: readonly Token[], dialect: Dialect): Shape {
  const [head] = tokens;
  if (head === undefined) return shape("nothing", ["no statement"]);
  const reader = Object.hasOwn(READERS, head.upper) ? READERS[head.upper] : undefined;
  return reader === undefined ? noRead(head) : reader(tokens, dialect);
}

const noRead = ({ upper, text }: Token): Shape =>
  shape(CHANGE_HEADS.has(upper) ? `${upper}, a change` : text, [whyNot(upper, text)]);

/** Why a statement that begins with this word is no read. */
const whyNot = (upper: string, text = upper): string => NO_READ[upper] ?? `${text} is not a known read`;

function help(tokens: readonly Token[]): Shape {
  const isOne = tokens.length === 2 && (tokens[1]?.kind === "string" || isName(tokens[1]));
  return shape("HELP", isOne ? [] : ["HELP takes one word"]);
}

function use(tokens: readonly Token[]): Shape {
  return shape("USE", tokens.length === 2 && isName(tokens[1]) ? [] : ["USE takes one name"]);
}

const OPENS_QUERY = new Set(["SELECT", "WITH", "VALUES", "TABLE"]);

function query(tokens: readonly Token[], dialect: Dialect): Shape {
  const { against, routines } = callsIn(tokens, dialect);
  const opening = tokens.find((token) => token.text !== "(");
  const reasons = new Set(against);
  if (!isWordOf(opening, OPENS_QUERY)) reasons.add("parentheses without a SELECT");
  for (const reason of actsIn(tokens)) reasons.add(reason);
  return shape(opening?.upper ?? "SELECT", reasons, routines);
}

function withQuery(tokens: readonly Token[], dialect: Dialect): Shape {
  const body = bodyOfWith(tokens);
  if (body !== undefined && OPENS_QUERY.has(body.upper))
    return { ...query(tokens, dialect), took_for: `WITH … ${body.upper}` };
  const change = body === undefined ? "WITH" : `WITH … ${body.upper}`;
  return shape(change, ["WITH without a SELECT at its end"]);
}

/** SHOW … WHERE is a query: `SHOW TABLES WHERE f()` runs f, and `WHERE NEXT VALUE FOR s` counts up. */
function show(tokens: readonly Token[], dialect: Dialect): Shape {
  const took_for = `SHOW ${tokens[1]?.text.toUpperCase() ?? ""}`.trim();
  if (!isWordOf(tokens[1], dialect.show)) return shape(took_for, [`${took_for} is not a known read`]);
  const { against, routines } = callsIn(tokens, dialect);
  const odd = tokens.filter((token, index) => isOddInShow(token, tokens[index - 1]));
  const reasons = odd.map(({ text }) => `${text} has no place in SHOW`);
  return shape(took_for, new Set([...against, ...reasons, ...actsIn(fromWhere(tokens))]), routines);
}

function fromWhere(tokens: readonly Token[]): readonly Token[] {
  const whereIndex = tokens.findIndex((token) => isWord(token, "WHERE"));
  return whereIndex === -1 ? [] : tokens.slice(whereIndex);
}

const NOT_IN_SHOW = new Set([":=", "INTO", "UPDATE", "DELETE", "LOCK", "SHARE"]);
const isOddInShow = (token: Token, previous: Token | undefined): boolean =>
  (token.kind === "word" || token.kind === "operator") && NOT_IN_SHOW.has(token.upper) && !isOperator(previous, ".");

/** EXPLAIN runs functions that the optimizer takes for constants, so what it explains must be harmless itself. */
function explain(tokens: readonly Token[], dialect: Dialect): Shape {
  const { index, runs } = explainOptions(tokens);
  const rest = tokens.slice(index);
  if (isWord(rest[0], "FOR")) return forConnection(rest);
  if (isQuery(rest)) return relabel(runs ? "EXPLAIN ANALYZE of a" : "EXPLAIN of a", readShape(rest, dialect));
  if (isDescription(tokens, index)) return shape("DESCRIBE of a table", []);
  return explainChange(rest, dialect, runs);
}

/** Whether no option stands before the name of a table. */
const isDescription = (tokens: readonly Token[], index: number): boolean =>
  index === 1 && isTableName(tokens.slice(index));

/** `runs`: the change is carried out. */
function explainChange(rest: readonly Token[], dialect: Dialect, runs: boolean): Shape {
  if (!explainsChange(rest)) return shape("EXPLAIN", ["EXPLAIN of something that is no read"]);
  if (runs) return shape("EXPLAIN ANALYZE of a change", ["EXPLAIN ANALYZE carries out what it explains"]);
  return { ...relabel("EXPLAIN of a change:", explainedChange(rest, dialect)), explains: true };
}

const opensQuery = (token: Token | undefined): boolean => isOperator(token, "(") || isWordOf(token, OPENS_QUERY);
const isQuery = (tokens: readonly Token[]): boolean => opensQuery(tokens[0]) && bodyIsQuery(tokens);

const relabel = (took_for: string, inner: Shape): Shape => ({ ...inner, took_for: `${took_for} ${inner.took_for}` });
const bodyIsQuery = (tokens: readonly Token[]): boolean =>
  !isWord(tokens[0], "WITH") || OPENS_QUERY.has(bodyOfWith(tokens)?.upper ?? "");

/** Behind EXTENDED, PARTITIONS, ANALYZE, FORMAT = x and FOR SCHEMA x. */
function explainOptions(tokens: readonly Token[]): { index: number; runs: boolean } {
  let runs = false;
  for (let index = 1; ;) {
    const length = optionLength(tokens.slice(index, index + 3));
    if (length === 0) return { index, runs };
    runs ||= isWord(tokens[index], "ANALYZE");
    index += length;
  }
}

const FLAGS = new Set(["EXTENDED", "PARTITIONS", "ANALYZE"]);
const SCHEMA_WORDS = new Set(["SCHEMA", "DATABASE"]);

/** How many tokens the option has that begins here; 0 for none. */
function optionLength(tokens: readonly Token[]): number {
  if (isWordOf(tokens[0], FLAGS)) return 1;
  return isForSchema(tokens) || isFormat(tokens) ? 3 : 0;
}

const isForSchema = ([token, next, value]: readonly Token[]): boolean =>
  isWord(token, "FOR") && isWordOf(next, SCHEMA_WORDS) && isName(value);

const isFormat = ([token, next, value]: readonly Token[]): boolean =>
  isWord(token, "FORMAT") && isOperator(next, "=") && (isName(value) || value?.kind === "string");

const forConnection = (rest: readonly Token[]): Shape =>
  shape(
    "EXPLAIN FOR CONNECTION",
    isWord(rest[1], "CONNECTION") && rest[2]?.kind === "number" && rest.length === 3
      ? []
      : ["EXPLAIN FOR something else than a connection"],
  );

const CHANGES = new Set(["UPDATE", "DELETE", "INSERT", "REPLACE"]);
const explainsChange = (tokens: readonly Token[]): boolean => isWordOf(headOf(tokens), CHANGES);

/** The word that says what a statement is, behind the named queries of a WITH. */
const headOf = (tokens: readonly Token[]): Token | undefined =>
  isWord(tokens[0], "WITH") ? bodyOfWith(tokens) : tokens[0];

/** Words of a change that may stand in one that is only explained. */
const OF_CHANGE = new Set(["UPDATE", "DELETE"]);
const INSERTS = new Set(["INSERT", "REPLACE"]);

function explainedChange(tokens: readonly Token[], dialect: Dialect): Shape {
  const head = headOf(tokens);
  const body = isWordOf(head, INSERTS) ? withoutColumns(tokens) : tokens;
  const { against, routines }: Calls = callsIn(body, dialect);
  const rest = body.filter((token) => !isWordOf(token, OF_CHANGE));
  return shape(head?.upper ?? "", new Set([...against, ...actsIn(rest)]), routines);
}

/** Without INTO and the list of columns, which looks like a call. */
function withoutColumns(tokens: readonly Token[]): Token[] {
  const body = withoutInto(tokens);
  const open = body.findIndex((token) => isOperator(token, "("));
  if (!isName(body[open - 1]) || isWord(body[open - 1], "VALUES")) return body;
  const end = skip(body, open);
  const isList = isWordOf(body[end], ROW_WORDS) && body.slice(open + 1, end - 1).every(isPartOfList);
  return isList ? [...body.slice(0, open), ...body.slice(end)] : body;
}

function withoutInto(tokens: readonly Token[]): Token[] {
  const into = tokens.findIndex((token) => isWord(token, "INTO"));
  return into === -1 || into > 4 ? [...tokens] : tokens.toSpliced(into, 1);
}

/** What may stand behind the list of columns. */
const ROW_WORDS = new Set(["VALUES", "VALUE", "SELECT", "WITH", "TABLE"]);
const isPartOfList = (token: Token): boolean => isName(token) || isOperator(token, ",") || isOperator(token, ".");

/** `DESCRIBE t`, `DESCRIBE db.t column`, `DESCRIBE t 'pattern'`: nothing else may follow. */
function isTableName(rest: readonly Token[]): boolean {
  if (opensQuery(rest[0])) return false;
  const end = endOfTable(rest);
  return end !== null && rest.length <= end + 1 && (rest.length === end || isColumnOrPattern(rest[end]));
}

/** Behind the name of a table, with or without its database; null where it is none. */
function endOfTable([first, dot, second]: readonly Token[]): number | null {
  if (!isTable(first)) return null;
  if (!isOperator(dot, ".")) return 1;
  return isTable(second) ? 3 : null;
}

const isTable = (token: Token | undefined): boolean =>
  isName(token) && !isWordOf(token, CHANGE_HEADS) && !isWordOf(token, RUNS);
const isColumnOrPattern = (token: Token | undefined): boolean => isTable(token) || token?.kind === "string";

const RUNS = new Set(["ANALYZE", "FOR", "CALL", "EXECUTE", "BEGIN", "SET", "DO"]);

/** `ANALYZE [FORMAT = JSON] SELECT …` carries the SELECT out, and nothing else. */
function analyze(tokens: readonly Token[], dialect: Dialect): Shape {
  const rest = tokens.slice(hasFormat(tokens) ? 4 : 1);
  return opensSelect(rest[0]) && bodyIsQuery(rest)
    ? relabel("ANALYZE of a", readShape(rest, dialect))
    : shape("ANALYZE", [whyNot("ANALYZE")]);
}

const hasFormat = ([, word, equals, value]: readonly Token[]): boolean =>
  isWord(word, "FORMAT") && isOperator(equals, "=") && isName(value);

const opensSelect = (token: Token | undefined): boolean =>
  isOperator(token, "(") || isWord(token, "SELECT") || isWord(token, "WITH");

const TABLE_WORDS = new Set(["TABLE", "TABLES"]);
const CHECKSUM_OPTIONS = new Set(["QUICK", "EXTENDED"]);

/** `CHECKSUM TABLE a, b.c [QUICK | EXTENDED]`. */
function checksum(tokens: readonly Token[]): Shape {
  const end = isWordOf(tokens.at(-1), CHECKSUM_OPTIONS) ? -1 : undefined;
  const areNames = pieces(tokens.slice(2, end)).every((piece) => readName(piece, 0)?.end === piece.length);
  return shape(
    "CHECKSUM TABLE",
    isWordOf(tokens[1], TABLE_WORDS) && areNames ? [] : ["CHECKSUM takes TABLE and names"],
  );
}

/** `SET STATEMENT max_statement_time = 5 FOR SELECT …`: with variables that only bound the read. */
function setStatement(tokens: readonly Token[], dialect: Dialect): Shape {
  if (!isWord(tokens[1], "STATEMENT")) return shape("SET", [whyNot("SET")]);
  let index = 2;
  do {
    const flaw = settingFlaw(tokens.slice(index, index + SETTING_LENGTH), dialect);
    if (flaw !== null) return shape("SET STATEMENT", [flaw]);
    index += SETTING_LENGTH;
  } while (!isWord(tokens[index - 1], "FOR"));
  const rest = tokens.slice(index);
  if (!opensSelect(rest[0])) return shape("SET STATEMENT", ["SET STATEMENT FOR something that is no read"]);
  return relabel("SET STATEMENT FOR", readShape(rest, dialect));
}

/** Name, equals sign, value, and a comma or FOR. */
const SETTING_LENGTH = 4;
const VALUE_KINDS: ReadonlySet<string | undefined> = new Set(["number", "string", "word"]);

const isAssigned = (name: Token | undefined, equals: Token | undefined): name is Token =>
  name?.kind === "word" && isOperator(equals, "=");

const endsSetting = (token: Token | undefined): boolean => isWord(token, "FOR") || isOperator(token, ",");

function settingFlaw([name, equals, value, next]: readonly Token[], dialect: Dialect): string | null {
  if (!isAssigned(name, equals)) return "SET STATEMENT without a FOR";
  if (!dialect.settable.has(name.upper)) return `${name.text} may change what the statement does`;
  return VALUE_KINDS.has(value?.kind) && endsSetting(next) ? null : "SET STATEMENT with something else than a value";
}
