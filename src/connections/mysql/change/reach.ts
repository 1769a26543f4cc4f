/**
 * Whether everything that a statement can set off rolls back: only then is it tried out. Triggers are read, and those of the
 * tables that they write; views are followed to what they call. What this account may not see is not known.
 */
import { lex } from "../../../sql/lexer.ts";
import { settingsIn } from "../../../sql/routine.ts";
import { type Mentions, mentionsIn } from "../../../sql/mentions.ts";
import { isSignificant, type Token } from "../../../sql/token.ts";
import type { SqlSession } from "../session.ts";
import { isRefusal, refuse } from "../trouble.ts";
import type { Aim } from "./aim.ts";
import { askCatalogue, describe } from "./catalogue.ts";
import { rightsOf } from "./effects.ts";
import { textRows } from "./row.ts";
import { triggersOf, type Trigger } from "./table.ts";
import type { TableImage } from "./trial.ts";
import { REVERSE } from "./undo.ts";

/** A text that the server runs along with the statement. */
interface Body {
  /** What it is, for a sentence. */
  readonly called: string;
  readonly schema: string;
  readonly tokens: readonly Token[];
  /** Whether it may write. */
  readonly writes: boolean;
}

const THE_STATEMENT = "The statement";

/** What a database holds, by names in small letters. */
interface Holdings {
  /** Tables that roll back. */
  readonly tables: ReadonlySet<string>;
  /** Tables that do not, with their engines. */
  readonly fixed: ReadonlyMap<string, string>;
  readonly views: ReadonlySet<string>;
  readonly routines: ReadonlySet<string>;
}

/** Refuses where something that the statement sets off may act where no rollback reaches, or cannot be looked into. */
export async function refuseOutsiders(session: SqlSession, aim: Aim, home: string): Promise<void> {
  const { targets, tokens, readsOnlyItsTable } = aim;
  if (!(await rightsOf(session)).has("TRIGGER"))
    throw refuse(
      `This account may not see triggers, so what the statement sets off is not known: it cannot be previewed. ` +
        `GRANT TRIGGER ON ${home}.* would show them.`,
      "no-preview",
    );
  const open: Body[] = targets.flatMap(({ verb, info }) =>
    info.triggers.filter(({ event }) => event === verb).map((trigger) => bodyOf(trigger, info.schema)),
  );
  if (!readsOnlyItsTable) open.push({ called: THE_STATEMENT, schema: home, tokens, writes: false });
  await new Reach(session, home).follow(open);
}

/**
 * Why an undo is not tried out, or null: what it would set off may act where no rollback reaches. It runs the triggers of the
 * opposite verb, also of the tables that foreign keys reached.
 */
export async function whyUntried(
  session: SqlSession,
  images: readonly TableImage[],
  home: string,
): Promise<string | null> {
  const bodies = images.flatMap(({ target: { verb, info } }) =>
    info.triggers.filter(({ event }) => event === REVERSE[verb]).map((trigger) => bodyOf(trigger, info.schema)),
  );
  if (bodies.length === 0) return null;
  try {
    await new Reach(session, home).follow(bodies);
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `it was not tried out: ${error.message.replace(/: the statement cannot be previewed\.$/u, "")}`;
  }
}

const bodyOf = ({ name, tokens }: Trigger, schema: string): Body => ({
  called: `The trigger ${name}`,
  schema,
  tokens,
  writes: true,
});

const small = (name: string): string => name.toLowerCase();
const cannotPreview = (body: Body, cause: string): Error =>
  refuse(`${body.called} uses ${cause}: the statement cannot be previewed.`, "no-preview");

const HOLDINGS = `SELECT 'table', table_name, table_type, engine FROM information_schema.tables WHERE table_schema = :schema
  UNION ALL SELECT 'routine', routine_name, NULL, NULL FROM information_schema.routines WHERE routine_schema = :schema
  UNION ALL SELECT 'schema', schema_name, NULL, NULL FROM information_schema.schemata`;
const VIEW =
  "SELECT view_definition FROM information_schema.views WHERE table_schema = :schema AND table_name = :table";

const isStatement = ({ called: label }: Body): boolean => label === THE_STATEMENT;

/** Refuses what the body's own words do. */
function refuseActs(body: Body, { acts, calls }: Mentions): void {
  if (body.writes) refuseLasting(body, acts);
  if (!isStatement(body) && calls.length > 0)
    throw cannotPreview(body, `${calls.join(" and ")}, which is not known to be without effects`);
}

/** Refuses what a rollback does not take back, in a body that may write. */
function refuseLasting(body: Body, acts: readonly string[]): void {
  if (acts.length > 0) throw cannotPreview(body, `${acts.join(" and ")}, which a rollback does not take back`);
  const settings = settingsIn(body.tokens);
  if (settings.length > 0) throw cannotPreview(body, `SET ${settings.join(", ")}, which a rollback does not take back`);
}

/** Refuses what stands outside of every transaction, in a body that may write. */
function refuseWriting(body: Body, { fixed: engines, routines }: Holdings, name: string): void {
  const engine = engines.get(small(name));
  if (engine !== undefined)
    throw cannotPreview(body, `${name}, a ${engine} table, which a rollback does not take back`);
  if (routines.has(small(name))) throw cannotPreview(body, `${name}, which may do what a rollback does not take back`);
}

/** A table of the statement or a row of the trigger. A database that this account may not see looks like one. */
const isLocal = (name: string, { tables, fixed: engines }: Holdings, { bare }: Mentions): boolean =>
  tables.has(small(name)) || engines.has(small(name)) || bare.has(name) || /^(?:new|old)$/iu.test(name);

/** Whether a name before a dot, which is no database, is known: what the statement itself names, the server looks up. */
const isKnown = (body: Body, name: string, holdings: Holdings, mentions: Mentions): boolean =>
  isStatement(body) || isLocal(name, holdings, mentions);

class Reach {
  readonly #session: SqlSession;
  readonly #holdings = new Map<string, Holdings>();
  readonly #schemas = new Map<string, string>();
  readonly #followed = new Set<string>();

  constructor(session: SqlSession, home: string) {
    this.#session = session;
    this.#schemas.set(small(home), home);
  }

  async follow(first: readonly Body[]): Promise<void> {
    const open = [...first];
    for (let body = open.pop(); body !== undefined; body = open.pop()) open.push(...(await this.#look(body)));
  }

  /** Refuses what a body may do; gives what it sets off in turn. */
  async #look(body: Body): Promise<Body[]> {
    const mentions = mentionsIn(body.tokens, this.#session.words);
    const own = await this.#of(body.schema);
    refuseActs(body, mentions);
    const next: Body[] = [];
    for (const name of mentions.bare) next.push(...(await this.#named(body, body.schema, own, name)));
    for (const [first, second] of mentions.qualified) {
      const schema = this.#schemas.get(small(first));
      if (schema !== undefined) next.push(...(await this.#named(body, schema, await this.#of(schema), second)));
      else if (!isKnown(body, first, own, mentions))
        throw cannotPreview(body, `${first}.${second}, which this account may not see`);
    }
    return next;
  }

  async #named(body: Body, schema: string, holdings: Holdings, name: string): Promise<Body[]> {
    if (body.writes) refuseWriting(body, holdings, name);
    const place = JSON.stringify([schema, name, body.writes]);
    if (this.#followed.has(place)) return [];
    this.#followed.add(place);
    if (holdings.views.has(small(name))) return [await this.#view(body, schema, name)];
    if (!body.writes || !holdings.tables.has(small(name))) return [];
    const triggers = triggersOf(await describe(this.#session, { schema, table: name }));
    return triggers.map((trigger) => bodyOf(trigger, schema));
  }

  async #view(body: Body, schema: string, name: string): Promise<Body> {
    const [row] = textRows(await askCatalogue(this.#session, VIEW, { schema, table: name }));
    const text = row?.[0] ?? "";
    if (text === "") throw cannotPreview(body, `the view ${name}, whose definition this account may not see`);
    return { called: `The view ${name}`, schema, tokens: lex(text).filter(isSignificant), writes: body.writes };
  }

  async #of(schema: string): Promise<Holdings> {
    const cachedHoldings = this.#holdings.get(schema);
    if (cachedHoldings !== undefined) return cachedHoldings;
    const rows = textRows(await askCatalogue(this.#session, HOLDINGS, { schema }));
    const names = (of: readonly (readonly (string | null)[])[]): Set<string> =>
      new Set(of.map(([, name]) => small(name ?? "")));
    const tables = rows.filter(([kind]) => kind === "table");
    const base = tables.filter(([, , type]) => type === "BASE TABLE" || type === "SYSTEM VERSIONED");
    for (const [kind, name] of rows) if (kind === "schema") this.#schemas.set(small(name ?? ""), name ?? "");
    const holdings: Holdings = {
      tables: names(base.filter(([, , , engine]) => engine === "InnoDB")),
      fixed: new Map(
        tables
          .filter(([, , type, engine]) => !/view/i.test(type ?? "") && engine !== "InnoDB")
          .map(([, name, type, engine]) => [small(name ?? ""), engine ?? type ?? "unknown"]),
      ),
      views: names(tables.filter(([, , type]) => /view/i.test(type ?? ""))),
      routines: names(rows.filter(([kind]) => kind === "routine")),
    };
    this.#holdings.set(schema, holdings);
    return holdings;
  }
}
