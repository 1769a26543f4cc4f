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
}

export type Checked = { readonly ok: true; readonly type: string } | { readonly ok: false; readonly message: string };

/** The type book of one runbook: row types are added as reads are met, facts as they are kept. */
export class Types {
  readonly #rows: Record<string, Readonly<Record<string, string>>>;
  readonly #environments = new Map<string, Environment>();
  #base: { readonly rows: number; readonly environment: Environment } | undefined;
  readonly #target: Readonly<Record<string, string>>;

  constructor(targetColumns: Readonly<Record<string, ColumnType>>) {
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
  check(expression: string, sight: Sight): Checked {
    const found = this.#environment(sight).check(expression);
    if (found.valid) return { ok: true, type: String(found.type) };
    const message = found.error?.message.split("\n").find((line) => line.trim() !== "") ?? "not a valid expression";
    return { ok: false, message };
  }

  /** Checks a sentence with `${…}` parts, each of which must be text, a whole number or true/false. */
  checkTemplate(template: string, sight: Sight): Checked {
    for (const part of templateParts(template)) {
      if (!("expression" in part)) continue;
      const found = this.check(part.expression, sight);
      if (!found.ok) return found;
      if (!["string", "int", "bool", "dyn"].includes(found.type)) {
        return { ok: false, message: `\${${part.expression}} is a ${found.type}, which cannot stand in a sentence` };
      }
    }
    return { ok: true, type: text };
  }

  /** What is the same everywhere. Made anew only when a read brought a new type of row. */
  #common(): Environment {
    const rows = Object.keys(this.#rows).length;
    if (this.#base?.rows === rows) return this.#base.environment;
    const made = withFunctions(new Environment({ homogeneousAggregateLiterals: false }));
    for (const [name, fields] of Object.entries(this.#rows)) made.registerType(name, { fields: { ...fields } });
    made.registerType("Target", { fields: { ...this.#target } });
    made.registerType("Run", { fields: { id: text } });
    made.registerVariable("run", "Run");
    made.registerVariable("target", "Target");
    made.registerVariable("inputs", "map<string, string>");
    made.registerVariable("decisions", "map<string, string>");
    made.registerVariable("done", "map<string, list<string>>");
    made.registerVariable("left", "string");
    made.registerVariable("accepted", "list<string>");
    made.registerVariable("reverted", "list<string>");
    this.#base = { rows, environment: made };
    return made;
  }

  #environment(sight: Sight): Environment {
    const key = JSON.stringify(sight);
    const known = this.#environments.get(key);
    if (known !== undefined) return known;
    const made = this.#common().clone();
    made.registerType("Facts", { fields: { ...sight.facts } });
    made.registerVariable("facts", "Facts");
    if (sight.item !== undefined) made.registerVariable("item", sight.item);
    if (sight.result !== undefined) made.registerVariable("result", sight.result);
    this.#environments.set(key, made);
    return made;
  }
}

/** The element type of a list type, or null when it is not a list. */
export function elementOf(type: string): string | null {
  return /^list<(.*)>$/u.exec(type)?.[1] ?? null;
}
