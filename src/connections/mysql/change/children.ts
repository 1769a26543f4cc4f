/**
 * Rows that foreign keys will change or delete beside the statement's own: found by locking reads before it runs, level by
 * level to their end. The server passes changes on by itself; what is found here is read again afterwards.
 */
import { quoteName } from "../../../sql/dissect.ts";
import type { SqlSession } from "../session.ts";
import { isRefusal, refuse, SqlTrouble } from "../trouble.ts";
import { MOST_KEYS } from "./aim.ts";
import { jsonColumnSql, jsonTable, rowsText } from "./carry.ts";
import { asTextSql, columnSql } from "./columns.ts";
import { foreignKeysTo, passedOn, ruleOf, type ForeignKey } from "./foreign-keys.ts";
import { keyJoin, keyPlaces, portions } from "./images.ts";
import { mostTogether } from "./primary.ts";
import { pick, rowName, textRows, type Row } from "./row.ts";
import { tableInfo, tableSql, type TableInfo } from "./table.ts";

type Verb = "DELETE" | "UPDATE";

/** Rows of one table that go or change. */
export interface Going {
  readonly verb: Verb;
  readonly info: TableInfo;
  readonly keys: readonly (readonly string[])[];
  /** For an UPDATE: the columns that it changes, in small letters. */
  readonly columns: ReadonlySet<string>;
}

/** The row of a parent, by its place among the rows of an earlier {@link Going}, whose new values a child row takes over. */
export interface Origin {
  readonly key: ForeignKey;
  readonly parent: Going;
  readonly at: number;
}

/** Rows of one table that foreign keys reach. */
export interface Reached extends Going {
  readonly oldRows: readonly Row[];
  readonly origins: readonly Origin[];
  /** The foreign keys that reach them. */
  readonly by: readonly string[];
  /** Whether the server itself takes them back along, when their parents get their keys again. */
  readonly passedBack: boolean;
}

export interface Count {
  readonly key: ForeignKey;
  /** What it does to them, in the words of SQL. */
  readonly rule: string;
  readonly verb: Verb;
  readonly label: string;
  readonly rows: number;
}

export interface Passing {
  readonly children: readonly Reached[];
  /** How many rows each foreign key reaches. */
  readonly counts: readonly Count[];
  /** Tables whose rows are reached and cannot be told apart: how many they are is all that is known. */
  readonly nameless: readonly string[];
  /** Every foreign key that points at a table of these. */
  readonly keys: readonly ForeignKey[];
}

interface Found {
  readonly info: TableInfo;
  readonly verb: Verb;
  readonly columns: Set<string>;
  readonly rows: Map<string, { readonly row: Row; readonly origin: Origin }>;
  readonly by: Set<string>;
  readonly passedBack: boolean;
}

/** Follows the foreign keys from the statement's own rows. Throws `SqlTrouble` where they reach too many rows. */
export const followKeys = (session: SqlSession, own: readonly Going[], home: string): Promise<Passing> =>
  new Follower(session, own, home).follow();

/** The server's numbers for a table, or a column of it, that an account may not read. */
const UNREADABLE: ReadonlySet<string> = new Set(["1142", "1143"]);

const isUnreadable = (error: unknown): boolean => error instanceof SqlTrouble && UNREADABLE.has(error.code ?? "");

const unreadable = (key: ForeignKey, label: string): Error =>
  refuse(
    `The foreign key ${key.name} reaches ${label}, whose rows this account may not read: it cannot be previewed.`,
    "no-preview",
  );

const tooMany = (): Error =>
  refuse(`Foreign keys pass the change on to more than ${MOST_KEYS} rows: too many to be previewed.`, "no-preview");

const placeOf = ({ schema, table }: { schema: string; table: string }): string => JSON.stringify([schema, table]);

/** The columns that a foreign key changes in the rows that it reaches, in small letters. */
const keyColumnsOf = (key: ForeignKey, verb: Verb): ReadonlySet<string> =>
  new Set(verb === "DELETE" ? [] : key.columns.map((column) => column.toLowerCase()));

class Follower {
  readonly #session: SqlSession;
  readonly #home: string;
  readonly #own: readonly Going[];
  readonly #found = new Map<string, Found>();
  readonly #counts: Count[] = [];
  readonly #nameless = new Set<string>();
  readonly #keys = new Map<string, readonly ForeignKey[]>();
  readonly #infos = new Map<string, TableInfo | null>();
  /** Rows that go or change anyway, by table and verb. */
  readonly #known = new Map<string, Set<string>>();
  #total = 0;

  constructor(session: SqlSession, own: readonly Going[], home: string) {
    this.#session = session;
    this.#own = own;
    this.#home = home;
  }

  /** The statement's own rows are known from the first foreign key on. */
  #knowOwn(): void {
    if (this.#known.size > 0) return;
    for (const { info, verb, keys } of this.#own)
      for (const key of keys) this.#isNew(placeOf(info), verb, rowName(key));
  }

  async follow(): Promise<Passing> {
    const open: Going[] = [...this.#own];
    for (let going = open.shift(); going !== undefined; going = open.shift()) {
      for (const key of await this.#pointingAt(going)) {
        const next = await this.#pass(going, key);
        if (next !== null) open.push(next);
      }
    }
    return {
      children: this.#reached(),
      counts: this.#counts,
      nameless: [...this.#nameless],
      keys: [...this.#keys.values()].flat(),
    };
  }

  /** True once for each row. A row that is deleted is not changed as well. */
  #isNew(place: string, verb: Verb, name: string): boolean {
    const names = this.#known.get(`${verb} ${place}`) ?? new Set();
    if (names.has(name) || this.#known.get(`DELETE ${place}`)?.has(name) === true) return false;
    this.#known.set(`${verb} ${place}`, names.add(name));
    return true;
  }

  async #pointingAt({ info, verb, keys, columns }: Going): Promise<readonly ForeignKey[]> {
    if (keys.length === 0) return [];
    // A foreign key points only at columns of an index.
    if (verb === "UPDATE" && ![...columns].some((column) => info.indexed.has(column))) return [];
    const foreignKeys = this.#keys.get(placeOf(info)) ?? (await foreignKeysTo(this.#session, info));
    this.#keys.set(placeOf(info), foreignKeys);
    return foreignKeys.filter(
      ({ referenced: parentColumns }) =>
        verb === "DELETE" || parentColumns.some((column) => columns.has(column.toLowerCase())),
    );
  }

  /** The rows that one key reaches from one table; what of them is new goes on from there. */
  async #pass(going: Going, key: ForeignKey): Promise<Going | null> {
    const verb = passedOn(key, going.verb);
    if (verb === null) return null;
    this.#knowOwn();
    const label = key.child.schema === this.#home ? key.child.table : `${key.child.schema}.${key.child.table}`;
    const info = await this.#infoOf(key);
    const hits = await this.#pointing(going, key, info).catch((error: unknown) => {
      throw isUnreadable(error) ? unreadable(key, label) : error;
    });
    this.#counts.push({ key, rule: ruleOf(key, going.verb), verb, label, rows: hits.length });
    if (info !== null) return this.#reach(going, key, { info, verb }, hits);
    if (hits.length > 0) this.#nameless.add(label);
    return null;
  }

  /** Keeps the rows that were not reached before; gives them, for they reach on. */
  #reach(
    going: Going,
    key: ForeignKey,
    { info, verb }: Pick<Going, "info" | "verb">,
    hits: readonly Row[],
  ): Going | null {
    const columns = keyColumnsOf(key, verb);
    const passedBack = going.verb === "UPDATE" && key.onUpdate === "CASCADE";
    const place = `${verb} ${String(passedBack)} ${placeOf(info)}`;
    const emptyReach = { info, verb, columns: new Set<string>(), rows: new Map(), by: new Set<string>(), passedBack };
    const reach = this.#found.get(place) ?? emptyReach;
    const keys = this.#keep(reach, going, key, hits);
    if (keys.length === 0) return null;
    for (const column of columns) reach.columns.add(column);
    reach.by.add(key.name);
    this.#found.set(place, reach);
    return { info, verb, keys, columns };
  }

  #keep({ info, verb, rows }: Found, parent: Going, key: ForeignKey, hits: readonly Row[]): string[][] {
    const places = keyPlaces(info.columns, info.keyColumns);
    const keys: string[][] = [];
    for (const [parentIndex, ...row] of hits) {
      const own = pick(row, places);
      const origin = { key, parent, at: Number(parentIndex) };
      if (!this.#isNew(placeOf(info), verb, rowName(own))) continue;
      rows.set(rowName(own), { row, origin });
      keys.push(own);
    }
    this.#total += keys.length;
    if (this.#total > MOST_KEYS) throw tooMany();
    return keys;
  }

  /** null where its rows cannot be told apart. */
  async #infoOf({ child }: ForeignKey): Promise<TableInfo | null> {
    const cachedInfo = this.#infos.get(placeOf(child));
    if (cachedInfo !== undefined) return cachedInfo;
    const info = await tableInfo(this.#session, child, this.#home).catch((error: unknown) => {
      if (isRefusal(error)) return null;
      throw error;
    });
    this.#infos.set(placeOf(child), info);
    return info;
  }

  /** The rows that point at the given ones, locked: the place of the row that they point at, then every column. */
  async #pointing({ info: parent, keys }: Going, key: ForeignKey, info: TableInfo | null): Promise<Row[]> {
    const join = keyJoin(parent, "handrail_p");
    const columns = (info?.columns ?? []).map((column) => asTextSql(column, columnSql("handrail_c", column.name)));
    const on = key.columns.map(
      (column, index) => `${columnSql("handrail_c", column)} = ${columnSql("handrail_p", key.referenced[index] ?? "")}`,
    );
    const sql =
      `SELECT ${[jsonColumnSql("handrail_at"), ...columns].join(", ")} FROM ${jsonTable("?", join.carried, true)}` +
      ` STRAIGHT_JOIN ${tableSql(parent)} AS handrail_p ON ${join.on}` +
      ` STRAIGHT_JOIN ${tableSql(key.child)} AS ${quoteName("handrail_c")} ON ${on.join(" AND ")} ${this.#session.dialect.locking(["handrail_p", "handrail_c"])}`;
    const hits: Row[] = [];
    for (const { from, rows } of portions(keys, mostTogether(this.#session))) {
      const answer = textRows(await this.#session.run(sql, [rowsText(rows)]));
      hits.push(...answer.map(([ordinal, ...row]) => [String(from + Number(ordinal) - 1), ...row]));
    }
    return hits;
  }

  /** What was found, table by table, in the order of keys; a row that is deleted too is not among the changed ones. */
  #reached(): Reached[] {
    return [...this.#found.values()].flatMap(({ info, verb, columns, rows, by, passedBack }) => {
      const deletedNames = verb === "UPDATE" ? this.#known.get(`DELETE ${placeOf(info)}`) : undefined;
      const changes = this.#own.find((own) => own.verb === "UPDATE" && placeOf(own.info) === placeOf(info));
      const own = new Set((changes?.keys ?? []).map(rowName));
      const remaining = [...rows]
        .filter(([name]) => deletedNames?.has(name) !== true && !own.has(name))
        .sort(([a], [b]) => (a < b ? -1 : 1));
      if (remaining.length === 0) return [];
      const keys = remaining.map(([name]) => JSON.parse(name) as string[]);
      const oldRows = remaining.map(([, { row }]) => row);
      return [
        {
          info,
          verb,
          columns,
          keys,
          oldRows,
          origins: remaining.map(([, { origin }]) => origin),
          by: [...by],
          passedBack,
        },
      ];
    });
  }
}
