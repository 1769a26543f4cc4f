/**
 * Whether a statement is a read on this server: its views are followed to what they call, and the stored functions that it calls
 * are read. What this account may not see is not known to be harmless.
 */
import { routineText, type Routine } from "../../sql/calls.ts";
import { classify, type Classified } from "../../sql/classify.ts";
import type { Dialect } from "../../sql/dialects/dialect.ts";
import type { ReadingLines } from "../../sql/dialects/family.ts";
import { lex } from "../../sql/lexer.ts";
import { namesIn, type Named } from "../../sql/names.ts";
import { bodyShape } from "../../sql/routine.ts";
import { isSignificant, isWord, lexMode, type Token } from "../../sql/token.ts";
import {
  assertReadOnly,
  loadedAmong,
  lookUp,
  type Lookup,
  type Relation,
  type State,
  type StoredFunction,
  type NamesOfSchema,
} from "./lookup.ts";
import type { SqlSession } from "./session.ts";

export interface ReadServer {
  readonly dialect: Dialect;
  readonly lines: ReadingLines;
}

export interface ReadCheck extends Classified {
  readonly state: State;
  /** Whether it calls nothing that is stored, and no view stands behind what it names. */
  readonly ofTables: boolean;
}

/** Something that the server runs along with a statement, and what it names. */
interface Body {
  /** What it is, for a sentence: `the view c.v`. */
  readonly called: string;
  /** Where a name without a schema is looked for. */
  readonly home: string;
  readonly names: readonly Named[];
  readonly routines: readonly Routine[];
  /** Whether what it names must be found: its rights may be wider than this account's sight. */
  readonly strict: boolean;
}

/** What is asked of tables that hold nothing but what the server tells of itself. */
const SYSTEM = /^(?:information_schema|performance_schema)$/i;
/** Engines that read what they hold; others may carry something out where they are read. */
const ENGINES = new Set(
  "innodb myisam aria memory csv archive mrg_myisam sequence blackhole performance_schema rocksdb columnstore s3 federated ndbcluster temptable".split(
    " ",
  ),
);

/** Tokens that leave open what the server makes of a text. */
const UNCLEAR = new Set(["bad", "executable", "hint"]);

/** Checks a statement in the transaction that it will be carried out in. Throws `SqlTrouble`. */
export async function checkRead(
  session: SqlSession,
  server: ReadServer,
  sql: string,
  { sqlMode, home }: Pick<State, "sqlMode" | "home">,
): Promise<ReadCheck> {
  const classification = classify(sql, { sqlMode, dialect: server.dialect });
  if (isNoRead(classification)) return { ...classification, state: await stateOf(session, server), ofTables: false };
  const tokens = lex(sql, lexMode(sqlMode)).filter(isSignificant);
  const first = { called: "", home, names: namesOf(tokens), routines: classification.routines, strict: false };
  const { state, reasons, followed } = await new Follow(session, server).follow(first);
  // Another mode or another database since: what was read was another statement.
  if (state.sqlMode !== sqlMode || state.home !== home) return checkRead(session, server, sql, state);
  const kind = reasons.length > 0 ? "unknown" : "read";
  return { ...classification, class: kind, reasons, state, ofTables: followed === 0 && first.routines.length === 0 };
}

/** Whether it is no read, whatever the server says of what it calls. */
const isNoRead = ({ class: kind, routines }: Pick<Classified, "class" | "routines">): boolean =>
  kind !== "read" && routines.length === 0;

/** SHOW and DESCRIBE tell of tables without reading them, where they hold no query. */
function namesOf(tokens: readonly Token[]): Named[] {
  const tells = ["SHOW", "DESCRIBE", "DESC"].some((word) => isWord(tokens[0], word));
  return tells && !tokens.some((token) => isWord(token, "SELECT") || isWord(token, "TABLE")) ? [] : namesIn(tokens);
}

async function stateOf(session: SqlSession, { lines }: ReadServer): Promise<State> {
  return (await lookUp(session, lines, [], false)).state;
}

const key = (schema: string, name: string): string => `${schema}.${name}`.toLowerCase();

/** What bodies name, by the schema where it is looked for. */
function requestsOf(bodies: readonly Body[]): NamesOfSchema[] {
  const requests = new Map<string, { schema: string; relations: string[]; functions: string[] }>();
  const of = (home: string, database: string | null): { relations: string[]; functions: string[] } => {
    const schema = database ?? home;
    const request = requests.get(schema) ?? { schema, relations: [], functions: [] };
    requests.set(schema, request);
    return request;
  };
  for (const { home, names, routines } of bodies) {
    for (const { schema, name } of names.filter(isOfUser)) of(home, schema).relations.push(name);
    for (const { schema, name } of routines) of(home, schema).functions.push(name);
  }
  return [...requests.values()];
}

const isOfUser = ({ schema }: Named): boolean => !SYSTEM.test(schema ?? "");

class Follow {
  readonly #session: SqlSession;
  readonly #server: ReadServer;
  readonly #seen = new Set<string>();
  readonly #reasons = new Set<string>();
  #schemas: ReadonlySet<string> = new Set();
  #state: State | null = null;

  constructor(session: SqlSession, server: ReadServer) {
    this.#session = session;
    this.#server = server;
  }

  /** `followed`: how many views and stored functions were looked into. */
  async follow(first: Body): Promise<{ readonly state: State; readonly reasons: string[]; readonly followed: number }> {
    for (let open = [first]; open.length > 0;) open = await this.#round(open);
    const state = this.#state ?? (await stateOf(this.#session, this.#server));
    return { state, reasons: [...this.#reasons], followed: this.#seen.size };
  }

  /** Looks all of these up; gives what they set off in turn. */
  async #round(bodies: readonly Body[]): Promise<Body[]> {
    const catalogue =
      this.#state === null
        ? await this.#first(bodies)
        : await this.#lookUp(
            bodies.map((body) => this.#ofSchemas(body)),
            false,
          );
    const next: Body[] = [];
    for (const body of bodies) next.push(...(await this.#judge(body, catalogue)));
    return next;
  }

  /** Only the server knows which of the names before a dot are databases: those are asked for in a question of their own. */
  async #first(bodies: readonly Body[]): Promise<Lookup> {
    const bare = bodies.map((body) => ({ ...body, names: body.names.filter(({ schema }) => schema === null) }));
    const qualifiedBodies = bodies.map((body) => ({
      ...body,
      routines: [],
      names: body.names.filter(({ schema }) => schema !== null),
    }));
    const catalogue = await this.#lookUp(
      bare,
      qualifiedBodies.some(({ names }) => names.length > 0) ||
        bare.some(({ routines }) => routines.length > 0) ||
        bare.some(({ names }) => names.length > 0),
    );
    assertReadOnly(catalogue.state);
    this.#state = catalogue.state;
    this.#schemas = catalogue.schemas;
    const rest = qualifiedBodies.map((body) => this.#ofSchemas(body)).filter(({ names }) => names.length > 0);
    if (rest.length === 0) return catalogue;
    const addition = await this.#lookUp(rest, false);
    return { ...catalogue, relations: [...catalogue.relations, ...addition.relations] };
  }

  #ofSchemas(body: Body): Body {
    const isThere = ({ schema }: Named): boolean => schema === null || this.#schemas.has(schema.toLowerCase());
    return { ...body, names: body.names.filter(isThere) };
  }

  #lookUp(bodies: readonly Body[], schemas: boolean): Promise<Lookup> {
    return lookUp(this.#session, this.#server.lines, requestsOf(bodies), schemas);
  }

  async #judge(body: Body, { relations, functions }: Lookup): Promise<Body[]> {
    const next: Body[] = [];
    for (const reference of body.names) next.push(...this.#named(body, reference, relations));
    for (const routine of body.routines) next.push(...(await this.#routine(body, routine, functions)));
    return next;
  }

  #named(body: Body, { schema: database, name, surely }: Named, relations: readonly Relation[]): Body[] {
    const schema = database ?? body.home;
    if (SYSTEM.test(schema)) return [];
    const met = relations.filter((relation) => key(relation.schema, relation.name) === key(schema, name));
    if (met.length === 0) this.#miss(body, `${schema}.${name}`, surely);
    return met.flatMap((relation) => this.#relation(relation));
  }

  /** What is not there to be seen may be there all the same, where it surely is a table and the rights of the body are others. */
  #miss({ called: label, strict: isStrict }: Body, table: string, surely: boolean): void {
    if (isStrict && surely) this.#reasons.add(`${label} reads ${table}, which this account may not see`);
  }

  #relation({ schema, name, view, engine }: Relation): Body[] {
    const label = `${schema}.${name}`;
    if (view !== null) return this.#view(schema, label, view);
    if (engine !== null && !ENGINES.has(engine.toLowerCase()))
      this.#reasons.add(`the table ${label} is kept by ${engine}, and what reading it sets off is not known`);
    return [];
  }

  #view(schema: string, label: string, view: string): Body[] {
    if (!this.#isNew(`view ${label}`)) return [];
    if (view === "") {
      this.#reasons.add(`this account may not see what the view ${label} does (GRANT SHOW VIEW would show it)`);
      return [];
    }
    // Servers keep views as the default mode has them, whatever mode they were made under.
    const classification = classify(view, { sqlMode: "", dialect: this.#server.dialect });
    const { reasons, routines } = classification;
    if (isNoRead(classification)) for (const reason of reasons) this.#reasons.add(`the view ${label}: ${reason}`);
    const tokens = lex(view).filter(isSignificant);
    return [{ called: `the view ${label}`, home: schema, names: namesIn(tokens), routines, strict: true }];
  }

  async #routine(body: Body, routine: Routine, functions: readonly StoredFunction[]): Promise<Body[]> {
    const schema = routine.schema ?? body.home;
    const text = routineText({ schema, name: routine.name });
    if (!this.#isNew(`function ${text}`)) return [];
    const against = (reason: string): Body[] => {
      this.#reasons.add(body.called === "" ? `${text} ${reason}` : `${body.called} calls ${text}, which ${reason}`);
      return [];
    };
    const objection = await this.#loaded(routine);
    if (objection !== null) return against(objection);
    const met = functions.filter((candidate) => key(candidate.schema, candidate.name) === key(schema, routine.name));
    if (met.length === 0) return against("is not built in, and not there or not for this account to see");
    return met.flatMap((candidate) => this.#stored(candidate, text, against));
  }

  /** Without a schema a function may also be one that was loaded into the server. */
  async #loaded({ schema, name }: Routine): Promise<string | null> {
    if (schema !== null) return null;
    const names = await loadedAmong(this.#session, this.#server.lines, [name]);
    if (names === null)
      return "is not built in, and whether it was loaded into the server this account may not look up; of db.name() it could";
    return names.length === 0 ? null : "was loaded into the server, and what it does is not known";
  }

  #stored({ schema, body, sqlMode }: StoredFunction, text: string, against: (reason: string) => Body[]): Body[] {
    if (body === null)
      return against(`does what this account may not see (${this.#server.lines.showsRoutines} would show it)`);
    // The catalogue gives literals without their escapes, quotes in them doubled, whatever mode they were written under.
    const tokens = lex(body, { ...lexMode(sqlMode), noBackslashEscapes: true }).filter(isSignificant);
    const shape = bodyShape(tokens, this.#server.dialect);
    if (tokens.some((token) => UNCLEAR.has(token.kind) || token.text === "{"))
      against("has a text that is not understood");
    for (const reason of shape.against) against(`is not known to be without effects: ${reason}`);
    return [{ called: text, home: schema, names: namesIn(tokens), routines: shape.routines, strict: true }];
  }

  #isNew(text: string): boolean {
    const isKnown = this.#seen.has(text.toLowerCase());
    this.#seen.add(text.toLowerCase());
    return !isKnown;
  }
}
