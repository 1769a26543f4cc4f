/** Which of all mutants are tried: the same ones for the same seed, as long as the code is the same. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A small change to the code, as Stryker reports it; the first line and column are 1. */
export interface Mutant {
  readonly id: string;
  readonly fileName: string;
  readonly mutatorName: string;
  readonly replacement: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Code that is mutated, and the folder of the tests that have to notice. */
export interface Room {
  readonly code: string;
  readonly tests: string;
}

/** A room for each line of the report. */
export const ROOMS: readonly Room[] = [
  { code: "src/engine", tests: "test/engine" },
  { code: "src/journal", tests: "test/journal" },
  { code: "src/sql", tests: "test/sql" },
  { code: "src/connections/mysql/change", tests: "test/connections" },
  { code: "src/ui/ask", tests: "test/ui" },
  { code: "src/serve", tests: "test/serve" },
];

/** A mutant's name, which stays from one run to the next. */
export const keyOf = ({ fileName, location: { start, end }, mutatorName, replacement }: Mutant): string =>
  [fileName, start.line, start.column, end.line, end.column, mutatorName, replacement].join(" ");

/** As many as `size`, by chance that the seed decides. */
export function sampleOf<Each extends Mutant>(mutants: readonly Each[], seed: number, size: number): Each[] {
  const draws = new Map(
    mutants.map((mutant) => [
      mutant,
      createHash("sha256")
        .update(`${seed} ${keyOf(mutant)}`)
        .digest("hex"),
    ]),
  );
  const drawOf = (mutant: Each): string => draws.get(mutant) ?? "";
  return mutants.toSorted((a, b) => (drawOf(a) < drawOf(b) ? -1 : 1)).slice(0, size);
}

/** What the quick tests say of a mutant; `not tried` where it broke the tests' own frame. */
export type Result = "killed" | "survived" | "not reached" | "not tried";

/** What became of a mutant, as a line of the state file. */
export interface Verdict {
  readonly key: string;
  readonly room: string;
  readonly result: Result;
  /** `file:line`, and the text before and after. */
  readonly change: string;
}

/** By the status that Stryker gives. */
const RESULTS: Readonly<Record<string, Result>> = {
  Killed: "killed",
  Timeout: "killed",
  Survived: "survived",
  NoCoverage: "not reached",
};

const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/gu, " ");
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};

/** The text between two places of a file. */
function textBetween(file: string, { start, end }: Mutant["location"]): string {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const cut = lines.map((line, at) => (at === last ? line.slice(0, end.column - 1) : line));
  return cut.map((line, at) => (at === 0 ? line.slice(start.column - 1) : line)).join("\n");
}

/** Judges a mutant by the status that Stryker gives it. */
export function verdictOn(mutant: Mutant, status: string): Verdict {
  const { fileName, location, mutatorName, replacement } = mutant;
  return {
    key: keyOf(mutant),
    room: ROOMS.find(({ code }) => fileName.startsWith(`${code}/`))?.code ?? "",
    result: RESULTS[status] ?? "not tried",
    change: `${fileName}:${location.start.line} ${mutatorName}: ${oneLine(textBetween(fileName, location))} -> ${oneLine(replacement)}`,
  };
}

const COLUMNS: readonly Result[] = ["killed", "survived", "not reached", "not tried"];

/** A row of the report; its last figure is the share that was killed of all that were tried. */
function rowOf(name: string, verdicts: readonly Verdict[]): string {
  const [killed = 0, ...others] = COLUMNS.map(
    (result) => verdicts.filter((verdict) => verdict.result === result).length,
  );
  const cells = [killed, ...others].map((count, index) => String(count).padStart((COLUMNS[index] ?? "").length + 2));
  const tried = verdicts.filter(({ result }) => result !== "not tried").length;
  return `${name.padEnd(30)}${cells.join("")}  ${((100 * killed) / Math.max(1, tried)).toFixed(1)} %`;
}

/** The table of the rooms and the list of the mutants that no test noticed. */
export function reportOf(verdicts: readonly Verdict[]): string {
  const rooms = ROOMS.map(({ code }) => [code, verdicts.filter(({ room }) => room === code)] as const);
  return [
    `${"room".padEnd(30)}${COLUMNS.map((column) => `  ${column}`).join("")}`,
    ...rooms.filter(([, members]) => members.length > 0).map(([room, members]) => rowOf(room, members)),
    rowOf("all", verdicts),
    ...verdicts
      .filter(({ result }) => result === "survived" || result === "not reached")
      .map(({ result, change }) => `${result}: ${change}`)
      .toSorted(),
    "",
  ].join("\n");
}
