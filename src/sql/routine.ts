/** Reads the body of a stored function: whether all that it can do is to compute and to read. */
import { callsIn, type Calls } from "./calls.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { pieces } from "./nesting.ts";
import { actsIn } from "./acts.ts";
import { unquote } from "./survey.ts";
import { isName, isOperator, isWord, isWordOf, type Token } from "./token.ts";

const list = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** What a statement of such a body may begin with. SIGNAL ends it with an error. */
const HEADS = list(
  "BEGIN DECLARE SET IF ELSEIF ELSE CASE WHEN WHILE REPEAT UNTIL LOOP LEAVE ITERATE RETURN END SELECT WITH OPEN FETCH CLOSE SIGNAL RESIGNAL",
);
/** Behind these, where they are no part of an expression, a statement begins. */
const OPENERS = list("BEGIN THEN ELSE DO LOOP REPEAT");
/** In statements that begin so THEN and ELSE belong to an expression. */
const EXPRESSIONS = list("DECLARE SET RETURN SELECT WITH SIGNAL RESIGNAL");
const SIGNALS = list("SIGNAL RESIGNAL");
/** Types and words of the language, behind which a parenthesis calls nothing there. */
const LANGUAGE = list(
  "RETURN WHILE UNTIL ELSEIF SET DO INT BIGINT TINYINT SMALLINT MEDIUMINT INTEGER ENUM BIT TEXT BLOB SIGNED UNSIGNED",
);

/** How many tokens a condition has that begins so: `SQLSTATE VALUE 'x'`, `NOT FOUND`, `1062`. */
function conditionLength(first: Token | undefined, second: Token | undefined): number {
  if (isWord(first, "SQLSTATE")) return isWord(second, "VALUE") ? 3 : 2;
  return isWord(first, "NOT") ? 2 : 1;
}

/** Where the statement begins that a handler carries out: behind the conditions of `DECLARE … HANDLER FOR a, b`. */
function handlerStart(tokens: readonly Token[], index: number): number {
  let end = index + 2;
  for (;;) {
    end += conditionLength(tokens[end], tokens[end + 1]);
    if (!isOperator(tokens[end], ",")) return end;
    end += 1;
  }
}

/** `END IF` ends no block. */
const FLOW_ENDS = list("IF CASE LOOP WHILE REPEAT FOR");

const isHandler = (tokens: readonly Token[], index: number): boolean =>
  isWord(tokens[index], "HANDLER") && isWord(tokens[index + 1], "FOR");

/** Whether another statement begins behind the token, which is the last of an open one. */
function endsStatement(token: Token, open: readonly Token[] = []): boolean {
  if (isOperator(token, ";")) return true;
  const isInExpression = open.length > 1 && EXPRESSIONS.has(open[0]?.upper ?? "");
  return isWordOf(token, OPENERS) && !isInExpression;
}

/** The statements of a body, each by its tokens; flow words stand at the head of one, and what a handler does stands apart. */
function statementsOf(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [[]];
  let handlerIndex = -1;
  for (const [index, token] of tokens.entries()) {
    if (isHandler(tokens, index)) handlerIndex = handlerStart(tokens, index);
    if (index === handlerIndex) statements.push([]);
    if (!isOperator(token, ";")) statements.at(-1)?.push(token);
    if (endsStatement(token, statements.at(-1))) statements.push([]);
  }
  return statements.filter((statement) => statement.length > 0);
}

/**
 * What speaks against a body whose significant tokens these are, and the functions that it calls in turn. Only variables of its
 * own may be set, and those that the sys schema keeps its options in.
 */
export function bodyShape(tokens: readonly Token[], dialect: Dialect): Calls {
  const bodyDialect: Dialect = { ...dialect, reserved: new Set([...dialect.reserved, ...LANGUAGE]) };
  const against = new Set<string>();
  const statements = withVariables(tokens);
  for (const { statement, locals } of statements) for (const reason of judge(statement, locals)) against.add(reason);
  const calls = callsIn(
    statements.flatMap(({ statement }) => statement),
    bodyDialect,
  );
  return { against: [...against, ...calls.against], routines: calls.routines };
}

/**
 * The variables of the server and of the session that the body of a trigger sets, as it writes them: no rollback takes that back.
 * Not the new row, variables of its own, and those of a user, in which a session alone keeps something.
 */
export const settingsIn = (tokens: readonly Token[]): string[] =>
  withVariables(tokens).flatMap(({ statement, locals }) =>
    isWord(statement[0], "SET")
      ? pieces(statement.slice(1)).flatMap((piece) =>
          isOwn(piece, locals) || isOfRow(piece) || isOfUser(piece) ? [] : [piece[0]?.text ?? ""],
        )
      : [],
  );

interface Placed {
  readonly statement: readonly Token[];
  /** The variables of the body's own that are known where it stands. */
  readonly locals: ReadonlySet<string>;
}

/** A name is a variable of the body's own inside of its block alone: outside it may be one of the session's. */
function withVariables(tokens: readonly Token[]): Placed[] {
  const blocks: Set<string>[] = [new Set()];
  return statementsOf(tokens).map((statement) => {
    if (opensBlock(statement)) blocks.push(new Set());
    if (endsBlock(statement)) blocks.pop();
    for (const name of declaredIn(statement)) blocks.at(-1)?.add(name);
    return { statement, locals: new Set(blocks.flatMap((names) => [...names])) };
  });
}

/** `BEGIN`, or `name: BEGIN`. */
const opensBlock = ([first, second, third]: readonly Token[]): boolean =>
  isWord(first, "BEGIN") || (isName(first) && isOperator(second, ":") && isWord(third, "BEGIN"));

const endsBlock = (statement: readonly Token[]): boolean =>
  isWord(statement[0], "END") && !FLOW_ENDS.has(statement[1]?.upper ?? "");

/** `a = 1` of a variable of the body's own. */
const isOwn = ([name, next]: readonly Token[], locals: ReadonlySet<string>): boolean =>
  isAssignment(next) && isLocal(name, locals);

/** `NEW.a = 1`. */
const isOfRow = ([row, dot, , next]: readonly Token[]): boolean =>
  isWord(row, "NEW") && isOperator(dot, ".") && isAssignment(next);

/** `@a = 1`, which is no `@@a`. */
const isOfUser = ([name]: readonly Token[]): boolean => /^@[^@]/u.test(name?.text ?? "");

const isAssignment = (token: Token | undefined): boolean => isOperator(token, "=") || isOperator(token, ":=");

const small = (token: Token): string => unquote(token).toLowerCase();

/** What a DECLARE may name that is no variable: a SET of the same name then means one of the session's. */
const NO_VARIABLE = new Set(["CURSOR", "CONDITION", "HANDLER"]);

/** `DECLARE a, b INT …`. */
function declaredIn(statement: readonly Token[]): string[] {
  const names: string[] = [];
  if (!isWord(statement[0], "DECLARE") || isWordOf(statement[2], NO_VARIABLE)) return names;
  for (let index = 1; isName(statement[index]); index += 2) {
    names.push(small(statement[index] as Token));
    if (!isOperator(statement[index + 1], ",")) break;
  }
  return names;
}

function* judge(statement: readonly Token[], locals: ReadonlySet<string>): Generator<string> {
  const [head] = statement as [Token];
  if (!isWordOf(head, HEADS)) return yield `it does ${head.text}`;
  if (head.upper === "SET") return yield* settings(statement.slice(1), locals);
  if (!isHarmless(statement))
    yield* actsIn(isCursor(statement) ? withoutFor(statement) : withoutInto(statement, locals));
}

/** A handler does what stands in the next statement; SIGNAL ends the body with an error. */
const isHarmless = ([head, , word]: readonly Token[]): boolean =>
  isWordOf(head, SIGNALS) || (isWord(head, "DECLARE") && isWord(word, "HANDLER"));
const isCursor = (statement: readonly Token[]): boolean =>
  isWord(statement[0], "DECLARE") && statement.some((token) => isWord(token, "CURSOR"));
const withoutFor = (statement: readonly Token[]): Token[] => statement.filter((token) => !isWord(token, "FOR"));
/** `WHILE … DO` opens a loop; a DO of its own is no part of a body that only computes. */
const isLoopHead = (statement: readonly Token[]): boolean =>
  isWord(statement[0], "WHILE") && isWord(statement.at(-1), "DO");

/** `a = 1, b = 2`: each of a variable of its own. */
function* settings(tokens: readonly Token[], locals: ReadonlySet<string>): Generator<string> {
  for (const piece of pieces(tokens)) {
    const [name] = piece;
    if (!isOwn(piece, locals) && name?.text !== "@sys") yield `it sets ${name?.text ?? "something"}`;
    yield* actsIn(piece);
  }
}

const isLocal = (token: Token | undefined, locals: ReadonlySet<string>): boolean =>
  isName(token) && locals.has(small(token));

/** Without an INTO that keeps the answer in variables of its own. */
function withoutInto(whole: readonly Token[], locals: ReadonlySet<string>): Token[] {
  const statement = isLoopHead(whole) ? whole.slice(0, -1) : whole;
  const into = statement.findIndex((token) => isWord(token, "INTO"));
  if (into === -1) return [...statement];
  let end = into + 1;
  for (; isLocal(statement[end], locals); end += 2)
    if (!isOperator(statement[end + 1], ",")) return [...statement.slice(0, into), ...statement.slice(end + 1)];
  return [...statement];
}
