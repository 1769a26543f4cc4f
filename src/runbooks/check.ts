/**
 * Checks every expression of a runbook against the types it will meet, phase by phase in the order of a run.
 * A changing step sees only the facts of earlier phases: what is approved on entering a phase must not depend on
 * what the phase reads later.
 */
import type { ColumnType } from "../phases/sql-port.ts";
import type { FieldType } from "../phases/step-kind.ts";
import { trueWithout } from "./absence.ts";
import { didYouMean } from "../text/near.ts";
import { CHANGES, type RawRunbook, type RawStep } from "./schema.ts";
import { elementOf, Types, type Sight } from "./types.ts";

type Path = readonly PropertyKey[];
export type Report = (path: Path, message: string, hint?: string | null) => void;
type Raw = Readonly<Record<string, unknown>>;

const TEXTS = ["list<string>"];

class Checker {
  readonly #types: Types;
  readonly #report: Report;
  facts: Record<string, string> = {};
  /** Probes that were checked, each with the type of its item. */
  readonly fitting = new Set<string>();

  constructor(types: Types, report: Report) {
    this.#types = types;
    this.#report = report;
  }

  expression(raw: Raw, field: string, path: Path, sight: Sight, wanted: readonly string[]): string | null {
    const source = raw[field];
    if (typeof source !== "string") return null;
    const found = this.#types.check(source, sight);
    const at = [...path, field];
    if (!found.ok) {
      const missing = /No such key: (\w+)/u.exec(found.message)?.[1];
      const known = [...Object.keys(sight.facts), "target", "facts", "decisions", "item", "result", "done", "run"];
      this.#report(at, `${source}: ${found.message}`, missing === undefined ? null : didYouMean(missing, known));
      return null;
    }
    if (wanted.length > 0 && !wanted.includes(found.type) && found.type !== "dyn") {
      const hint =
        found.type === "int" && wanted.includes("string") ? "values are bound as text: write string(…)" : null;
      this.#report(at, `${source} is ${found.type}; ${wanted.join(" or ")} is needed`, hint);
      return null;
    }
    return found.type;
  }

  template(raw: Raw, field: string, path: Path, sight: Sight): void {
    const source = raw[field];
    if (typeof source !== "string") return;
    const found = this.#types.checkTemplate(source, sight);
    if (!found.ok) this.#report([...path, field], found.message);
  }

  record(raw: Raw, field: string, path: Path, sight: Sight, wanted: readonly string[]): void {
    const values = raw[field];
    if (values === null || typeof values !== "object") return;
    for (const name of Object.keys(values)) this.expression(values as Raw, name, [...path, field], sight, wanted);
  }

  /** The requests of a read; gives the type of its result. */
  read(raw: RawStep, path: Path, sight: Sight): string {
    this.record(raw, "params", path, sight, ["string", "list<string>", "null"]);
    this.expression(raw, "volumes", path, sight, TEXTS);
    this.expression(raw, "devices", path, sight, TEXTS);
    this.expression(raw, "appliance", path, sight, ["string"]);
    if (raw["each"] !== undefined) this.expression(raw["each"] as Raw, "in", [...path, "each"], sight, TEXTS);
    return this.#types.resultOf(raw.variant, raw["columns"] as Record<string, ColumnType> | undefined);
  }

  readStep(raw: RawStep, path: Path): void {
    const sight: Sight = { facts: { ...this.facts } };
    this.template(raw, "title", path, sight);
    this.template(raw, "why", path, sight);
    this.expression(raw, "when", path, sight, ["bool"]);
    if (raw["foreach"] !== undefined)
      this.#report([...path, "foreach"], "only changing steps repeat", "use `each`, or a list of volumes");
    const result = this.read(raw, path, sight);
    const seen: Sight = { facts: sight.facts, result };
    if (this.expression(raw, "expect", path, seen, ["bool"]) !== null) this.absence(raw, path, seen);
    if (raw["because"] !== undefined) this.template(raw, "because", path, seen);
    const facts = (raw["facts"] ?? {}) as Record<string, string>;
    for (const name of Object.keys(facts)) {
      if (this.facts[name] !== undefined) this.#report([...path, "facts", name], `the fact ${name} is read twice`);
      const now: Sight = { facts: { ...this.facts }, result };
      const type = this.expression(facts, name, [...path, "facts"], now, []);
      this.facts[name] = type ?? "dyn";
    }
  }

  changeStep(raw: RawStep, path: Path, entry: Readonly<Record<string, string>>): Sight {
    const outer: Sight = { facts: entry };
    this.expression(raw, "when", path, outer, ["bool"]);
    let sight: Sight = outer;
    if (raw["foreach"] !== undefined) {
      const type = this.expression(raw, "foreach", path, outer, []);
      const element = type === null ? "dyn" : elementOf(type);
      if (element === null)
        this.#report([...path, "foreach"], `${String(raw["foreach"])} is ${type ?? "?"}, not a list`);
      sight = { facts: entry, item: element ?? "dyn" };
      if (raw["key"] === undefined)
        this.#report(path, "a repeated step needs a `key` that names each instance", "key: item.volume_id");
    } else if (raw["key"] !== undefined) this.#report([...path, "key"], "`key` without `foreach`");
    this.expression(raw, "key", path, sight, ["string"]);
    this.template(raw, "title", path, sight);
    this.template(raw, "why", path, sight);
    for (const [field, type] of Object.entries(CHANGES.get(raw.variant)?.fields ?? {}))
      this.field(raw, field, type, path, sight);
    return sight;
  }

  /** One field of a change, by the type that its kind declares. */
  field(raw: RawStep, field: string, type: FieldType, path: Path, sight: Sight): void {
    switch (type) {
      case "text":
        this.expression(raw, field, path, sight, ["string"]);
        break;
      case "int":
        this.expression(raw, field, path, sight, ["int"]);
        break;
      case "params":
        this.record(raw, field, path, sight, ["string", "list<string>", "null"]);
        break;
      case "touches":
        this.touches(raw[field] as { rows: Raw; within: Raw } | undefined, [...path, field], sight);
        break;
      case "sql":
      case "command":
        break;
      default:
        throw new Error(`no check for a field of type ${type satisfies never as string}`);
    }
  }

  touches(found: { rows: Raw; within: Raw } | undefined, path: Path, sight: Sight): void {
    if (found === undefined) return;
    this.expression(found.rows, "exactly", [...path, "rows"], sight, ["int"]);
    this.expression(found.rows, "at_most", [...path, "rows"], sight, ["int"]);
    this.expression(found.within, "in", [...path, "within"], sight, TEXTS);
  }

  probe(raw: RawStep, path: Path, sight: Sight): void {
    this.template(raw, "title", path, sight);
    const result = this.read(raw, path, sight);
    const seen: Sight = { ...sight, result };
    if (this.expression(raw, "expect", path, seen, ["bool"]) !== null) this.absence(raw, path, seen);
    this.template(raw, "because", path, seen);
  }

  /** An expectation that is true of nothing has to say why nothing is a good answer; one that never is must not. */
  absence(raw: Raw, path: Path, sight: Sight): void {
    const { expect, none_expected: why } = raw;
    if (typeof expect !== "string") return;
    const lists = trueWithout(expect, { ...sight, fieldsOf: (type) => this.#types.fieldsOf(type) });
    if (lists !== null && why === undefined) {
      const [message, hint] = absenceMessage(lists);
      this.#report([...path, "expect"], message, hint);
    }
    if (lists === null && why !== undefined)
      this.#report([...path, "none_expected"], "the expectation never holds of an empty answer: leave this out");
  }
}

/** The complaint about an expectation that holds of nothing, and what to write instead. */
function absenceMessage(lists: readonly string[]): readonly [string, string] {
  const names = lists.join(" and ");
  const [first = "result"] = lists;
  return [
    `this is true of nothing: it holds when ${names} ${lists.length === 1 ? "is" : "are"} empty, whatever the world is like`,
    `let it see something (${first}.size() > 0 && …), or say why none is expected (none_expected: …)`,
  ];
}

function choices(checker: Checker, raw: { choices: readonly Raw[]; question: string }, path: Path, sight: Sight): void {
  checker.template(raw, "question", path, sight);
  for (const [index, choice] of raw.choices.entries()) {
    checker.template(choice, "title", [...path, "choices", index], sight);
    checker.expression(choice, "when", [...path, "choices", index], sight, ["bool"]);
  }
}

/** Probes are checked where they are used, with the item and the facts that are there. */
function useProbe(
  checker: Checker,
  runbook: RawRunbook,
  name: unknown,
  from: Path,
  sight: Sight,
  report: Report,
): void {
  if (typeof name !== "string") return;
  const raw = runbook.probes[name];
  if (raw === undefined) {
    report(from, `there is no probe ${name}`, didYouMean(name, Object.keys(runbook.probes)));
    return;
  }
  // Facts only grow and keep their types, so what fitted once fits at every later use with the same kind of item.
  const use = `${name}\n${sight.item ?? ""}`;
  if (checker.fitting.has(use)) return;
  checker.fitting.add(use);
  checker.probe(raw, ["probes", name], sight);
}

/** The holds that are asked from the end of a phase on, with the facts that are there then. */
function holdsFrom(checker: Checker, runbook: RawRunbook, phase: string, report: Report): void {
  for (const [at, hold] of runbook.holds.entries()) {
    if (hold.from !== phase) continue;
    const sight = { facts: { ...checker.facts } };
    checker.expression(hold, "when", ["holds", at], sight, ["bool"]);
    useProbe(checker, runbook, hold.probe, ["holds", at, "probe"], sight, report);
  }
}

/** Checks the expressions of one runbook. `report` gets paths inside the runbook. */
export function checkTypes(runbook: RawRunbook, report: Report): void {
  const checker = new Checker(new Types(runbook.select.columns), report);
  checker.expression(runbook.select, "stuck", ["select"], { facts: {} }, ["bool"]);
  for (const [phaseAt, phase] of runbook.phases.entries()) {
    const entry = { ...checker.facts };
    const path = ["phases", phaseAt];
    for (const field of ["within", "when"]) checker.expression(phase, field, path, { facts: entry }, ["bool"]);
    for (const field of ["title", "why", "otherwise"]) checker.template(phase, field, path, { facts: entry });
    for (const [needAt, need] of (phase.needs ?? []).entries()) {
      const at = [...path, "needs", needAt];
      checker.expression(need, "unless", at, { facts: entry }, ["bool"]);
      useProbe(checker, runbook, need.probe, [...at, "probe"], { facts: entry }, report);
    }
    for (const [stepAt, raw] of phase.steps.entries()) {
      const at = [...path, "steps", stepAt];
      if (raw.variant === "gate") {
        const sight = { facts: { ...checker.facts } };
        checker.template(raw, "title", at, sight);
        checker.expression(raw, "when", at, sight, ["bool"]);
        choices(checker, raw as never, at, sight);
      } else if (isChange(raw)) {
        const sight = checker.changeStep(raw, at, entry);
        for (const use of ["already", "require", "verify"]) {
          useProbe(checker, runbook, raw[use], [...at, use], { ...sight, facts: { ...checker.facts } }, report);
        }
      } else checker.readStep(raw, at);
    }
    if (phase.rung !== undefined) {
      const sight = { facts: { ...checker.facts } };
      useProbe(checker, runbook, phase.rung.done_when, [...path, "rung", "done_when"], sight, report);
      useProbe(checker, runbook, phase.rung.fails_when, [...path, "rung", "fails_when"], sight, report);
      choices(checker, phase.rung.climb, [...path, "rung", "climb"], sight);
    }
    if (phase.rescue !== undefined)
      choices(checker, phase.rescue, [...path, "rescue"], { facts: { ...checker.facts } });
    holdsFrom(checker, runbook, phase.id, report);
  }
  for (const [index, { whose }] of runbook.printed.entries())
    checker.expression(whose, "in", ["printed", index, "whose"], { facts: {} }, TEXTS);
  for (const [index, criterion] of runbook.success.entries()) {
    const sight = { facts: { ...checker.facts } };
    checker.expression(criterion, "when", ["success", index], sight, ["bool"]);
    useProbe(checker, runbook, criterion.probe, ["success", index, "probe"], sight, report);
  }
}

/** Whether a raw step changes the world. */
export const isChange = (raw: RawStep): boolean => CHANGES.has(raw.variant);
