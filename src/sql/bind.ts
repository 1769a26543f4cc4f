/**
 * Turns `:name` into `?` with the values in order. Values reach the server beside the text, never inside it.
 */
import { DEFAULT_MODE, lex } from "./lexer.ts";
import { isOperator, isSignificant, isWord, type LexMode, type Token } from "./token.ts";

/**
 * What may be bound. No numbers: the server compares a text column with a number as numbers, so that 1 would match
 * '1abc'; as text it does not.
 */
export type Bindable = string | Uint8Array | null;

export interface Bound {
  readonly sql: string;
  readonly values: readonly Bindable[];
}

/** Why a statement could not be bound. `name` is the parameter it is about, if it is about one. */
export interface BindRefusal {
  readonly kind: "unknown-name" | "unused-name" | "empty-list" | "list-outside-in" | "positional" | "malformed";
  readonly name: string | null;
  readonly message: string;
}

type Refused = { readonly ok: false; readonly error: BindRefusal };

export type BindResult = { readonly ok: true; readonly value: Bound } | Refused;

type Values = Readonly<Record<string, Bindable | readonly Bindable[]>>;

/**
 * Binds every `:name` outside strings and comments; a name may be used more than once. A list gives one placeholder for
 * each item and is allowed only inside `IN (…)`; an empty one is refused, since `IN ()` is an error and no rows are
 * rarely what was meant. Throws TypeError for a value of another type: that is a bug, not a refusal.
 */
export function bindNamed(sql: string, values: Values, mode: LexMode = DEFAULT_MODE): BindResult {
  checkTypes(values);
  const tokens = lex(sql, mode);
  const significant = tokens.filter(isSignificant);
  const unusedNames = new Set(Object.keys(values));
  const bound: Bindable[] = [];
  let out = "";
  for (const token of tokens) {
    const flaw = FLAWS.get(token.kind);
    if (flaw !== undefined) return refuse(flaw[0], null, flaw[1]);
    if (token.kind !== "named") {
      out += token.text;
      continue;
    }
    const items = itemsOf(token, values, significant);
    if ("ok" in items) return items;
    unusedNames.delete(token.text.slice(1));
    out += items.map(() => "?").join(", ");
    bound.push(...items);
  }
  return checkUse({ sql: out, values: bound }, unusedNames);
}

/** What cannot be bound at all. */
const FLAWS: ReadonlyMap<Token["kind"], readonly [BindRefusal["kind"], string]> = new Map([
  ["bad", ["malformed", "the statement holds something that is never closed"]],
  ["placeholder", ["positional", "use :name, not ?"]],
]);

function checkUse(value: Bound, [unusedName]: ReadonlySet<string>): BindResult {
  if (unusedName === undefined) return { ok: true, value };
  return refuse("unused-name", unusedName, `the statement does not use :${unusedName}`);
}

/** The values that a named parameter stands for, or why it cannot be bound. */
function itemsOf(token: Token, values: Values, significant: readonly Token[]): readonly Bindable[] | Refused {
  const name = token.text.slice(1);
  const value = ownValue(values, name);
  if (value === undefined) return refuse("unknown-name", name, `there is no value for :${name}`);
  if (!isList(value)) return [value];
  if (value.length === 0) return refuse("empty-list", name, `the list :${name} is empty`);
  if (isInsideIn(significant, significant.indexOf(token))) return value;
  return refuse("list-outside-in", name, `:${name} is a list, which may stand only inside IN (…)`);
}

const ownValue = (values: Values, name: string): Values[string] | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

function refuse(kind: BindRefusal["kind"], name: string | null, message: string): Refused {
  return { ok: false, error: { kind, name, message } };
}

function isList(value: Bindable | readonly Bindable[]): value is readonly Bindable[] {
  return Array.isArray(value);
}

const isBindable = (item: unknown): boolean => item === null || typeof item === "string" || item instanceof Uint8Array;

function checkTypes(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values))
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value])
      if (!isBindable(item))
        throw new TypeError(`the value of :${name} is a ${typeof item}; only text, bytes and null can be bound`);
}

const isItem = (token: Token | undefined): boolean =>
  isOperator(token, ",") || ["named", "string", "number"].includes(token?.kind ?? "");

/** Directly between the parentheses of an IN, alone or beside other items. */
function isInsideIn(tokens: readonly Token[], index: number): boolean {
  let open = index - 1;
  while (isItem(tokens[open])) open -= 1;
  let close = index + 1;
  while (isItem(tokens[close])) close += 1;
  return isOperator(tokens[open], "(") && isWord(tokens[open - 1], "IN") && isOperator(tokens[close], ")");
}
