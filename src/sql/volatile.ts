/** Expressions whose value the server, a clock or chance decides at the moment of running: shown as "at commit". */
import { isOperator, isWord, isWordOf, type Token } from "./token.ts";

const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const CALLS = list(`
  NOW SYSDATE CURDATE CURTIME UTC_DATE UTC_TIME UTC_TIMESTAMP UNIX_TIMESTAMP UUID UUID_SHORT UUID_V4 UUID_V7 SYS_GUID
  RAND RANDOM_BYTES CONNECTION_ID LAST_INSERT_ID ROW_COUNT FOUND_ROWS NEXTVAL LASTVAL IS_USED_LOCK IS_FREE_LOCK
  CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP SLEEP VERSION
`);
/** These are calls without parentheses, too. */
const BARE = list(
  "CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP SYSDATE",
);

/** Of these, what only time decides, and only forwards; the clock of a call is that of its statement. SYSDATE has its own. */
const CLOCKS = list(`
  NOW CURDATE CURTIME UTC_DATE UTC_TIME UTC_TIMESTAMP UNIX_TIMESTAMP
  CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP
`);

const SEQUENCES = list("NEXT PREVIOUS");

/** What decides a value at the moment of running: the clock, or chance and the state of the connection. */
export type Mover = "clock" | "chance";

function moverAt(tokens: readonly Token[], index: number): Mover | null {
  const token = tokens[index] as Token;
  if (token.kind === "variable" || isSequence(tokens, index)) return "chance";
  if (!isCall(tokens, index)) return null;
  return CLOCKS.has(token.upper) ? "clock" : "chance";
}

/** `NEXT VALUE FOR s` counts up, `PREVIOUS VALUE FOR s` is the connection's last. */
const isSequence = (tokens: readonly Token[], index: number): boolean =>
  isWordOf(tokens[index], SEQUENCES) && !isOperator(tokens[index - 1], ".") && isWord(tokens[index + 1], "VALUE");

function isCall(tokens: readonly Token[], index: number): boolean {
  if (isOperator(tokens[index - 1], ".") || !namesCall(tokens, index)) return false;
  // UNIX_TIMESTAMP(column) only turns a value into a number.
  return !isWord(tokens[index], "UNIX_TIMESTAMP") || isOperator(tokens[index + 2], ")");
}

const namesCall = (tokens: readonly Token[], index: number): boolean =>
  isWordOf(tokens[index], BARE) || (isWordOf(tokens[index], CALLS) && isOperator(tokens[index + 1], "("));

/** What decides these tokens' value when they run: chance before the clock; null where it is only what they read. */
export function moverOf(tokens: readonly Token[]): Mover | null {
  const movers = new Set(tokens.map((_, index) => moverAt(tokens, index)));
  if (movers.has("chance")) return "chance";
  return movers.has("clock") ? "clock" : null;
}

/** Whether these tokens hold a call, a variable or a sequence whose value may be another one at the next run. */
export const isVolatile = (tokens: readonly Token[]): boolean => moverOf(tokens) !== null;
