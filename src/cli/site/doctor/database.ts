/** The database: whether it answers, is the right one, and lets the account do what runbooks need. */
import { pack } from "../../packs.ts";
import { examine, type Examined, type Verb, type Wanted } from "../../../connections/mysql/examine.ts";
import type { Site } from "../../../connections/site.ts";
import type { Failure } from "../../../ports/outcome.ts";
import type { LoadedRunbook } from "../../../runbooks/load.ts";
import { classify } from "../../../sql/classify.ts";
import { about, type Finding } from "../../../packs/finding.ts";

/** The tables that runbooks name in their statements, those of the product's own log, and what is done to the rows of each. */
export function tablesOf(runbooks: readonly LoadedRunbook[]): Wanted[] {
  const found = new Map<string, Set<Verb>>();
  const need = (table: string, ...changes: Verb[]): void => {
    found.set(table, new Set([...(found.get(table) ?? []), ...changes]));
  };
  const take = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    const { sql, touches } = value as { sql?: unknown; touches?: { table?: unknown } };
    if (typeof sql === "string") for (const table of classify(sql).tables) need(table);
    if (typeof touches?.table === "string")
      need(touches.table, classify(String(sql)).took_for.startsWith("DELETE") ? "DELETE" : "UPDATE");
    for (const member of Object.values(value)) take(member);
  };
  for (const { runbook } of runbooks) take(runbook);
  for (const table of pack.log.tables) need(table, "INSERT", "UPDATE");
  return [...found].map(([table, changes]) => ({ table, changes }));
}

/** Who needs tables and rights. */
const USERS = `runbooks and ${pack.log.title}`;

/** Looks at the database of a site. */
export async function database(
  { mysql }: Site,
  wanted: readonly Wanted[],
  redact: (text: string) => string,
): Promise<Finding[]> {
  const place = mysql.socket ?? `${mysql.host ?? ""}:${mysql.port}`;
  const seen = await examine(mysql, wanted, redact);
  if (!seen.ok) return [about("database").broken(seen.error.message, mendOf(seen.error, mysql, place))];
  const { server, version, user, zone } = seen.value;
  return [
    about("database").ok(`${server} ${version} at ${place}, database ${mysql.database}, as ${user}, time zone ${zone}`),
    primary(seen.value),
    ...tables(seen.value, mysql.database),
    ...rights(seen.value, mysql.database),
    ...modes(seen.value),
    clock(seen.value),
  ];
}

function mendOf({ code }: Failure, { user, database: name }: Site["mysql"], place: string): string {
  const mends: Readonly<Record<string, string>> = {
    1045: `look at user and password of the site's mysql settings; ${user} may also be allowed from other hosts only`,
    1698: `${user} may log in by another way only; give it a password, or name another account`,
    1044: `GRANT ALL ON ${name}.* TO the account, or name the right database`,
    1049: "look at `database` of the site's mysql settings",
    1130: `the server lets nobody in from this host; run Handrail on ${pack.product} itself`,
    server: "name a MariaDB from 10.6 or a MySQL from 8.0 on",
  };
  return (
    mends[code ?? ""] ??
    `see whether the server runs and listens at ${place}, and whether the site names the right place`
  );
}

function primary({ notPrimary }: Examined): Finding {
  const found = about("primary");
  if (notPrimary === null) return found.ok("it may be written, and is no replica as far as this account may see");
  return found.broken(notPrimary, "name the primary in the site's mysql settings");
}

function tables({ tables: seen }: Examined, name: string): Finding[] {
  const found = about("tables");
  const missing = seen.filter(({ there }) => !there).map(({ table }) => table);
  const fixed = seen.filter(({ there, engine }) => there && engine !== null && engine !== "InnoDB");
  const findings: Finding[] = [];
  if (missing.length === seen.length && seen.length > 0)
    findings.push(
      found.broken(
        `none of the ${seen.length} tables that ${USERS} need is in ${name}: this is not ${pack.product}'s database`,
        "look at `database` of the site's mysql settings",
      ),
    );
  else if (missing.length > 0)
    findings.push(
      found.broken(
        `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing, or out of this account's sight`,
        `see with an account that has all rights whether they are there; then GRANT them`,
      ),
    );
  for (const { table, engine } of fixed)
    findings.push(
      found.broken(
        `${table} is a ${engine} table: a change to it cannot be rolled back, so none is shown`,
        `ALTER TABLE ${table} ENGINE = InnoDB, when ${pack.product} is quiet`,
      ),
    );
  return findings.length > 0 ? findings : [found.ok(`all ${seen.length} that ${USERS} need are there`)];
}

function rights({ tables: seen, rights: has, user }: Examined, name: string): Finding[] {
  const found = about("rights");
  const account = user.replace(/@/u, "'@'");
  const refused = seen.filter(({ refusal }) => refusal !== null);
  const findings: Finding[] = [];
  if (refused.length > 0) {
    const names = refused.map(({ table }) => table).join(", ");
    const says = `the server refuses what runbooks need of ${names}: ${refused[0]?.refusal ?? ""}`;
    findings.push(found.broken(says, `GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON ${name}.* TO '${account}'`));
  }
  if (!has.has("TRIGGER"))
    findings.push(
      found.broken(
        "this account may not see triggers, so no change has a preview",
        `GRANT TRIGGER ON ${name}.* TO '${account}'`,
      ),
    );
  if (findings.length > 0) return findings;
  const less =
    has.has("PROCESS") || has.has("SELECT")
      ? ""
      : "; what foreign keys of other databases pass on is out of its sight, and is said so";
  return [found.ok(`the account may read and change what ${USERS} need${less}`)];
}

function modes({ sqlMode }: Examined): Finding[] {
  if (/STRICT_(?:TRANS|ALL)_TABLES|TRADITIONAL/u.test(sqlMode)) return [];
  return [
    about("modes").mind(
      "the server's sql_mode is not strict: values that do not fit are cut, and shown as they were cut",
      `add STRICT_TRANS_TABLES to sql_mode, if ${pack.product}'s makers agree`,
    ),
  ];
}

/** Clocks that differ by less say nothing: the question itself takes time. */
const CLOSE_MS = 2_000;

function clock({ aheadMs }: Examined): Finding {
  const found = about("clock");
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) < CLOSE_MS) return found.ok("the server's clock and this machine's agree");
  return found.mind(
    `the server's clock is ${seconds} s ${aheadMs > 0 ? "before" : "behind"} this machine's`,
    "set both by NTP: ages on the board, and what happened when, rest on them",
  );
}
