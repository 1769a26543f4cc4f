/** What a command of the command line is: data for dispatch, help and completion, and the code loaded only when it runs. */
import type { Examples } from "./examples.ts";
import type { Io } from "./io.ts";

export interface OptionSpec {
  readonly takes?: string;
  readonly multiple?: boolean;
  readonly says: string;
  /** The option that it is another spelling of: both count as that one, in the order in which they were typed. */
  readonly sameAs?: string;
}

export interface Values {
  readonly [name: string]: string | boolean | readonly string[] | undefined;
}

export interface Invocation {
  readonly values: Values;
  readonly rest: readonly string[];
  readonly io: Io;
}

export interface CommandSpec {
  readonly name: string;
  readonly usage: string;
  readonly says: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly rest: { readonly least: number; readonly most: number };
  readonly examples: Examples;
  /** Gets its arguments as they are, for the commands that have sub-commands of their own. */
  readonly raw?: boolean;
  /** Begins without the step kinds of the pack, and loads them itself where it needs them. */
  readonly kinds?: false;
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<number> }>;
}

export const option = (values: Values, name: string): string | undefined => {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
};
export const many = (values: Values, name: string): readonly string[] => {
  const value = values[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
};
export const flag = (values: Values, name: string): boolean => values[name] === true;
