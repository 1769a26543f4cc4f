/** What a query may hold, beside calls, that does more than read. */
import { unquote } from "./survey.ts";
import { isName, isOperator, isWord, isWordOf, type Token } from "./token.ts";
import { NOT_IN_READ } from "./words.ts";

/** Tables of the server's own that are emptied, or set back, by being read. */
const ACTING_TABLE = /^innodb_\w+_reset$/i;
const SHORTEST_ACTING = "innodb__reset".length;
const isActingTable = (token: Token): boolean =>
  isName(token) && token.text.length > SHORTEST_ACTING && ACTING_TABLE.test(unquote(token));

const LABELS = new Set([":=", ":"]);
const isLabel = ({ kind, text }: Token): boolean => kind === "operator" && LABELS.has(text);
const ACT_WORDS = new Set([...NOT_IN_READ, "FOR"]);

/** What in a query writes, locks, counts or remembers, beside its calls. */
export function actsIn(tokens: readonly Token[]): string[] {
  const acts: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as Token;
    if (isLabel(token)) acts.push("an assignment or a label");
    if (isActingTable(token)) acts.push(`reading ${unquote(token)} sets its counters back`);
    const act = wordAct(tokens, index);
    if (act !== null) acts.push(act);
  }
  return acts;
}

function wordAct(tokens: readonly Token[], index: number): string | null {
  const token = tokens[index];
  if (!isWordOf(token, ACT_WORDS)) return null;
  const { upper } = token;
  // After a dot it is a column, whatever its name; but `seq.nextval` counts up.
  if (isOperator(tokens[index - 1], ".") && upper !== "NEXTVAL") return null;
  return upper === "FOR" ? forAct(tokens, index) : `${upper} has no place in a read`;
}

function forAct(tokens: readonly Token[], index: number): string | null {
  const [first, previous, next] = [tokens[index - 2], tokens[index - 1], tokens[index + 1]];
  return isHarmlessFor(first, previous, next) ? null : forReason(previous, next);
}

function isHarmlessFor(first: Token | undefined, previous: Token | undefined, next: Token | undefined): boolean {
  if (isWord(previous, "VALUE") && isWord(first, "PREVIOUS")) return true;
  if (["SYSTEM_TIME", "JOIN", "ORDER", "GROUP", "ORDINALITY"].some((word) => isWord(next, word))) return true;
  return next?.kind === "number"; // SUBSTRING(a FROM 2 FOR 3)
}

const forReason = (previous: Token | undefined, next: Token | undefined): string =>
  isWord(previous, "VALUE")
    ? "NEXT VALUE FOR counts a sequence up"
    : `FOR ${next?.text ?? ""} locks rows, or is not known to only read`.replace("  ", " ");
