/**
 * The shorter ways to write a step or a probe: a kind with what it asks or does first (`process.holders: facts.devices`), what a
 * change is to bring about (`ensure`, which is `already` and `verify`), a `foreach` with its key, and a contract in one line.
 */
import type { Moves } from "./moves.ts";
import { record, type Add, type Path, type Raw } from "./raw.ts";
import { findForm, variantOf, wordOf } from "./variants.ts";

/** Where a step or a probe stands, and who hears of what is wrong with it. */
interface Place {
  readonly path: Path;
  readonly moves: Moves;
  readonly add: Add;
}

/** `KIND.OP: VALUE` is that kind with that op, and VALUE its first field. What names its `kind` is written in the long form. */
function lengthenKind(node: Raw, { path, moves, add }: Place): void {
  if (node["kind"] !== undefined) return;
  const key = Object.keys(node).find((name) => wordOf(name) !== undefined) ?? "";
  const word = wordOf(key);
  if (word === undefined) return;
  const { says, field } = word;
  if (node[field] !== undefined) return add(path, `${key} says the field ${field} already`, "write it once", field);
  const { [key]: value } = node;
  delete node[key];
  Object.assign(node, says, { [field]: value });
  for (const name of [...Object.keys(says), field]) moves.add([...path, key], [...path, name]);
}

/** Of the parameters of a command, `NAME: { each: VALUES }` is a question for each value. */
function lengthenEach(node: Raw, { path, moves, add }: Place): void {
  const params = record(node["params"]);
  if (params === null) return;
  const [[param, raw] = [""], ...others] = Object.entries(params).filter(([, value]) => record(value) !== null);
  if (param === "") return;
  const place = [...path, "params", param];
  const { each: values, ...rest } = record(raw) ?? {};
  if (values === undefined || others.length > 0 || Object.keys(rest).length > 0 || node["each"] !== undefined)
    return add(place, "one parameter may be { each: VALUES }", "the others are expressions");
  delete params[param];
  node["each"] = { param, in: values };
  moves.add(place, [...path, "each", "param"]);
  moves.add([...place, "each"], [...path, "each", "in"]);
}

/** What holds where the step was done already has to hold once it is done. */
function lengthenEnsure(node: Raw, { path, moves, add }: Place): void {
  const { ensure: probe } = node;
  if (probe === undefined) return;
  const other = ["already", "verify"].find((field) => node[field] !== undefined);
  if (other !== undefined) return add(path, `ensure is already and verify, and there is ${other}, too`, null, other);
  delete node["ensure"];
  for (const field of ["already", "verify"]) {
    node[field] = probe;
    moves.add([...path, "ensure"], [...path, field]);
  }
}

function lengthenForeach(node: Raw, { path, moves, add }: Place): void {
  const each = record(node["foreach"]);
  if (each === null) return;
  const { in: values, key, ...rest } = each;
  const place = [...path, "foreach"];
  delete node["foreach"];
  const [strange] = Object.keys(rest);
  if (strange !== undefined) return add(place, `there is no field ${strange} here`, "there are in, key", strange);
  if (values === undefined || key === undefined)
    return add(place, "it needs both in and key", "{ in: LIST, key: TEXT }");
  if (node["key"] !== undefined) return add(path, "foreach says the key already", "write it once", "key");
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
  if (Array.isArray(columns)) node["columns"] = Object.fromEntries(columns.map((name) => [String(name), "text"]));
}

/** A text of several lines is a line for each, with or without its number. */
function lengthenLines(node: Raw): void {
  const fields = Object.entries(findForm(variantOf(node) ?? "")?.fields ?? {});
  for (const [field] of fields.filter(([, type]) => type === "lines")) {
    const { [field]: text } = node;
    if (typeof text !== "string") continue;
    const lines = text.split("\n").map((line) => line.trim().replace(/^\d{1,2}[.)]\s+/u, ""));
    node[field] = lines.filter((line) => line !== "");
  }
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
export function lengthenStep(raw: unknown, path: Path, moves: Moves, add: Add): void {
  const node = record(raw);
  if (node === null) return;
  for (const lengthen of LENGTHEN) lengthen(node, { path, moves, add });
}
