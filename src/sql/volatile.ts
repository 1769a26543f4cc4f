/** Expressions whose value the server, a clock or chance decides at the moment of running: shown as "at commit". */
import { isOperator, isWord, type Token } from "./token.ts";

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

/** Whether these tokens hold a call, a variable or a sequence whose value may be another one at the next run. */
export function isVolatile(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    if (token.kind === "variable") return true;
    if (token.kind !== "word" || isOperator(tokens[at - 1], ".")) return false;
    if (BARE.has(token.upper)) return true;
    if (token.upper === "NEXT" || token.upper === "PREVIOUS") return isWord(tokens[at + 1], "VALUE");
    return CALLS.has(token.upper) && isOperator(tokens[at + 1], "(");
  });
}
