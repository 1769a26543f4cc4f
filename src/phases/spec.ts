/**
 * What a runbook says, once it has been read and checked: the vocabulary that phases are made of.
 * A kind or a modifier is here when a shipped runbook uses it. Expressions are CEL text, templates hold `${CEL}`.
 */
import type { ColumnType } from "../ports/sql.ts";
import type { TargetNoun } from "./target-noun.ts";

export type Expression = string;
export type Template = string;
/** `stays_until` and this: to the end of the run. */
export const TO_THE_END = "end";
export type Risk = "read" | "change" | "destroy";

/** A question that a step or a probe puts: its kind, its `op` where it has one, and the fields that its form declares. */
export interface ReadSpec {
  readonly kind: string;
  readonly op?: string;
}

export interface TouchesSpec {
  readonly table: string;
  readonly rows: { readonly exactly: Expression } | { readonly at_most: Expression };
  readonly within: { readonly column: string; readonly in: Expression };
}

/** A change that a step makes: the id of its kind, and the fields that this kind declares in its file under `kinds/`. */
export interface ChangeSpec {
  readonly kind: string;
}

/** A read-only question with an expected answer. */
export interface ProbeSpec {
  readonly title: Template;
  readonly read: ReadSpec;
  readonly expect: Expression;
  /** Said when the answer is not the expected one. */
  readonly because?: Template;
  /**
   * Why an empty answer is a good one. An expectation that is true of nothing needs it, since an absence alone proves
   * nothing. Runbooks in journals of version 0.1 never have it.
   */
  readonly none_expected?: string;
}

interface StepCommon {
  readonly id: string;
  readonly title: Template;
  readonly why?: Template;
  readonly when?: Expression;
  /** One instance of the step for each element; `item` is the element, `key` names it in the journal. */
  readonly foreach?: { readonly in: Expression; readonly key: Expression };
}

export interface ReadStep extends StepCommon {
  readonly does: "read";
  readonly read: ReadSpec;
  readonly expect?: Expression;
  readonly because?: Template;
  /** As with probes: why an empty answer is a good one. */
  readonly none_expected?: string;
  /** What an unmet expectation means: the run refuses this target, or the other side cannot be worked with. */
  readonly unmet: "refuse" | "fail" | "unreachable";
  /** Named values kept for later phases, each an expression over `result`. */
  readonly facts: Readonly<Record<string, Expression>>;
}

export interface ChangeStep extends StepCommon {
  readonly does: "change";
  readonly change: ChangeSpec;
  readonly risk: Risk;
  /** Id of a probe: its holding means the step is done already. */
  readonly already?: string;
  /** Id of a probe that must hold before the intent. */
  readonly require?: string;
  /** Id of a probe. '' for what a person does and nobody looks at. */
  readonly verify: string;
  /** Error code of the other side to what it means. `already` asks the step's `already` probe. */
  readonly errors: Readonly<Record<string, "already" | "fail">>;
  readonly undo: { readonly none: string } | "auto";
  /** Seconds that Handrail waits for an accepted change before it calls its outcome unknown. */
  readonly limit: number;
  /**
   * What this step brought about must stay so until the run itself acts on the same item in this phase; `end`: to the end of
   * the run. Its `verify` is asked again meanwhile.
   */
  readonly stays_until?: string;
}

export interface Choice {
  readonly id: string;
  readonly title: Template;
  /** `stop` ends the target here; every other choice goes on, and `decisions` says which it was. `again` watches a rung once more. */
  readonly then: "go-on" | "stop" | "again";
  /** Offered only where this holds. */
  readonly when?: Expression;
  /** Advised where this holds, and why. */
  readonly advised?: Expression;
  readonly because?: Template;
}

export interface GateStep extends StepCommon {
  readonly does: "gate";
  readonly question: Template;
  readonly choices: readonly Choice[];
}

export type StepSpec = ReadStep | ChangeStep | GateStep;

/** What a phase takes for granted of the world, whoever brought it about, and the phase that would. */
export interface Need {
  /** Id of a probe without an item. */
  readonly probe: string;
  readonly from: string;
  /** Where this holds the need is waived: a person decided otherwise. */
  readonly unless?: Expression;
}

export interface PhaseSpec {
  readonly id: string;
  readonly title: Template;
  readonly why?: Template;
  readonly when?: Expression;
  /** The condition of the `use` that brought this phase here; where it fails the phase is not on the chosen way. */
  readonly within?: Expression;
  /** Said beside a phase that its `when` left out. */
  readonly otherwise?: Template;
  /** What has to be so in the world before the phase may act. */
  readonly needs?: readonly Need[];
  readonly steps: readonly StepSpec[];
  /** Asked when a change of the phase failed for a target. Without it, or unanswered, the target ends there. */
  readonly rescue?: { readonly question: Template; readonly choices: readonly Choice[] };
  /** A rung of a ladder: when its steps are done it is watched, and what reacts leaves the ladder. */
  readonly rung?: RungSpec;
}

/**
 * How long a rung is watched and what shows that it worked. Climbing on is always a decision, with the failed test as
 * evidence; the choices say where to.
 */
export interface RungSpec {
  /** Seconds from entering the rung. */
  readonly box: number;
  readonly every: number;
  /** Id of a probe that never reads what this run wrote. */
  readonly done_when: string;
  /** Id of a probe whose holding ends the watch early: it can no longer come true. */
  readonly fails_when?: string;
  readonly climb: { readonly question: Template; readonly choices: readonly Choice[] };
}

/**
 * What made a run admissible and has to stay so while it goes on: a probe without an item, asked again from the end of the
 * phase `from` until the run's own first change in the phase `until`, or to the end.
 */
export interface Hold {
  readonly id: string;
  /** Id of a probe without an item. */
  readonly probe: string;
  readonly from: string;
  readonly until?: string;
  /** Asked only where this holds. */
  readonly when?: Expression;
}

/** What an input has to be. */
export type InputType =
  | { readonly kind: "text"; /** The whole text has to match it. */ readonly pattern?: string }
  | { readonly kind: "int"; readonly from: number; readonly to: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** One of the values in a column of an answer, as it is when the run begins. */
  | { readonly kind: "choice-from"; readonly read: ReadSpec; readonly column: string };

/** What a run has to be told before it begins, whoever begins it. */
export interface InputSpec {
  readonly title: string;
  readonly why?: string;
  /** Taken where nothing is said. */
  readonly default?: string;
  readonly type: InputType;
}

export interface Criterion {
  readonly id: string;
  readonly probe: string;
  /** Asked only where this holds. */
  readonly when?: Expression;
  /** Said where `when` does not hold: why this ending does not ask it. */
  readonly otherwise?: string;
  /** The phase that brings it about; a run without that phase does not look at it. */
  readonly by?: string;
}

interface SelectCommon {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly key: string;
  readonly label: string;
  /** A condition over `target` that marks the rows which `--all-stuck` means. */
  readonly stuck: Expression;
  /** Columns that tell two targets of one name apart. */
  readonly show: readonly string[];
}

/** A query of a database. */
export interface SqlSelect extends SelectCommon {
  readonly sql: string;
  /** The database that is asked; the site's first where it is missing. */
  readonly connection?: string;
}

/** A question of any other kind whose answer is rows, with the fields that its form declares. */
export interface ReadSelect extends SelectCommon, ReadSpec {}

/** Where the possible targets come from: the rows of a question. */
export type SelectSpec = SqlSelect | ReadSelect;

/** Evidence collected at the end of a run, whatever its end. The text is shown and approved on the first page. */
export interface Collect {
  readonly id: string;
  readonly title: string;
  readonly script: string;
}

/**
 * A statement as the operators' own documents print it. It is never carried out: it is tried and rolled back, to show
 * how many rows it would reach and whose they are.
 */
export interface Printed {
  readonly id: string;
  readonly title: string;
  readonly sql: string;
  /** The table it changes, and how a row there is known to belong to a target: a column, and its values. */
  readonly whose: { readonly table: string; readonly column: string; readonly in: Expression };
  /** What this runbook does instead. */
  readonly instead: string;
}

export interface Forbidden {
  readonly kind: string;
  readonly match: string;
  readonly because: string;
}

/** How a list of targets offers a runbook: the key that begins it, the word for that, and what the help says of it. */
export interface RunbookAction {
  readonly key: string;
  readonly title: string;
  readonly help: string;
}

export interface Runbook {
  readonly id: string;
  readonly title: string;
  /** Missing where no key begins it. */
  readonly action?: RunbookAction;
  /** Missing where its targets have no name of their own. */
  readonly target?: TargetNoun;
  /** As its author counts; missing where it has none. */
  readonly version?: string;
  readonly summary: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly warnings: readonly string[];
  readonly forbid: readonly Forbidden[];
  /** By name, in the order in which they are asked. Missing where there are none. */
  readonly inputs?: Readonly<Record<string, InputSpec>>;
  readonly select: SelectSpec;
  readonly probes: Readonly<Record<string, ProbeSpec>>;
  readonly phases: readonly PhaseSpec[];
  /** Ids of probes without item and facts, whose answers the detail of a target shows; missing where there are none. */
  readonly panels?: readonly string[];
  /** Missing in runbooks and journals of before there were any. */
  readonly holds?: readonly Hold[];
  readonly success: readonly Criterion[];
  readonly finally: readonly Collect[];
  /** Missing in journals of before there were any. */
  readonly printed?: readonly Printed[];
}
