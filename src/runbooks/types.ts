/**
 * Types of the values in expressions: what a read's result is, what facts there are, and whether an expression fits.
 * The check happens when a runbook is loaded, so that a comparison of text with a number never reaches an incident.
 */
import { Environment } from "@marcbachmann/cel-js";
import { templateParts, withFunctions } from "../phases/expression.ts";
import { allKinds } from "../phases/kinds/index.ts";
import type { ColumnType } from "../ports/sql.ts";

const text = "string";
const COLUMN_TYPES: Readonly<Record<ColumnType, string>> = { text, int: "int", bool: "bool" };

/** What an expression may see at one place of a runbook. Types are CEL type names. */
export interface Sight {
  readonly facts: Readonly<Record<string, string>>;
  readonly item?: string;
  readonly result?: string;
  /** Nothing of the run can be named: no target, no facts. */
  readonly isBare?: true;
}

/** A name in an expression that there is not, and those that there are in its place. */
export interface Slip {
  readonly name: string;
  /** Whose field it was to be, as a CEL type; null for what stands by itself. */
  readonly type: string | null;
  readonly names: readonly string[];
}

/** Why something is no expression here. */
export interface Misfit {
  readonly ok: false;
  readonly message: string;
  /** Null where something else is wrong. */
  readonly slip: Slip | null;
}

export type TypeCheck = { readonly ok: true; readonly type: string } | Misfit;

/** A node of CEL's tree as its checker leaves it, and what it complains about. */
interface CheckedNode {
  readonly args: unknown;
  readonly checkedType?: unknown;
}
interface Complaint {
  readonly code: string;
  readonly node?: CheckedNode;
}

/** The variables that the macros of an expression bring along. */
const MACRO = /\.(?:all|exists|exists_one|existsOne|filter|map)\(\s*(\w+)\s*,/gu;

const bareEnvironment = (): Environment => withFunctions(new Environment({ homogeneousAggregateLiterals: false }));

const RUN: Readonly<Record<string, string>> = { id: text };

/** What every expression of a run may name, beside its facts. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  run: "Run",
  target: "Target",
  inputs: "Inputs",
  decisions: "map<string, string>",
  done: "map<string, list<string>>",
  left: "string",
  accepted: "list<string>",
  reverted: "list<string>",
};

/** What an expression may name that stands by itself. */
const variablesOf = ({ item, result, isBare }: Sight): string[] => [
  ...(isBare === true ? [] : [...Object.keys(EVERYWHERE), "facts"]),
  ...(item === undefined ? [] : ["item"]),
  ...(result === undefined ? [] : ["result"]),
];

/** The type book of one runbook: row types are added as reads are met, facts as they are kept. */
export class Types {
  readonly #rows: Record<string, Readonly<Record<string, string>>>;
  readonly #environments = new Map<string, Environment>();
  #base: { readonly rows: number; readonly environment: Environment } | undefined;
  readonly #target: Readonly<Record<string, string>>;

  readonly #inputs: Readonly<Record<string, string>>;

  /** `inputs`: CEL types by name. */
  constructor(targetColumns: Readonly<Record<string, ColumnType>>, inputs: Readonly<Record<string, string>>) {
    this.#inputs = inputs;
    this.#rows = Object.assign({}, ...[...allKinds().values()].map(({ rows }) => rows)) as Record<
      string,
      Readonly<Record<string, string>>
    >;
    this.#target = Object.fromEntries(Object.entries(targetColumns).map(([name, type]) => [name, COLUMN_TYPES[type]]));
  }

  /** The type of rows with these columns. The same columns have the same type, whichever question they answer. */
  rowsOf(columns: Readonly<Record<string, ColumnType>>): string {
    const fields = Object.entries(columns).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const row = `Row_${fields.map(([column, type]) => `${column}_${type}`).join("_")}`;
    this.#rows[row] = Object.fromEntries(fields.map(([column, type]) => [column, COLUMN_TYPES[type]]));
    return `list<${row}>`;
  }

  /** The fields of a type of rows, by CEL type name; undefined for any other type. */
  fieldsOf(type: string): Readonly<Record<string, string>> | undefined {
    return this.#rows[type];
  }

  /** Checks one expression; gives its type. */
  check(expression: string, sight: Sight): TypeCheck {
    const result = this.#environment(sight).check(expression);
    if (result.valid) return { ok: true, type: String(result.type) };
    const message = result.error?.message.split("\n").find((line) => line.trim() !== "") ?? "not a valid expression";
    return { ok: false, message, slip: this.#slip(expression, result.error as unknown as Complaint, sight) };
  }

  /** Which name it is that there is not; null for any other complaint. */
  #slip(expression: string, { code, node }: Complaint, sight: Sight): Slip | null {
    if (code === "unknown_variable") {
      const own = Array.from(expression.matchAll(MACRO), ([, name = ""]) => name);
      return { name: String(node?.args), type: null, names: [...own, ...variablesOf(sight)] };
    }
    const [owner, member] = code === "no_such_key" && Array.isArray(node?.args) ? (node.args as CheckedNode[]) : [];
    if (owner === undefined) return null;
    const type = String(owner.checkedType);
    const name = typeof member === "string" ? member : String(member?.args);
    return { name, type, names: Object.keys(this.#fieldsIn(sight)[type] ?? {}) };
  }

  /** The fields of every type that an expression meets. */
  #fieldsIn({ facts }: Sight): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return { ...this.#rows, Target: this.#target, Inputs: this.#inputs, Facts: facts, Run: RUN };
  }

  /** Checks a sentence with `${…}` parts, each of which must be text, a whole number or true/false. */
  checkTemplate(template: string, sight: Sight): TypeCheck {
    for (const part of templateParts(template)) {
      if (!("expression" in part)) continue;
      const result = this.check(part.expression, sight);
      if (!result.ok) return result;
      if (!["string", "int", "bool", "dyn"].includes(result.type)) {
        const message = `\${${part.expression}} is a ${result.type}, which cannot stand in a sentence`;
        return { ok: false, message, slip: null };
      }
    }
    return { ok: true, type: text };
  }

  /** What is the same everywhere. Made anew only when a read brought a new type of row. */
  #common(): Environment {
    const rows = Object.keys(this.#rows).length;
    if (this.#base?.rows === rows) return this.#base.environment;
    const environment = bareEnvironment();
    for (const [name, fields] of Object.entries(this.#rows)) environment.registerType(name, { fields: { ...fields } });
    environment.registerType("Target", { fields: { ...this.#target } });
    environment.registerType("Run", { fields: { ...RUN } });
    environment.registerType("Inputs", { fields: { ...this.#inputs } });
    for (const [name, type] of Object.entries(EVERYWHERE)) environment.registerVariable(name, type);
    this.#base = { rows, environment };
    return environment;
  }

  #environment(sight: Sight): Environment {
    const key = JSON.stringify(sight);
    const memo = this.#environments.get(key);
    if (memo !== undefined) return memo;
    const environment = sight.isBare === true ? bareEnvironment() : this.#common().clone();
    if (sight.isBare !== true) {
      environment.registerType("Facts", { fields: { ...sight.facts } });
      environment.registerVariable("facts", "Facts");
    }
    if (sight.item !== undefined) environment.registerVariable("item", sight.item);
    if (sight.result !== undefined) environment.registerVariable("result", sight.result);
    this.#environments.set(key, environment);
    return environment;
  }
}

/** The element type of a list type, or null when it is not a list. */
export function elementOf(type: string): string | null {
  return /^list<(.*)>$/u.exec(type)?.[1] ?? null;
}
