/**
 * The shorter ways to write a runbook, brought into the one that is checked, carried out and digested: what a file's runbooks
 * have in common (`shared`), kinds with their first field (`short-steps.ts`), values in place (`:{target.id}`), columns that the
 * statement names itself, and probes where they are used. Both forms load to the same runbook. Complaints about what was moved stand where it was written.
 */
import type { Fields } from "../phases/field.ts";
import { LONGEST_ID } from "./limits.ts";
import { Moves } from "./moves.ts";
import { list, members, record, type Complaints, type Path, type Raw } from "./raw.ts";
import { columnsOf } from "./short-columns.ts";
import { lengthenStep } from "./short-steps.ts";
import { valuesInPlace } from "./short-values.ts";
import { findForm, variantOf } from "./variants.ts";

/** What a file's runbooks may have in common: a runbook takes what it does not say itself. */
const SHARED = ["forbid", "target", "select", "finally"];
/** The fields of a step that name probes, and those of a rung. */
const STEP_PROBES = ["already", "require", "verify", "ensure", "proof"];
const RUNG_PROBES = ["done_when", "fails_when"];

/** Gives each runbook what all share and it does not say itself. What is shared is looked at in its own place, too. */
function takeShared(file: Raw, moves: Moves, complaints: Complaints): void {
  const { shared: raw, ...rest } = file;
  const defaults = record(raw);
  if (defaults === null) return;
  for (const [index, book] of list(rest["runbooks"]).entries()) giveShared(book, defaults, index, moves);
  lengthenSelect(defaults["select"], ["shared", "select"], moves, complaints);
}

function giveShared(book: unknown, defaults: Raw, index: number, moves: Moves): void {
  const own = record(book);
  if (own === null) return;
  for (const key of SHARED) {
    if (own[key] !== undefined || defaults[key] === undefined) continue;
    own[key] = structuredClone(defaults[key]);
    moves.add(["shared", key], ["runbooks", index, key]);
  }
}

/** A probe that stands where it is used gets a name, and its place among the probes. */
class InlineProbes {
  readonly #probes: Raw;
  readonly #moves: Moves;
  readonly #complaints: Complaints;
  readonly #path: Path;

  constructor(book: Raw, path: Path, moves: Moves, complaints: Complaints) {
    const probes = record((book["probes"] ??= {}));
    this.#probes = probes ?? {};
    this.#path = [...path, "probes"];
    this.#moves = moves;
    this.#complaints = complaints;
  }

  /** Those in some fields of a step or a rung; where they have no `id` of their own, they are called after `id`. */
  takeOf(raw: unknown, fields: readonly string[], path: Path, id: unknown): void {
    for (const field of fields) this.take(raw, field, path, `${String(id)}-${field.replace("_", "-")}`);
  }

  /** `name`: what it is called where it has no `id` of its own. */
  take(raw: unknown, field: string, path: Path, name: string): void {
    const holder = record(raw);
    const probe = record(holder?.[field]);
    if (holder === null || probe === null) return;
    const { id: own, ...fields } = probe;
    const fieldPath = [...path, field];
    if (own !== undefined && typeof own !== "string")
      return this.#complaints.shape(
        [...fieldPath, "id"],
        "this has to be text",
        "a name of lower case letters, digits and hyphens",
      );
    const id = this.#freeName(own ?? name, own === undefined, fieldPath);
    this.#probes[id] = fields;
    this.#moves.add(fieldPath, [...this.#path, id]);
    holder[field] = id;
  }

  /** The name of a probe; another one where a rule is against it, so that the rest is looked at all the same. */
  #freeName(name: string, isDerived: boolean, path: Path): string {
    const { report } = this.#complaints;
    const isLong = isDerived && name.length > LONGEST_ID;
    if (isLong) report("probe-name", path, `its name would be ${name}, which has more than ${LONGEST_ID} characters`);
    else if (this.#probes[name] === undefined) return name;
    else report("probe-twice", path, `there is a probe ${name} already`);
    let index = Object.keys(this.#probes).length;
    while (this.#probes[`probe-${index}`] !== undefined) index += 1;
    return `probe-${index}`;
  }
}

function takeProbes(book: Raw, path: Path, moves: Moves, complaints: Complaints): void {
  const inline = new InlineProbes(book, path, moves, complaints);
  for (const [phaseAt, raw] of list(book["phases"]).entries()) {
    const phase = record(raw);
    const phasePath = [...path, "phases", phaseAt];
    for (const [stepAt, step] of list(phase?.["steps"]).entries())
      inline.takeOf(step, STEP_PROBES, [...phasePath, "steps", stepAt], record(step)?.["id"]);
    inline.takeOf(phase?.["rung"], RUNG_PROBES, [...phasePath, "rung"], phase?.["id"]);
  }
  for (const field of ["success", "holds"])
    for (const [index, entry] of list(book[field]).entries())
      inline.take(entry, "probe", [...path, field, index], String(record(entry)?.["id"]));
}

/** The fields that the kind of a statement declares; null for what is none. */
function statementFields(node: Raw): Fields | null {
  const form = findForm(variantOf(node) ?? "");
  return typeof node["sql"] === "string" && form?.fields["sql"] === "sql" ? form.fields : null;
}

/** A step or a probe, with the values in place and the columns of its statement where its kind has such fields. */
function lengthenNode(raw: unknown, path: Path, moves: Moves, complaints: Complaints): void {
  lengthenStep(raw, path, moves, complaints);
  const node = record(raw);
  if (node === null) return;
  const fields = statementFields(node);
  if (fields === null) return;
  for (const name of valuesInPlace(node, path, complaints.report))
    moves.add([...path, "sql"], [...path, "params", name]);
  if (fields["columns"] === "columns") columnsOf(node, path, complaints.report);
}

function lengthenSelect(raw: unknown, path: Path, moves: Moves, complaints: Complaints): void {
  lengthenStep(raw, path, moves, complaints);
  const select = record(raw);
  if (typeof select?.["sql"] === "string" && select["kind"] === undefined) columnsOf(select, path, complaints.report);
}

function lengthenBook(book: Raw, path: Path, moves: Moves, complaints: Complaints): void {
  takeProbes(book, path, moves, complaints);
  lengthenSelect(book["select"], [...path, "select"], moves, complaints);
  for (const [phaseAt, phase] of list(book["phases"]).entries())
    for (const [stepAt, step] of list(record(phase)?.["steps"]).entries())
      lengthenNode(step, [...path, "phases", phaseAt, "steps", stepAt], moves, complaints);
  for (const [name, probe] of members(book["probes"]))
    lengthenNode(probe, [...path, "probes", name], moves, complaints);
  for (const [name, input] of members(book["inputs"]))
    lengthenNode(record(input)?.["choice_from"], [...path, "inputs", name, "choice_from"], moves, complaints);
}

/**
 * Brings a file, as YAML gave it, into the long form, in place. Gives where in the file something of the long form stands.
 * What is of another shape than expected is left as it is, for the schema to complain about.
 */
export function lengthen(value: unknown, { shape, report }: Complaints): (path: Path) => Path {
  const moves = new Moves();
  const file = record(value);
  if (file === null) return moves.placeOf;
  const complaints: Complaints = {
    shape: (path, ...rest) => shape(moves.placeOf(path), ...rest),
    report: (rule, path, ...rest) => report(rule, moves.placeOf(path), ...rest),
  };
  takeShared(file, moves, complaints);
  for (const [index, raw] of list(file["runbooks"]).entries()) {
    const book = record(raw);
    if (book !== null) lengthenBook(book, ["runbooks", index], moves, complaints);
  }
  return moves.placeOf;
}
