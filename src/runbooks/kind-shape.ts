/** Which kind and form a step, a probe or another question has, as its shape is checked by it. */
import { didYouMean } from "../text/near.ts";
import { list, members, record, type Add, type Raw } from "./raw.ts";
import {
  allForms,
  findForm,
  isRead,
  isSelection,
  keyOf,
  kindIds,
  opsOf,
  SQL_SELECT,
  takesCommand,
  VARIANT,
  variantOf,
  words,
  type Variant,
} from "./variants.ts";

/** The kind that was probably meant, and all that there are. */
const kindHint = (kind: string, names: readonly string[]): string =>
  [didYouMean(kind, names), `there are ${kindIds().join(", ")}`].filter((text) => text !== null).join(" ");

/** A step or a probe has no kind: neither `kind` nor a key that says one. */
function noKind(step: Raw, path: readonly PropertyKey[], add: Add): void {
  const key = Object.keys(step).find((name) => name.includes("."));
  if (key === undefined) add(path, "a `kind` is missing", `one of ${kindIds().join(", ")}`);
  else add(path, `there is no kind ${key}`, kindHint(key, [...words().keys()]), key);
}

/** Why a step or a probe is none of the variants that there are. */
function strangeKind(step: Raw, path: readonly PropertyKey[], add: Add): void {
  const { kind, op } = step;
  const ids = kindIds();
  if (typeof kind !== "string") noKind(step, path, add);
  else if (!ids.includes(kind)) add([...path, "kind"], `there is no kind ${kind}`, kindHint(kind, ids));
  else if (op === undefined) add(path, `of ${kind} the field op is missing`, `one of ${opsOf(kind).join(", ")}`);
  else add([...path, "op"], `${kind} has no such op`, `one of ${opsOf(kind).join(", ")}`);
}

/** Gives a step or a probe the `variant` that the schema discriminates on, or complains. */
function addVariant(raw: unknown, path: readonly PropertyKey[], restriction: "reads" | null, add: Add): void {
  const step = record(raw);
  if (step === null) return;
  const variant = variantOf(step);
  if (variant === null) return strangeKind(step, path, add);
  const [message, hint] = whyNot(step, variant, restriction) ?? [];
  if (message !== undefined) return add(path, message, hint);
  step[VARIANT] = variant;
}

/** Why a step or a probe of a known variant is none all the same, with a hint; null where it is one. */
function whyNot({ kind, command }: Raw, variant: Variant, restriction: "reads" | null): [string, string?] | null {
  if (command === undefined && takesCommand(variant))
    return ["the field command is missing", `${String(kind)} lists with list…, and changes with every other`];
  const isMisplaced = restriction === "reads" && !isRead(variant);
  return isMisplaced
    ? [
        `a probe only looks, and this ${String(kind)} is none that does`,
        "a read: docs/step-kinds.md says what each kind looks at",
      ]
    : null;
}

/** A selection asks for rows: a query, or a kind's question. */
function noSelection(select: Raw, path: readonly PropertyKey[], add: Add): void {
  const kinds = allForms().filter(isSelection);
  const keys = ["sql", ...kinds.map((form) => keyOf(form)[0])];
  const key = Object.keys(select).find((name) => name.includes("."));
  if (key === undefined) add(path, "it does not say what lists the targets", `one of ${keys.join(", ")}`);
  else add(path, `there is no kind ${key}`, didYouMean(key, keys) ?? `one of ${keys.join(", ")}`, key);
}

/** Where targets come from: what names no kind is a query of a database. */
function addSelection(raw: unknown, path: readonly PropertyKey[], add: Add): void {
  const select = record(raw);
  if (select === null) return;
  if (select["kind"] === undefined && select["sql"] === undefined) return noSelection(select, path, add);
  if (select["kind"] === undefined) return void (select[VARIANT] = SQL_SELECT);
  const form = findForm(variantOf(select) ?? "");
  if (form === undefined) return strangeKind(select, path, add);
  if (isSelection(form)) return void (select[VARIANT] = form.variant);
  const message =
    form.fields["sql"] === undefined ? "its answer is no rows" : "a query stands under sql, without a kind";
  add(path, `targets cannot be listed so: ${message}`, "sql: SELECT … , or a kind's question that answers with rows");
}

/** Gives everything that has a kind its variant, and complains where it has none. */
export function addVariants(value: unknown, add: Add): void {
  addSelection(record(record(value)?.["shared"])?.["select"], ["shared", "select"], add);
  for (const [bookAt, book] of list(record(value)?.["runbooks"]).entries()) {
    const bookPath = ["runbooks", bookAt];
    addSelection(record(book)?.["select"], [...bookPath, "select"], add);
    for (const [phaseAt, phase] of list(record(book)?.["phases"]).entries())
      for (const [stepAt, step] of list(record(phase)?.["steps"]).entries())
        addVariant(step, [...bookPath, "phases", phaseAt, "steps", stepAt], null, add);
    for (const [name, probe] of members(record(book)?.["probes"]))
      addVariant(probe, [...bookPath, "probes", name], "reads", add);
    for (const [name, input] of members(record(book)?.["inputs"]))
      addVariant(record(input)?.["choice_from"], [...bookPath, "inputs", name, "choice_from"], "reads", add);
  }
}
