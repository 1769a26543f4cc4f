/** From the rows that a runbook's `select` found to the targets of a run. A name that means two is never guessed. */
import { latePattern } from "../text/late-pattern.ts";
import { createHash } from "node:crypto";
import { clean } from "../text/sentence.ts";
import { safeText } from "../text/safe-text.ts";
import { holds, NO_SCOPE } from "../phases/expression.ts";
import { ask } from "../phases/read.ts";
import { databaseIn } from "../phases/connection.ts";
import type { Json, JsonObject } from "../ports/json.ts";
import { failure, type Failure } from "../ports/outcome.ts";
import type { Ports } from "../ports/ports.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Runbook, SelectSpec } from "../phases/spec.ts";
import { targetNoun, targetNouns } from "../phases/target-noun.ts";

/** One row of the board: a target that a runbook could act on. */
export interface Candidate {
  readonly key: string;
  readonly label: string;
  readonly row: JsonObject;
  readonly stuck: boolean;
  /** Why nobody can tell whether it is stuck; null where that is known. */
  readonly trouble: string | null;
  /** What is typed to approve what cannot be undone for it: no other row has it. */
  readonly word: string;
}

/** The longest word that somebody has to type. */
const MOST_WORD = 24;
/** Letters, digits, signs and plain blanks between them: what a keyboard gives, and what looks like what it is. */
const TYPABLE = latePattern(() => /^[\p{L}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{N}\p{P}\p{S}]+)*$/u);
/** The same among the letters of ASCII, which names are mostly made of. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

const isTypable = (text: string): boolean => PLAIN.test(text) || TYPABLE.test(text);

/** Asks the world which targets a runbook has: the rows of its selection. */
export async function askSelection({ select }: Runbook, ports: Ports): Promise<Result<readonly JsonObject[], Failure>> {
  if (!("sql" in select)) return withKeys(select, await ask(select, NO_SCOPE, ports));
  const { sql, columns, connection } = select;
  const answer = await databaseIn(ports, connection).read({ sql, values: {} }, columns);
  return answer.ok ? ok(answer.value.rows) : answer;
}

/** Rows that a service lists: a target without a key, or with that of another one, is nobody that could be acted on. */
function withKeys({ key }: SelectSpec, answer: Result<Json, Failure>): Result<readonly JsonObject[], Failure> {
  if (!answer.ok) return answer;
  const rows = answer.value as readonly JsonObject[];
  const keys = rows.map((row) => String(row[key] ?? ""));
  if (keys.includes("")) return err(failure("garbled", `The list of targets has one whose ${key} is empty.`));
  const twice = keys.find((value, index) => keys.indexOf(value) !== index);
  if (twice === undefined) return ok(rows);
  return err(
    failure("garbled", `The list of targets has the ${key} ${clean(twice)} twice: nobody can tell them apart.`),
  );
}

/** Two words that a tired person takes for one are one. */
const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/**
 * A word for each row: its name where that can be typed, is short, and is nobody else's; else what fits of it with the end
 * of its key, as much of that as tells it apart.
 */
export function wordsOf(
  rows: readonly { readonly key: string; readonly label: string }[],
  noun = targetNoun(undefined),
): string[] {
  const names = new Map<string, number>();
  for (const { label } of rows) names.set(fold(label), (names.get(fold(label)) ?? 0) + 1);
  const plain = ({ label }: { readonly label: string }): boolean =>
    isTypable(label) &&
    label === safeText(label) &&
    Array.from(label).length <= MOST_WORD &&
    names.get(fold(label)) === 1;
  // A word that somebody types has to begin with what every keyboard has.
  const plainNoun = noun.toLowerCase().replace(/[^a-z]/gu, "") || targetNoun(undefined);
  const usedWords = new Set(rows.filter(plain).map(({ label }) => fold(label)));
  return rows.map((row) => {
    if (plain(row)) return row.label;
    const word = longWord(row, usedWords, plainNoun);
    usedWords.add(fold(word));
    return word;
  });
}

function longWord(
  { key, label }: { readonly key: string; readonly label: string },
  usedWords: ReadonlySet<string>,
  noun: string,
): string {
  const tail = key.toLowerCase().replace(/[^a-z0-9]/gu, "");
  const name = isTypable(label) && label === safeText(label) ? Array.from(label) : Array.from(noun);
  for (let digits = 4; digits <= Math.min(tail.length, MOST_WORD - 3); digits += 1) {
    const word = `${name
      .slice(0, MOST_WORD - 1 - digits)
      .join("")
      .trim()}-${tail.slice(-digits)}`;
    if (!usedWords.has(fold(word))) return word;
  }
  // Keys that end alike over so long a stretch: their digest tells them apart.
  return `${noun}-${createHash("sha256").update(key).digest("hex").slice(0, 20)}`;
}

/** Rows as candidates, in the order of the query. */
export function candidates(runbook: Runbook, rows: readonly JsonObject[]): Candidate[] {
  const { key, label, stuck } = runbook.select;
  const entries = rows.map((row) => {
    const verdict = holds(stuck, { ...NO_SCOPE, target: row });
    const trouble = verdict.ok ? null : verdict.error.message;
    return { key: String(row[key]), label: String(row[label]), row, stuck: verdict.ok && verdict.value, trouble };
  });
  const words = wordsOf(entries, targetNoun(runbook));
  return entries.map((candidate, index) => ({ ...candidate, word: words[index] ?? candidate.label }));
}

/** A line that tells candidates of one name apart. */
export function describeCandidate(runbook: Runbook, candidate: Candidate): string {
  const columns = runbook.select.show.map((column) => `${column} ${String(candidate.row[column] ?? "")}`);
  return `${candidate.label}  ${candidate.key}  (${columns.join(", ")})`;
}

/** Why no targets could be picked. `ambiguous` can be asked about where there is a person. */
export type NotPicked =
  | { readonly kind: "nothing"; readonly message: string }
  | {
      readonly kind: "ambiguous";
      readonly message: string;
      readonly name: string;
      readonly among: readonly Candidate[];
    };

/** The targets that the runbook calls stuck, a line each. */
function stuckText(runbook: Runbook, pool: readonly Candidate[]): string {
  const stuck = pool.filter((candidate) => candidate.stuck);
  const lines = stuck.map((candidate) => `  ${describeCandidate(runbook, candidate)}`);
  const rest = untoldText(pool);
  if (lines.length > 0) return [`Stuck now:`, ...lines, ...(rest === "" ? [] : [`${rest}.`])].join("\n");
  return rest === "" ? `No ${targetNoun(runbook)} is stuck now.` : `${rest}.`;
}

/** Of whom it cannot be told whether they are stuck, and why of the first; '' where it is known of all. */
function untoldText(pool: readonly Candidate[]): string {
  const untold = pool.filter(({ trouble }) => trouble !== null);
  const [first] = untold;
  return first === undefined
    ? ""
    : `Whether ${untold.map(({ label }) => label).join(", ")} is stuck cannot be told: ${first.trouble ?? ""}`;
}

const nothing = (message: string): { ok: false; error: NotPicked } => err({ kind: "nothing", message });

/** Picks the targets by name or key, or all stuck ones. The error holds a message for the person at the terminal. `option`: what names one. */
export function pickTargets(
  runbook: Runbook,
  pool: readonly Candidate[],
  selection: { readonly names: readonly string[]; readonly allStuck: boolean; readonly option: string },
): Result<Candidate[], NotPicked> {
  if (selection.allStuck) return pickStuck(runbook, pool, selection.option);
  if (selection.names.length === 0) {
    return nothing(
      `name the ${targetNoun(runbook)} with --${selection.option} NAME, or say --all-stuck. ${stuckText(runbook, pool)}`,
    );
  }
  const targets = new Map<string, Candidate>();
  for (const name of selection.names) {
    const target = pickNamed(runbook, pool, name);
    if (!target.ok) return target;
    if (!targets.has(target.value.key)) targets.set(target.value.key, target.value);
  }
  return ok([...targets.values()]);
}

/** All of them, or none: whoever says all does not mean those alone of whom it can be told. */
function pickStuck(runbook: Runbook, pool: readonly Candidate[], option: string): Result<Candidate[], NotPicked> {
  const untold = untoldText(pool);
  if (untold !== "") return nothing(`${untold}. Name those that are meant with --${option} NAME`);
  const stuck = pool.filter((candidate) => candidate.stuck);
  return stuck.length > 0 ? ok(stuck) : nothing(`no ${targetNoun(runbook)} is stuck: there is nothing to recover`);
}

/** The one that has this key or name. */
function pickNamed(runbook: Runbook, pool: readonly Candidate[], name: string): Result<Candidate, NotPicked> {
  const hits = pool.filter((candidate) => candidate.key === name || candidate.label === name);
  const [hit] = hits;
  // Another one is never suggested for the one that was meant: all are listed, as far as they are stuck.
  if (hit === undefined) return nothing(`there is no ${targetNoun(runbook)} ${name}. ${stuckText(runbook, pool)}`);
  if (hits.length === 1) return ok(hit);
  const lines = hits.map((candidate) => `  ${describeCandidate(runbook, candidate)}`);
  const message = `${hits.length} ${targetNouns(runbook)} are named ${name}; say which by its key:\n${lines.join("\n")}`;
  return err({ kind: "ambiguous", message, name, among: hits });
}
