/** Checks the expressions of one thing of a runbook, a step or a probe, against the types of what they may name. */
import type { ColumnType } from "../ports/sql.ts";
import { templateParts } from "../phases/expression.ts";
import type { NamedField } from "../phases/field.ts";
import { didYouMean } from "../text/near.ts";
import { absenceMessage, trueWithout } from "./absence.ts";
import { KnownIds } from "./known-ids.ts";
import { factPhases, wrongName } from "./name-hint.ts";
import type { Node, Path, Raw, Report } from "./node.ts";
import { REQUEST_FIELDS, type Checks } from "./request-fields.ts";
import type { RawRunbook, RawStep } from "./schema.ts";
import { elementOf, Types, type Misfit, type Sight } from "./types.ts";
import { findForm, VARIANT } from "./variants.ts";

/** What stands under a field of a node. */
const inside = ({ raw, path, sight }: Node, field: string): Node => ({
  raw: (raw[field] ?? {}) as Raw,
  path: [...path, field],
  sight,
});

const TEXTS = ["list<string>"];
const PARAMETERS = ["string", "list<string>", "null"];

/** Whether a type is one of these; [] stands for any. */
const fits = (type: string, types: readonly string[]): boolean =>
  types.length === 0 || types.includes(type) || type === "dyn";

const textHint = (type: string, types: readonly string[]): string | null =>
  type === "int" && types.includes("string") ? "values are bound as text: write string(…)" : null;

export class Checker {
  readonly #runbook: RawRunbook;
  readonly #types: Types;
  readonly #report: Report;
  /** What the run is told before it begins: CEL types by name. */
  readonly #inputs: Readonly<Record<string, string>>;
  /** Facts that are read so far, and their types. */
  facts: Record<string, string> = {};
  /** The id of the phase that is looked at. */
  phase = "";
  /** The phase in which each fact is kept. */
  readonly #phases: ReadonlyMap<string, string>;
  readonly #ids: KnownIds;
  /** Probes that were checked, each with the type of its item. */
  readonly #fitting = new Set<string>();
  /** What the expressions of a field have to be, by the type that its kind declares. */
  readonly #fields: Readonly<Record<NamedField, (node: Node, field: string) => void>> = {
    text: (node, field) => this.expression(node, field, ["string"]),
    "optional-text": (node, field) => this.expression(node, field, ["string"]),
    int: (node, field) => this.expression(node, field, ["int"]),
    texts: (node, field) => this.expression(node, field, TEXTS),
    params: (node, field) => this.#record(node, field),
    touches: (node, field) => this.#touches(inside(node, field)),
    each: (node, field) => this.expression(inside(node, field), "in", TEXTS),
    sql: () => undefined,
    connection: () => undefined,
    exits: () => undefined,
    "optional-seconds": () => undefined,
    args: (node, field) => this.#templates(inside(node, field)),
    lines: (node, field) => this.#templates(inside(node, field)),
    probe: () => undefined,
    columns: () => undefined,
    seconds: () => undefined,
    member: () => undefined,
    codes: () => undefined,
    ...this.#requestFields(),
  };

  constructor(runbook: RawRunbook, report: Report) {
    this.#runbook = runbook;
    this.#inputs = Object.fromEntries(
      Object.entries(runbook.inputs ?? {}).map(([name, { int }]) => [name, int === undefined ? "string" : "int"]),
    );
    this.#types = new Types(runbook.select.columns, this.#inputs);
    this.#report = report;
    this.#ids = new KnownIds(runbook);
    this.#phases = factPhases(runbook);
  }

  #requestFields() {
    const bind =
      (check: (checks: Checks, node: Node, field: string) => void) =>
      (node: Node, field: string): void =>
        check({ checker: this, report: this.#report }, node, field);
    const { path, query, body, job, members, names } = REQUEST_FIELDS;
    return {
      path: bind(path),
      query: bind(query),
      body: bind(body),
      job: bind(job),
      members: bind(members),
      names: bind(names),
    };
  }

  /** What can be named here and now. */
  get sight(): Sight {
    return { facts: { ...this.facts } };
  }

  /** Gives the type of an expression; null where there is none, or it does not fit. `types`: [] for any. */
  expression({ raw, path, sight }: Node, field: string, types: readonly string[]): string | null {
    const source = raw[field];
    if (typeof source !== "string") return null;
    const verdict = this.#types.check(source, sight);
    const place = [...path, field];
    if (!verdict.ok) {
      this.#refuse(source, verdict, { raw, path: place, sight });
      return null;
    }
    this.#ids.check(source, place, this.#report);
    const { type } = verdict;
    if (fits(type, types)) return type;
    this.#report(
      "expression-type",
      place,
      `${source} is ${type}; ${types.join(" or ")} is needed`,
      textHint(type, types),
    );
    return null;
  }

  /** An expression that cannot be one here. */
  #refuse(source: string, verdict: Misfit, { path, sight }: Node): void {
    const facts = { phases: this.#phases, phase: this.phase };
    const [rule, ...texts] = wrongName(source, verdict, sight, facts);
    this.#report(rule, path, ...texts);
  }

  /** Says of gates whose answer nothing follows from; once every expression was looked at. */
  readonly remarkIdle = (): void => this.#ids.remarkIdle(this.#report);

  /** Each of a list of sentences. */
  #templates({ raw, path, sight }: Node): void {
    this.template({ raw, path, sight }, ...Object.keys(raw));
  }

  /** Sentences with `${…}`, each of which has a value that can stand in one. */
  template({ raw, path, sight }: Node, ...fields: readonly string[]): void {
    for (const field of fields) {
      const source = raw[field];
      if (typeof source === "string") this.#sentence(source, { raw, path: [...path, field], sight });
    }
  }

  #sentence(source: string, node: Node): void {
    const verdict = this.#types.checkTemplate(source, node.sight);
    if (!verdict.ok) return this.#refuse(source, verdict, node);
    for (const part of templateParts(source)) {
      if ("expression" in part) this.#ids.check(part.expression, node.path, this.#report);
      else if (part.text.includes("${")) this.#report("template-open", node.path, "a ${ is never closed");
    }
  }

  /** Probes are checked where they are used, with the item and the facts that are there. */
  probe(name: unknown, path: Path, sight: Sight): void {
    if (typeof name !== "string") return;
    const raw = this.#runbook.probes[name];
    if (raw === undefined) {
      this.#report(
        "probe-unknown",
        path,
        `there is no probe ${name}`,
        didYouMean(name, Object.keys(this.#runbook.probes)),
      );
      return;
    }
    // Facts only grow and keep their types, so what fitted once fits at every later use with the same kind of item.
    const use = `${name}\n${sight.item ?? ""}`;
    if (this.#fitting.has(use)) return;
    this.#fitting.add(use);
    const node = { raw, path: ["probes", name], sight };
    this.template(node, "title");
    const answer = { ...node, sight: { ...sight, result: this.#read(node) } };
    this.#expectation(answer);
    this.template(answer, "because");
  }

  /** The question for targets: there is none yet, so its expressions name nothing. */
  selection(raw: Raw, path: Path): void {
    if (raw[VARIANT] !== undefined) this.#form({ raw: raw as RawStep, path, sight: { facts: {}, isBare: true } });
  }

  /** A question that is put before anything is known: its expressions name nothing, either. */
  question(raw: RawStep, path: Path): void {
    this.#read({ raw, path, sight: { facts: {}, isBare: true } });
  }

  choices(node: Node<{ readonly choices: readonly Raw[]; readonly question: string }>): void {
    const { raw, path, sight } = node;
    this.template({ ...node, raw: { question: raw.question } }, "question");
    for (const [index, choice] of raw.choices.entries()) {
      const own = { raw: choice, path: [...path, "choices", index], sight };
      this.template(own, "title", "because");
      this.expression(own, "when", ["bool"]);
      this.expression(own, "advised", ["bool"]);
      if ((choice["advised"] === undefined) !== (choice["because"] === undefined))
        this.#report("choice-reason", own.path, "a choice is advised for a reason");
    }
  }

  readStep(raw: RawStep, path: Path): void {
    const node = { raw, path, sight: this.sight };
    this.template(node, "title", "why");
    this.expression(node, "when", ["bool"]);
    if (raw["foreach"] !== undefined) this.#report("foreach-read", [...path, "foreach"], "only changing steps repeat");
    const answer = { ...node, sight: { ...node.sight, result: this.#read(node) } };
    this.#expectation(answer);
    this.template(answer, "because");
    this.#keep(inside(answer, "facts"));
  }

  /** A changing step; gives what its probes may name beside the facts. */
  changeStep(raw: RawStep, path: Path, facts: Sight["facts"]): Sight {
    const outer = { raw, path, sight: { facts } };
    this.expression(outer, "when", ["bool"]);
    const node = { ...outer, sight: this.#repetition(outer) };
    this.expression(node, "key", ["string"]);
    this.template(node, "title", "why");
    this.#form(node);
    return node.sight;
  }

  /** The facts that a read keeps: each may name those before it. */
  #keep({ raw, path, sight }: Node): void {
    for (const name of Object.keys(raw)) {
      if (this.facts[name] !== undefined) this.#report("fact-twice", [...path, name], `the fact ${name} is read twice`);
      const type = this.expression({ raw, path, sight: { ...sight, facts: { ...this.facts } } }, name, []);
      this.facts[name] = type ?? "dyn";
    }
  }

  /** What one instance of a repeated step may name; a step that does not repeat needs no key. */
  #repetition(node: Node): Sight {
    const { raw, path, sight } = node;
    if (raw["foreach"] === undefined) {
      if (raw["key"] !== undefined) this.#report("foreach-key", [...path, "key"], "`key` without `foreach`");
      return sight;
    }
    const item = this.#element(node);
    if (raw["key"] === undefined) this.#report("foreach-key", path, "a repeated step needs a `key`");
    return { ...sight, item };
  }

  /** The type of what a step is repeated for. */
  #element(node: Node): string {
    const type = this.expression(node, "foreach", []);
    if (type === null) return "dyn";
    const element = elementOf(type);
    if (element !== null) return element;
    this.#report("foreach-list", [...node.path, "foreach"], `${String(node.raw["foreach"])} is ${type}, not a list`);
    return "dyn";
  }

  #record(node: Node, field: string): void {
    const values = inside(node, field);
    for (const name of Object.keys(values.raw)) this.expression(values, name, PARAMETERS);
  }

  #touches(node: Node): void {
    const rows = inside(node, "rows");
    this.expression(rows, "exactly", ["int"]);
    this.expression(rows, "at_most", ["int"]);
    this.expression(inside(node, "within"), "in", TEXTS);
  }

  /** The fields that a kind declares. */
  #form(node: Node<RawStep>): void {
    for (const [field, type] of Object.entries(findForm(node.raw[VARIANT])?.fields ?? {}))
      if (typeof type === "string") this.#fields[type](node, field);
  }

  /** The question of a read; gives the type of its result. */
  #read(node: Node<RawStep>): string {
    this.#form(node);
    const answer = findForm(node.raw[VARIANT])?.answer ?? "dyn";
    return answer === "rows" ? this.#types.rowsOf(node.raw["columns"] as Record<string, ColumnType>) : answer;
  }

  /** An expectation that is true of nothing has to say why nothing is a good answer; one that never is must not. */
  #expectation(node: Node): void {
    const { raw, path, sight } = node;
    if (this.expression(node, "expect", ["bool"]) === null || typeof raw["expect"] !== "string") return;
    const lists = trueWithout(raw["expect"], {
      ...sight,
      inputs: this.#inputs,
      fieldsOf: (type) => this.#types.fieldsOf(type),
    });
    const [isTrueOfNothing, hasReason] = [lists !== null, raw["none_expected"] !== undefined];
    if (isTrueOfNothing === hasReason) return;
    if (lists === null)
      this.#report(
        "none-expected",
        [...path, "none_expected"],
        "the expectation never holds of an empty answer: leave this out",
      );
    else this.#report("true-of-nothing", [...path, "expect"], ...absenceMessage(lists));
  }
}
