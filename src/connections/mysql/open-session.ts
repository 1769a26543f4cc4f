/** One connection to the server, and nothing hidden in it: no reconnecting, no second statement, no local files. */
import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import type { Connection, ConnectionOptions, FieldPacket, ResultSetHeader } from "mysql2/promise";
import { isLoopback } from "../base-url.ts";
import type { MysqlSite } from "../site.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { dialectOf, OLDEST_MARIADB } from "../../sql/dialects/dialect.ts";
import { DIALECTS } from "./dialects/index.ts";
import { mariadb } from "./dialects/mariadb.ts";
import { isForgotten, KeptStatements } from "./kept-statements.ts";
import { serverOf } from "./server.ts";
import type { ResultSet, Sending, SqlSession } from "./session.ts";
import { fileTrouble } from "../../files/trouble.ts";
import { refuse, SqlTrouble, troubleOf } from "./trouble.ts";

export interface SessionOptions {
  readonly site: MysqlSite;
  readonly as: "reader" | "writer";
  /** Sent once after connecting, one after the other. */
  readonly setup: readonly string[];
  readonly redact: (text: string) => string;
  readonly statementMs?: number;
  /** Changes are meant to go to this server although it is a replica. */
  readonly isReplicaMeant?: boolean;
  /** Hears of every statement how long its answer took, in milliseconds. */
  readonly observe?: (sql: string, ms: number) => void;
}

const CONNECT_MS = 5_000;
const STATEMENT_MS = 60_000;
const IN_TRANSACTION = 1;
const BYTES = 63; // the "character set" of columns that hold no characters

/** Connects and sets the session up. Throws `SqlTrouble`. */
export async function openSession(options: SessionOptions): Promise<SqlSession> {
  // By `default`, since that is where a bundler puts a CommonJS module; Node gives both.
  const { createConnection } = (await import("mysql2/promise")).default;
  let session: LiveSession | null = null;
  try {
    session = new LiveSession(await createConnection(driverOptions(options)), options);
    for (const statement of options.setup) await session.control(statement);
    await session.learn();
    return session;
  } catch (error) {
    await session?.close();
    throw troubleOf(error, options.redact);
  }
}

function driverOptions({ site, as }: SessionOptions): ConnectionOptions {
  const account = as === "reader" && site.reader !== undefined ? site.reader : site;
  return {
    ...(site.socket === undefined ? { host: site.host ?? "127.0.0.1", port: site.port } : { socketPath: site.socket }),
    user: account.user,
    password: account.password.reveal(),
    database: site.database,
    charset: "utf8mb4",
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    multipleStatements: false,
    flags: ["-LOCAL_FILES"],
    connectTimeout: CONNECT_MS,
    enableKeepAlive: true,
    // What the server says is told by its own message; nobody reads where in the driver it came up.
    trace: false,
    // A text of ours goes out as it stands: values go with prepared statements alone. The driver would look it through for places.
    queryFormat: (sql) => sql,
    keepAliveInitialDelay: 10_000,
    ...tls(site),
  };
}

const isLocal = ({ socket, host = "" }: MysqlSite): boolean => socket !== undefined || isLoopback(host);

function tls(site: MysqlSite): Pick<ConnectionOptions, "ssl"> {
  const mode = site.tls ?? (isLocal(site) ? "off" : "verify");
  if (mode === "off") return {};
  const strict = { rejectUnauthorized: true, verifyIdentity: true };
  return { ssl: mode === "verify" ? strict : { ...strict, ca: certificate(mode.ca) } };
}

function certificate(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw refuse(
      `the certificate ${file}, which the site's mysql settings name, cannot be read: ${fileTrouble(error)}`,
    );
  }
}

class LiveSession implements SqlSession {
  connectionId = "";
  zone = "";
  dialect: Dialect = mariadb;
  words = OLDEST_MARIADB;
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  readonly #kept = new KeptStatements((sql) => this.#together(() => this.#connection.unprepare(sql)));
  #alive = true;

  constructor(connection: Connection, options: SessionOptions) {
    this.#connection = connection;
    this.#options = options;
    connection.on("error", () => (this.#alive = false));
    connection.on("end", () => (this.#alive = false));
  }

  get isReplicaMeant(): boolean {
    return this.#options.isReplicaMeant === true;
  }

  alive(): boolean {
    return this.#alive;
  }

  /** Whom it reached, and under which number. */
  async learn(): Promise<void> {
    const { family, version } = await serverOf(this);
    this.dialect = DIALECTS[family];
    this.words = dialectOf(family, version);
    const { rows } = await this.run("SELECT CONNECTION_ID(), @@session.time_zone");
    const [id, zone] = (rows[0] ?? []).map(String);
    this.connectionId = id ?? "";
    this.zone = zone ?? "SYSTEM";
  }

  async run(sql: string, values: readonly (string | null)[] = [], sending: Sending = {}): Promise<ResultSet> {
    const isKept = this.#kept.has(sql);
    try {
      return await this.#execute(sql, values, sending);
    } catch (error) {
      // Whoever prepares the text again asks the server: what did not work may have been understood otherwise.
      if (this.#alive) this.#kept.failed(sql);
      if (!isKept || !(error instanceof SqlTrouble) || !isForgotten(error.code)) throw error;
      return await this.#execute(sql, values, { ...sending, meanwhile: undefined });
    }
  }

  #execute(sql: string, values: readonly (string | null)[], { meanwhile, again = false }: Sending): Promise<ResultSet> {
    return this.#send(sql, async () => {
      // The driver gives the statement that it has prepared of a text before, without asking the server.
      const statement = await this.#connection.prepare(sql);
      const execution = statement.execute([...values]); // has left already
      execution.catch(() => undefined); // told below; but should `meanwhile` throw, nobody would listen
      meanwhile?.();
      const answer = await execution;
      // What is not kept the server is told along with what is sent next.
      this.#kept.used(sql, again);
      return answer;
    });
  }

  control(sql: string): Promise<ResultSet> {
    this.#kept.before(sql);
    return this.#send(sql, () => this.#connection.query(sql));
  }

  forget(): void {
    if (this.#alive) this.#kept.dropAll();
  }

  async close(): Promise<void> {
    if (!this.#alive) return;
    this.#alive = false;
    await this.#connection.end().catch(() => this.#connection.destroy());
  }

  async #send(sql: string, work: () => Promise<[unknown, FieldPacket[]]>): Promise<ResultSet> {
    if (!this.#alive) throw new SqlTrouble("lost", "the connection was lost", { sent: false });
    let timer: NodeJS.Timeout | undefined;
    const limit = this.#options.statementMs ?? STATEMENT_MS;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new SqlTrouble("lost", `no answer within ${limit} ms`, { sent: true })), limit);
    });
    const from = performance.now();
    try {
      const [result, fields] = await Promise.race([work(), late]);
      this.#options.observe?.(sql, performance.now() - from);
      return answerOf(result, fields);
    } catch (error) {
      const trouble = troubleOf(error, this.#options.redact);
      if (trouble.kind === "lost") this.#drop();
      throw trouble;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Does `send`, whose packet leaves in one piece with whatever else is sent in this turn. */
  #together(send: () => void): void {
    const { stream } = (this.#connection as unknown as { connection: { stream: Duplex } }).connection;
    stream.cork();
    send();
    setImmediate(() => stream.uncork());
  }

  #drop(): void {
    this.#alive = false;
    this.#connection.destroy();
  }
}

function answerOf(result: unknown, fields: readonly FieldPacket[] | undefined): ResultSet {
  if (Array.isArray(result)) {
    const columns = (fields ?? []).map((field) => {
      const { name, columnType, characterSet } = field as FieldPacket & { columnType: number; characterSet: number };
      return { name, type: columnType, binary: characterSet === BYTES };
    });
    return { columns, rows: result, matched: 0, changed: 0, warnings: 0, inTransaction: false };
  }
  const header = result as ResultSetHeader & { serverStatus?: number };
  return {
    columns: [],
    rows: [],
    matched: header.affectedRows,
    changed: header.changedRows,
    warnings: header.warningStatus,
    inTransaction: ((header.serverStatus ?? 0) & IN_TRANSACTION) !== 0,
  };
}
