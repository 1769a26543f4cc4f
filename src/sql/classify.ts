/**
 * Says whether a statement only reads. A small allow-list over tokens, not a grammar: parsers call some statements
 * reads that write (functions in EXPLAIN, executable comments, quoted calls), a list of known reads does not.
 * "read" is permission to use the reading connection and nothing more; there the views that it reads are looked into, and the
 * server's read-only session is the last gate.
 */
import type { Routine } from "./calls.ts";
import { routineText } from "./calls.ts";
import { EITHER, NEWEST, type Dialect } from "./dialects/dialect.ts";
import { lex } from "./lexer.ts";
import { readShape, type Shape } from "./shapes.ts";
import { survey, type Survey } from "./survey.ts";
import { isOperator, isSignificant, isWord, isWordOf, lexMode, type LexMode, type Token } from "./token.ts";
import { bodyOfWith, depthBehind, depths } from "./nesting.ts";
import { CHANGE_HEADS } from "./words.ts";

export interface Classified {
  /** `read`: known to be a pure read. `change`: one statement known to change. `unknown`: anything else; ask. */
  readonly class: "read" | "change" | "unknown";
  /** What the statement was taken for: its first words, and what follows them. */
  readonly took_for: string;
  /** Why it is not a read; empty for a read. */
  readonly reasons: string[];
  /**
   * Stored functions, where nothing but them speaks against a read: if the server shows that they only compute, it is one.
   * Empty otherwise.
   */
  readonly routines: readonly Routine[];
  /** Whether it explains a change: the server refuses that in a read-only transaction, though it changes nothing. */
  readonly explains: boolean;
  /** Tables that are named, without quotes, as far as they could be made out. For showing, not for deciding. */
  readonly tables: string[];
  /** Whether there is a WHERE at the top level; null where the question makes no sense. */
  readonly where: boolean | null;
}

export interface ClassifyOptions {
  /** The server's `@@sql_mode`. Without it the statement must be a read however quotes are read. */
  readonly sqlMode?: string;
  /** Which server it is for. Without it the statement must be a read on any. */
  readonly dialect?: Dialect;
}

const EVERY_MODE: readonly LexMode[] = [
  { noBackslashEscapes: false, ansiQuotes: false },
  { noBackslashEscapes: true, ansiQuotes: false },
  { noBackslashEscapes: false, ansiQuotes: true },
  { noBackslashEscapes: true, ansiQuotes: true },
];

/** A connection's mode is always the same one. */
let lastMode: { readonly sqlMode: string; readonly mode: LexMode } | null = null;
function modeOf(sqlMode: string): LexMode {
  if (lastMode?.sqlMode !== sqlMode) lastMode = { sqlMode, mode: lexMode(sqlMode) };
  return lastMode.mode;
}

/** Classifies one statement (a trailing semicolon is allowed). Total: never throws, whatever the text. */
export function classify(sql: string, { sqlMode, dialect = EITHER }: ClassifyOptions = {}): Classified {
  if (sqlMode !== undefined) return classifyUnder(sqlMode, sql, dialect);
  const first = classifyIn(sql, EVERY_MODE[0] as LexMode, dialect);
  if (!/["\\]/.test(sql)) return first;
  const alternatives = EVERY_MODE.slice(1).map((mode) => classifyIn(sql, mode, dialect));
  if (alternatives.every((alternative) => alternative.class === first.class && sameRoutines(alternative, first)))
    return first;
  return unknown(first, ["its meaning depends on the server's sql_mode", ...first.reasons]);
}

function classifyUnder(sqlMode: string, sql: string, dialect: Dialect): Classified {
  const classification = classifyIn(sql, modeOf(sqlMode), dialect);
  // In ORACLE mode functions are called without parentheses, and more.
  const isOracle = sqlMode.length > 5 && /\bORACLE\b/i.test(sqlMode);
  return isOracle ? unknown(classification, ["sql_mode ORACLE"]) : classification;
}

/**
 * The statement as the server takes it that thinks best of it, in the mode that does: for what is looked over before a server is
 * there to ask. What no server takes for a read needs no server to say so; what one does, that one has to say.
 */
export function classifyAtBest(sql: string): Classified {
  const classifications = NEWEST.flatMap((dialect) => EVERY_MODE.map((mode) => classifyIn(sql, mode, dialect)));
  const [first] = classifications as [Classified];
  return (
    classifications.find(({ class: kind }) => kind === "read") ??
    classifications.find(({ routines }) => routines.length > 0) ??
    first
  );
}

const unknown = (classification: Classified, reasons: string[]): Classified => ({
  ...classification,
  class: "unknown",
  reasons,
  routines: [],
});

const sameRoutines = (first: Classified, second: Classified): boolean =>
  first.routines.map(routineText).join() === second.routines.map(routineText).join();

function classifyIn(sql: string, mode: LexMode, dialect: Dialect): Classified {
  const tokens = lex(sql, mode).filter(isSignificant);
  while (isOperator(tokens.at(-1), ";")) tokens.pop();
  const overview = survey(tokens);
  const broken = brokenReasons(tokens);
  if (broken.length > 0) return classificationOf(tokens, overview, { ...NOTHING, against: broken }, true);
  // Those that are left are harmless.
  const clean = tokens.some(({ kind }) => kind === "hint") ? tokens.filter(({ kind }) => kind !== "hint") : tokens;
  return classificationOf(clean, overview, readShape(clean, dialect), false);
}

const NOTHING: Shape = { took_for: "nothing", against: [], routines: [], explains: false };

function classificationOf(tokens: readonly Token[], overview: Survey, shape: Shape, broken: boolean): Classified {
  const { took_for, against, routines, explains } = shape;
  const calls = routines.map((routine) => `${routineText(routine)} is not known to be without effects`);
  const reasons = [...against, ...calls];
  const rest = { took_for, explains, ...overview };
  if (reasons.length === 0) return { class: "read", reasons, routines, ...rest };
  const kind = !broken && isChange(tokens) ? "change" : "unknown";
  return { class: kind, reasons, routines: against.length === 0 ? routines : [], ...rest };
}

/** Hints that only bound a statement's work or its plan; SET_VAR sets variables, RESOURCE_GROUP moves the thread. */
const HARMLESS_HINT = /^\/\*\+(?:\s*(?!SET_VAR|RESOURCE_GROUP)[A-Z_]+\s*\([\w\s@`,.=]*\))*\s*\*\/$/i;

const FLAWS: Readonly<Partial<Record<Token["kind"], string>>> = {
  bad: "a control character, or something never closed",
  executable: "an executable comment",
  hint: "an optimizer hint that may set variables",
};

const OPERATOR_FLAWS: ReadonlyMap<string, string> = new Map([
  [";", "more than one statement"],
  ["{", "an escape in braces"],
]);

/** Flaws that leave open what the server would make of the text. */
function brokenReasons(tokens: readonly Token[]): string[] {
  const reasons = new Set<string>();
  if (tokens.length === 0) reasons.add("no statement");
  for (const token of tokensToMismatch(tokens)) {
    const flaw = flawOf(token);
    if (flaw !== undefined) reasons.add(flaw);
  }
  if (depths(tokens) === null) reasons.add("parentheses do not match");
  return [...reasons];
}

/** Up to a parenthesis that closes more than was opened: what is behind it says nothing more. */
function tokensToMismatch(tokens: readonly Token[]): readonly Token[] {
  let depth = 0;
  const end = tokens.findIndex((token) => (depth = depthBehind(depth, token)) < 0);
  return end === -1 ? tokens : tokens.slice(0, end);
}

function flawOf({ kind, text }: Token): string | undefined {
  if (kind === "operator") return OPERATOR_FLAWS.get(text);
  return kind === "hint" && HARMLESS_HINT.test(text) ? undefined : FLAWS[kind];
}

/** What may stand behind a WITH and change rows. */
const WITH_CHANGE_HEADS: ReadonlySet<string> = new Set(["UPDATE", "DELETE"]);

function isChange(tokens: readonly Token[]): boolean {
  const [head] = tokens;
  return isWordOf(head, CHANGE_HEADS) || (isWord(head, "WITH") && isWordOf(bodyOfWith(tokens), WITH_CHANGE_HEADS));
}
