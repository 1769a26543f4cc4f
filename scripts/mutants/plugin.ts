/** What Stryker is told by a plugin: which mutants it tries (a checker) and where their verdicts go (a reporter). */
import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import { CheckStatus, type Checker, type CheckResult } from "@stryker-mutator/api/check";
import type { Mutant, MutantResult, StrykerOptions } from "@stryker-mutator/api/core";
import { commonTokens, declareClassPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";
import type { Reporter } from "@stryker-mutator/api/report";
import { keyOf, sampleOf, verdictOn } from "./sample.ts";

/** The option of that name, for both. */
export interface MutantsOptions {
  readonly seed: number;
  readonly size: number;
  readonly stateFile: string;
  /** Those that were tried before. */
  readonly known: readonly string[];
}

type Options = StrykerOptions & { readonly mutants: MutantsOptions };
/** Why a mutant has no verdict of this run. */
const NOT_MEANT = "not in the sample, or tried before";

/** Where it is in the tree. */
const inTree = <Each extends Mutant>(mutant: Each): Each => ({
  ...mutant,
  fileName: relative(process.cwd(), mutant.fileName),
});

/** A checker is told lines and columns from 0, a reporter from 1. */
const fromOne = (mutant: Mutant): Mutant => {
  const { start, end } = mutant.location;
  const next = ({ line, column }: typeof start) => ({ line: line + 1, column: column + 1 });
  return { ...inTree(mutant), location: { start: next(start), end: next(end) } };
};

class SampleChecker implements Checker {
  static inject = tokens(commonTokens.options);
  readonly #options: MutantsOptions;
  #meant: ReadonlySet<string> | null = null;

  constructor(options: StrykerOptions) {
    this.#options = (options as Options).mutants;
  }

  async init(): Promise<void> {}

  /** Sees all mutants at once, before `check`. */
  async group(mutants: Mutant[]): Promise<string[][]> {
    if (this.#meant !== null) throw new Error("the mutants came in two parts, of which no sample can be drawn");
    const { seed, size, known } = this.#options;
    const tried = new Set(known);
    const sample = sampleOf(mutants.map(fromOne), seed, size).filter((mutant) => !tried.has(keyOf(mutant)));
    this.#meant = new Set(sample.map(({ id }) => id));
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    const result = (id: string): CheckResult =>
      this.#meant?.has(id) === true
        ? { status: CheckStatus.Passed }
        : { status: CheckStatus.CompileError, reason: NOT_MEANT };
    return Object.fromEntries(mutants.map(({ id }) => [id, result(id)]));
  }
}

class StateReporter implements Reporter {
  static inject = tokens(commonTokens.options);
  readonly #stateFile: string;

  constructor(options: StrykerOptions) {
    this.#stateFile = (options as Options).mutants.stateFile;
  }

  onMutantTested(result: Readonly<MutantResult>): void {
    if (result.statusReason === NOT_MEANT || result.status === "Ignored") return;
    appendFileSync(this.#stateFile, `${JSON.stringify(verdictOn(inTree(result), result.status))}\n`);
  }
}

export const strykerPlugins = [
  declareClassPlugin(PluginKind.Checker, "sample", SampleChecker),
  declareClassPlugin(PluginKind.Reporter, "state", StateReporter),
];
