/** The connection that a step names, of those that its site has. */
import { failure, type Failure } from "../ports/outcome.ts";
import type { Ports } from "../ports/ports.ts";
import { err, type Result } from "../ports/result.ts";
import type { AdminPort } from "../ports/sql-admin.ts";
import type { SqlPort } from "../ports/sql.ts";
import { didYouMean } from "../text/near.ts";

const quote = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

/** Why a site has no such connection: what it has, and what was perhaps meant. */
export function lackText(kind: string, name: string | undefined, names: readonly string[]): string {
  if (name === undefined) return `the site has no ${kind} connection`;
  const hint = didYouMean(name, names);
  return `the site has no ${kind} connection ${name} (it has: ${quote(names)})${hint === null ? "" : `; ${hint}`}`;
}

/** What stands under a name; a name that every object has, as `constructor`, is none of them. */
const own = <T>(named: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(named, name) ? named[name] : undefined;

/** What a step on a database lacks on this site; null where it has it. */
export function lacksDatabase(name: string | undefined, { databases }: Ports): string | null {
  const names = Object.keys(databases);
  const isThere = name === undefined ? names.length > 0 : names.includes(name);
  return isThere ? null : lackText("mysql", name, names);
}

/** The database that is named, else the site's first. One that is not there refuses every question and sends nothing. */
export function databaseIn({ sql, databases }: Pick<Ports, "sql" | "databases">, name: string | undefined): SqlPort {
  return name === undefined ? sql : (own(databases, name) ?? missingSql(`The site has no mysql connection ${name}.`));
}

/** The same for what changes the server itself; null where the site has no such database. */
export const adminIn = ({ admins }: Pick<Ports, "admins">, name: string | undefined): AdminPort | null =>
  (name === undefined ? Object.values(admins)[0] : own(admins, name)) ?? null;

/** A database that is not there, whose port refuses every question with this message and sends nothing. */
export function missingSql(message: string): SqlPort {
  const refuse = (): Promise<Result<never, Failure>> => Promise.resolve(err(failure("refused", message)));
  return {
    identity: refuse,
    read: refuse,
    preview: refuse,
    beforeIntent: refuse,
    apply: () => Promise.resolve({ kind: "not-applied", why: "not-sent", code: null, message, evidence: {} }),
    settle: () => Promise.resolve({ kind: "unknown", message, evidence: {} }),
  };
}
