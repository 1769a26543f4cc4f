/** The database: whether it answers, is the right one, and lets the account do what runbooks need. */
import { examine, type Examined, type Verb, type TableNeed } from "../../../connections/mysql/examine.ts";
import { databasesOf, type CoreSite, type MysqlSite, type NamedDatabase } from "../../../connections/site.ts";
import type { ProductLog } from "../../../packs/pack.ts";
import type { Failure } from "../../../ports/outcome.ts";
import type { LoadedRunbook } from "../../../runbooks/load.ts";
import { classify } from "../../../sql/classify.ts";
import { about, type Finding } from "../../../packs/finding.ts";

/** What a part of a runbook needs by itself: the tables that its statement names, and what is done to the rows of one. */
function needsOf(part: object): { readonly table: string; readonly changes: readonly Verb[] }[] {
  const { sql, touches } = part as { sql?: unknown; touches?: { table?: unknown } };
  const tables = typeof sql === "string" ? classify(sql).tables.map((table) => ({ table, changes: [] })) : [];
  if (typeof touches?.table !== "string") return tables;
  const verb = classify(String(sql)).took_for.startsWith("DELETE") ? "DELETE" : "UPDATE";
  return [...tables, { table: touches.table, changes: [verb] }];
}

/** The tables that runbooks name in their statements, those of the product's own log, and what is done to the rows of each. */
function tablesOf(runbooks: readonly LoadedRunbook[], log: ProductLog | null): TableNeed[] {
  const verbs = new Map<string, Set<Verb>>();
  const need = (table: string, ...changes: Verb[]): void => {
    verbs.set(table, new Set([...(verbs.get(table) ?? []), ...changes]));
  };
  const take = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    for (const { table, changes } of needsOf(value)) need(table, ...changes);
    for (const member of Object.values(value)) take(member);
  };
  for (const { runbook } of runbooks) take(runbook);
  for (const table of log?.tables ?? []) need(table, "INSERT", "UPDATE");
  return [...verbs].map(([table, changes]) => ({ table, changes }));
}

/** What the databases of a site are needed for. */
export const needsFor = (
  runbooks: readonly LoadedRunbook[],
  { log, product }: { readonly log: ProductLog | null; readonly product: string },
): Needs => ({
  tables: tablesOf(runbooks, log),
  users: log === null ? "runbooks" : `runbooks and ${log.title}`,
  product,
});

/** What a site is looked at for. */
export interface Needs {
  /** Of the first database; runbooks say of the others only which they are. */
  readonly tables: readonly TableNeed[];
  /** Who needs them, as in "the tables that … need". */
  readonly users: string;
  readonly product: string;
}

/** Looks at every database of a site. */
export async function databases(site: CoreSite, needs: Needs, redact: (text: string) => string): Promise<Finding[]> {
  const [first, ...others] = databasesOf(site);
  const findings = first === undefined ? [] : await databaseOf(first, needs, redact);
  for (const other of others) {
    const own = await databaseOf(other, { ...needs, tables: [] }, redact);
    findings.push(...own.map((finding) => ({ ...finding, check: `${other.name} ${finding.check}` })));
  }
  return findings;
}

/** Whether it is a primary does not matter where changes are meant to go to a replica. */
async function databaseOf(
  { mysql, onReplica: isReplica }: NamedDatabase,
  needs: Needs,
  redact: (text: string) => string,
) {
  const findings = await database(mysql, needs, redact);
  return isReplica ? findings.filter(({ check }) => check !== "primary") : findings;
}

async function database(mysql: MysqlSite, needs: Needs, redact: (text: string) => string): Promise<Finding[]> {
  const place = mysql.socket ?? `${mysql.host ?? ""}:${mysql.port}`;
  const result = await examine(mysql, needs.tables, redact);
  if (!result.ok)
    return [
      about("database").broken(result.error.message, mendOf(result.error, { mysql, place, product: needs.product })),
    ];
  const { server, version, user, zone } = result.value;
  return [
    about("database").ok(`${server} ${version} at ${place}, database ${mysql.database}, as ${user}, time zone ${zone}`),
    primary(result.value),
    ...(needs.tables.length === 0 ? [] : tables(result.value, mysql.database, needs)),
    ...rights(result.value, mysql.database, needs),
    ...modes(result.value, needs),
    clock(result.value),
  ];
}

interface Reached {
  readonly mysql: MysqlSite;
  readonly place: string;
  readonly product: string;
}

function mendOf({ code }: Failure, { mysql: { user, database: name }, place, product }: Reached): string {
  const mends: Readonly<Record<string, string>> = {
    1045: `look at user and password of the site's mysql settings; ${user} may also be allowed from other hosts only`,
    1698: `${user} may log in by another way only; give it a password, or name another account`,
    1044: `GRANT ALL ON ${name}.* TO the account, or name the right database`,
    1049: "look at `database` of the site's mysql settings",
    1130: `the server lets nobody in from this host; run Handrail on ${product === "this site" ? "its host" : product} itself`,
    server: "name a MariaDB from 10.6 or a MySQL from 8.0 on",
  };
  return (
    mends[code ?? ""] ??
    `see whether the server runs and listens at ${place}, and whether the site names the right place`
  );
}

function primary({ notPrimary }: Examined): Finding {
  const subject = about("primary");
  if (notPrimary === null) return subject.ok("it may be written, and is no replica as far as this account may see");
  return subject.broken(notPrimary, "name the primary in the site's mysql settings");
}

function missingTables(missing: readonly string[], total: number, name: string, { users, product }: Needs): Finding {
  const subject = about("tables");
  if (missing.length === total)
    return subject.broken(
      `none of the ${total} tables that ${users} need is in ${name}: this is not ${product}'s database`,
      "look at `database` of the site's mysql settings",
    );
  return subject.broken(
    `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing, or out of this account's sight`,
    `see with an account that has all rights whether they are there; then GRANT them`,
  );
}

function tables({ tables: list }: Examined, name: string, needs: Needs): Finding[] {
  const subject = about("tables");
  const missing = list.filter(({ there: isThere }) => !isThere).map(({ table }) => table);
  const wrongEngine = list.filter(({ there: isThere, engine }) => isThere && engine !== null && engine !== "InnoDB");
  const findings = missing.length === 0 ? [] : [missingTables(missing, list.length, name, needs)];
  for (const { table, engine } of wrongEngine)
    findings.push(
      subject.broken(
        `${table} is a ${engine} table: a change to it cannot be rolled back, so none is shown`,
        `ALTER TABLE ${table} ENGINE = InnoDB, when ${needs.product} is quiet`,
      ),
    );
  return findings.length > 0 ? findings : [subject.ok(`all ${list.length} that ${needs.users} need are there`)];
}

function rights({ tables: list, rights: has, user }: Examined, name: string, { users }: Needs): Finding[] {
  const subject = about("rights");
  const account = user.replace(/@/u, "'@'");
  const refusals = list.filter(({ refusal }) => refusal !== null);
  const findings: Finding[] = [];
  if (refusals.length > 0) {
    const names = refusals.map(({ table }) => table).join(", ");
    const says = `the server refuses what runbooks need of ${names}: ${refusals[0]?.refusal ?? ""}`;
    findings.push(subject.broken(says, `GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON ${name}.* TO '${account}'`));
  }
  if (!has.has("TRIGGER"))
    findings.push(
      subject.broken(
        "this account may not see triggers, so no change has a preview",
        `GRANT TRIGGER ON ${name}.* TO '${account}'`,
      ),
    );
  if (findings.length > 0) return findings;
  // Nobody looked at a right on a table that no runbook names.
  if (list.length === 0) return [subject.ok("the account may see triggers, so changes can have previews")];
  return [subject.ok(`the account may read and change what ${users} need${sightText(has)}`)];
}

const sightText = (rights: Examined["rights"]): string =>
  rights.has("PROCESS") || rights.has("SELECT")
    ? ""
    : "; what foreign keys of other databases pass on is out of its sight, and is said so";

function modes({ sqlMode }: Examined, { product }: Needs): Finding[] {
  if (/STRICT_(?:TRANS|ALL)_TABLES|TRADITIONAL/u.test(sqlMode)) return [];
  return [
    about("modes").mind(
      "the server's sql_mode is not strict: values that do not fit are cut, and shown as they were cut",
      `add STRICT_TRANS_TABLES to sql_mode, if ${product}'s makers agree`,
    ),
  ];
}

/** Clocks that differ by less say nothing: the question itself takes time. */
const CLOSE_MS = 2_000;

function clock({ aheadMs }: Examined): Finding {
  const subject = about("clock");
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) < CLOSE_MS) return subject.ok("the server's clock and this machine's agree");
  return subject.mind(
    `the server's clock is ${seconds} s ${aheadMs > 0 ? "before" : "behind"} this machine's`,
    "set both by NTP: ages on the board, and what happened when, rest on them",
  );
}
