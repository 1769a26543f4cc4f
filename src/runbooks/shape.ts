/**
 * The first stage of loading a runbook file: strict YAML, the long form, and the schema. What it refuses `docs/runbook.schema.json`
 * refuses, too, and what it takes the schema takes; all that is refused later is a rule with an id.
 */
import { allKinds } from "../phases/kinds/index.ts";
import type { StepKind } from "../phases/step-kind.ts";
import { fitSchema, mapsAt, type Misfit } from "../text/misfits.ts";
import { descriptionOf } from "./descriptions/describe.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { addVariants } from "./kind-shape.ts";
import type { Report } from "./node.ts";
import type { Add, Complaints, Path } from "./raw.ts";
import { ruleOf, type RuleId } from "./rules/index.ts";
import { fileSchema, type RawFile } from "./schema.ts";
import { lengthen } from "./short-form.ts";
import { writtenKeys } from "./short-keys.ts";
import { valueSpelling } from "./spelling.ts";
import { VARIANT } from "./variants.ts";
import { parseYaml, type Locator } from "./yaml.ts";

/** A file as far as its shape goes, and who hears of the rules that it breaks. */
export interface Shape {
  /** Null where it has none. */
  readonly raw: RawFile | null;
  /** What is wrong so far; what is reported later is added. */
  readonly problems: readonly Diagnostic[];
  /** What is to be said and refuses nothing. */
  readonly remarks: readonly Diagnostic[];
  /** At a path of the long form. */
  readonly report: Report;
  /** Where something of the long form was written, or its key of that name. */
  place(path: Path, key?: string): Place;
}

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Everything that is wrong with a file, each thing once. */
class Problems {
  readonly problems: Diagnostic[];
  readonly remarks: Diagnostic[] = [];
  readonly #keys = new Set<string>();
  readonly #file: string;
  readonly #locator: Locator;

  constructor(file: string, locator: Locator, syntax: readonly Diagnostic[]) {
    this.problems = [...syntax];
    this.#file = file;
    this.#locator = locator;
  }

  /** Complaints about places of the file. */
  get complaints(): Complaints {
    return {
      shape: (path, message, hint = null, onKey) => this.#add(null, this.#locator.place(path, onKey), [message, hint]),
      report: (rule, path, message, hint = null) =>
        this.#add(rule, this.#locator.place(path), [message, hint ?? ruleOf(rule).fits]),
    };
  }

  #add(
    rule: RuleId | null,
    place: { readonly line: number; readonly column: number },
    [message, hint]: readonly [string, string | null],
  ): void {
    const key = `${place.line}:${place.column}:${message}`;
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    const isRemark = rule !== null && ruleOf(rule).isRemark === true;
    (isRemark ? this.remarks : this.problems).push({ file: this.#file, ...place, message, hint, rule });
  }
}

type Schema = ReturnType<typeof fileSchema>;
let memo: { readonly kinds: readonly StepKind[]; readonly schema: Schema } | undefined;

/** The schema of the kinds that there are now; made anew only when a pack brought or took some. */
function currentSchema(): Schema {
  const kinds = [...allKinds().values()];
  const isSame = memo?.kinds.length === kinds.length && memo.kinds.every((kind, index) => kind === kinds[index]);
  if (memo === undefined || !isSame) memo = { kinds, schema: fileSchema() };
  return memo.schema;
}

/** What the key at the end of a path is; that of the nearest one around it where nobody said. */
function keyText(path: Path, schema: Schema, value: unknown): string | null {
  const [key, map] = [path.at(-1), path.slice(0, -1)];
  if (key === undefined) return null;
  const texts = mapsAt(schema, map, value).map((each) => descriptionOf(each, String(key)));
  return texts.find((text) => text !== null) ?? keyText(map, schema, value);
}

/** What would fit. */
function hintOf({ path, missing, hint }: Misfit, schema: Schema, value: unknown): string {
  if (hint !== null) return hint;
  const whole = missing === undefined ? path : [...path, missing];
  return keyText(whole, schema, value) ?? "a map with handrail: 1 and a list of runbooks";
}

/** The file as its schema gives it; null where it does not fit, with everything that does not. */
function fitFile(
  value: unknown,
  locator: Locator,
  placeOf: (path: Path) => Path,
  complaints: Complaints,
): RawFile | null {
  const schema = currentSchema();
  const written = writtenKeys(placeOf);
  const read = fitSchema(schema, value, { own: VARIANT, written });
  if ("data" in read) return read.data;
  const spelled = valueSpelling(
    value,
    (path) => locator.plainText(placeOf(path)),
    read.misfits,
    (other) => {
      const again = fitSchema(schema, other, { own: VARIANT });
      return "data" in again ? [] : again.misfits;
    },
  );
  for (const misfit of read.misfits) {
    const { path, message, field } = misfit;
    const hint = hintOf(misfit, schema, value);
    const spelling = spelled(path);
    if (spelling === null) complaints.shape(path, message, hint, field);
    else if (spelling === "null") complaints.report("empty", path, message, hint);
    else complaints.report("spelling", path, message, `write ${spelling}`);
  }
  return null;
}

/** The shape of the text of a file. `file` is its name in messages. */
export function readShape(source: string, file: string): Shape {
  const { value, locator, problems: syntax } = parseYaml(source, file);
  const list = new Problems(file, locator, syntax);
  const { problems, remarks, complaints } = list;
  const { place } = locator;
  if (syntax.length > 0) return { raw: null, problems, remarks, report: complaints.report, place };
  const placeOf = lengthen(value, complaints);
  const shape: Add = (path, ...rest) => complaints.shape(placeOf(path), ...rest);
  const report: Report = (rule, path, ...rest) => complaints.report(rule, placeOf(path), ...rest);
  addVariants(value, shape);
  const raw = fitFile(value, locator, placeOf, { shape, report });
  return { raw, problems, remarks, report, place: (path, key) => place(placeOf(path), key) };
}
