/**
 * The shorter ways to write a step or a probe: a kind with what it asks or does first (`process.holders: facts.devices`), what a
 * change is to bring about (`ensure`, which is `already` and `verify`), a `foreach` with its key, and a contract in one line.
 */
import { fieldSchema, shortParams } from "./field-schema.ts";
import { keyPattern } from "./form-schema.ts";
import { LONGEST_LINE, MOST_LINES } from "./limits.ts";
import type { Moves } from "./moves.ts";
import { record, type Complaints, type Path, type Raw } from "./raw.ts";
import { findForm, variantOf, wordOf } from "./variants.ts";

/** Where a step or a probe stands, and who hears of what is wrong with it. */
interface Place {
  readonly path: Path;
  readonly moves: Moves;
  readonly complaints: Complaints;
}

/** `KIND.OP: VALUE` is that kind with that op, and VALUE its first field. What names its `kind` is written in the long form. */
function lengthenKind(node: Raw, place: Place): void {
  const { path, moves, complaints } = place;
  if (node["kind"] !== undefined) return;
  const key = Object.keys(node).find((name) => wordOf(name) !== undefined) ?? "";
  const word = wordOf(key);
  if (word === undefined) return;
  const { says, field } = word;
  const other = [field, ...Object.keys(says)].find((name) => node[name] !== undefined);
  if (other !== undefined)
    return complaints.shape(path, `${key} says the field ${other} already`, "write it once", other);
  const { [key]: value } = node;
  delete node[key];
  refuseCommands(node, says, place);
  Object.assign(node, says, { [field]: value });
  for (const name of [...Object.keys(says), field]) moves.add([...path, key], [...path, name]);
}

/** A second command is against a rule where it has the shape of one; else it is a field that there is not. */
function refuseCommands(node: Raw, { kind, command }: Readonly<Record<string, string>>, place: Place): void {
  const { path, complaints } = place;
  const form = command === undefined ? undefined : findForm(variantOf({ kind, command }) ?? "");
  if (form === undefined) return;
  const params =
    form.fields["each"] === "each" && node["each"] === undefined ? shortParams : fieldSchema("params", true);
  for (const key of Object.keys(node)) {
    if (!new RegExp(keyPattern(form), "u").test(key) || !params.safeParse(node[key]).success) continue;
    complaints.report(
      "command-once",
      [...path, key],
      `a step names one command, and this one names ${command ?? ""}, too`,
    );
    delete node[key];
  }
}

/** Of the parameters of a command, `NAME: { each: VALUES }` is a question for each value. */
function lengthenEach(node: Raw, { path, moves, complaints }: Place): void {
  const params = record(node["params"]);
  if (params === null) return;
  const [[param, raw] = [""], ...others] = Object.entries(params).filter(([, value]) => record(value) !== null);
  if (param === "") return;
  const place = [...path, "params", param];
  const { each: values, ...rest } = record(raw) ?? {};
  if (values === undefined || Object.keys(rest).length > 0 || node["each"] !== undefined)
    return complaints.shape(place, "one parameter may be { each: VALUES }", "the others are expressions");
  for (const [name, { each: value }] of others.filter(isEach)) {
    complaints.report("each-once", [...path, "params", name], "only one parameter may be { each: VALUES }");
    params[name] = value;
  }
  delete params[param];
  node["each"] = { param, in: values };
  moves.add(place, [...path, "each", "param"]);
  moves.add([...place, "each"], [...path, "each", "in"]);
}

const isEach = (entry: [string, unknown]): entry is [string, { readonly each: string }] => {
  const { each: values, ...rest } = record(entry[1]) ?? {};
  return typeof values === "string" && Object.keys(rest).length === 0;
};

/** What holds where the step was done already has to hold once it is done. */
function lengthenEnsure(node: Raw, { path, moves, complaints }: Place): void {
  const { ensure: probe } = node;
  if (probe === undefined) return;
  const other = ["already", "verify"].find((field) => node[field] !== undefined);
  if (other !== undefined)
    return complaints.shape(
      path,
      `ensure is already and verify, and there is ${other}, too`,
      "write one of them",
      other,
    );
  delete node["ensure"];
  for (const field of ["already", "verify"]) {
    node[field] = probe;
    moves.add([...path, "ensure"], [...path, field]);
  }
}

function lengthenForeach(node: Raw, { path, moves, complaints }: Place): void {
  const each = record(node["foreach"]);
  if (each === null) return;
  const { in: values, key, ...rest } = each;
  const place = [...path, "foreach"];
  delete node["foreach"];
  const [strange] = Object.keys(rest);
  if (strange !== undefined)
    return complaints.shape(place, `there is no field ${strange} here`, "there are in, key", strange);
  if (values === undefined || key === undefined)
    return complaints.shape(place, "it needs both in and key", "{ in: LIST, key: TEXT }");
  if (node["key"] !== undefined) return complaints.shape(path, "foreach says the key already", "write it once", "key");
  Object.assign(node, { foreach: values, key });
  // The second takes the place of what the first is in: in the other order the key would be looked for under `in`.
  moves.add([...place, "key"], [...path, "key"]);
  moves.add([...place, "in"], place);
}

/** The fields of a contract that bound how many rows it may reach: what is neither its table nor where they are. */
const boundsOf = (touches: Raw): string[] =>
  Object.keys(touches).filter((field) => !["table", "within"].includes(field));

function lengthenRows(touches: Raw, place: Path, moves: Moves): void {
  const bounds = boundsOf(touches);
  if (touches["rows"] !== undefined || bounds.length === 0) return;
  const rows = Object.fromEntries(bounds.map((bound) => [bound, touches[bound]]));
  for (const bound of bounds) delete touches[bound];
  touches["rows"] = rows;
  moves.add(place, [...place, "rows"]);
}

const BOND = ["column", "in"];

function lengthenWithin(touches: Raw, place: Path, moves: Moves): void {
  const [[column, values] = [""], ...others] = Object.entries(record(touches["within"]) ?? {});
  if (column === "" || others.length > 0 || BOND.includes(column)) return;
  touches["within"] = { column, in: values };
  for (const name of BOND) moves.add([...place, "within", column], [...place, "within", name]);
}

/** `touches: { table, exactly: N, within: { COLUMN: VALUES } }`. */
function lengthenTouches(node: Raw, { path, moves }: Place): void {
  const touches = record(node["touches"]);
  if (touches === null) return;
  const place = [...path, "touches"];
  lengthenRows(touches, place, moves);
  lengthenWithin(touches, place, moves);
}

/** A list of columns: each is text. */
function lengthenColumns(node: Raw): void {
  const { columns } = node;
  if (Array.isArray(columns) && columns.every((name) => typeof name === "string"))
    node["columns"] = Object.fromEntries(columns.map((name) => [name, "text"]));
}

/** A text of several lines is a line for each, with or without its number. */
function lengthenLines(node: Raw, { path, complaints }: Place): void {
  const fields = Object.entries(findForm(variantOf(node) ?? "")?.fields ?? {});
  for (const [field] of fields.filter(([, type]) => type === "lines")) {
    const { [field]: text } = node;
    if (typeof text !== "string") continue;
    const lines = text.split("\n").map((line) => line.trim().replace(/^\d{1,2}[.)]\s+/u, ""));
    node[field] = fewLines(
      lines.filter((line) => line !== ""),
      [...path, field],
      complaints,
    );
  }
}

/** No more lines than somebody follows, and none that is longer than a screen. */
function fewLines(lines: readonly string[], path: Path, { report }: Complaints): readonly string[] {
  if (lines.length > MOST_LINES)
    report("manual-lines", path, `this has ${lines.length} lines, and ${MOST_LINES} at most`);
  const longest = Math.max(...lines.map((line) => line.length));
  if (longest > LONGEST_LINE)
    report("manual-lines", path, `a line has ${longest} characters, and ${LONGEST_LINE} at most`, "break it");
  return lines.slice(0, MOST_LINES).map((line) => line.slice(0, LONGEST_LINE));
}

const LENGTHEN = [
  lengthenKind,
  lengthenEach,
  lengthenEnsure,
  lengthenForeach,
  lengthenTouches,
  lengthenColumns,
  lengthenLines,
];

/** Brings a step or a probe into the long form, in place. */
export function lengthenStep(raw: unknown, path: Path, moves: Moves, complaints: Complaints): void {
  const node = record(raw);
  if (node === null) return;
  for (const lengthen of LENGTHEN) lengthen(node, { path, moves, complaints });
}
