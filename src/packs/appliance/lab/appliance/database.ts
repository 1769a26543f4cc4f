import { createPool, type Pool, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import type { LabConfig } from "./config.ts";

export type LabRow = Record<string, string | number | null>;

/** A daemon's way to the database: values come back as text and numbers, times as text. */
export type Database = {
  rows(sql: string, values?: unknown[]): Promise<LabRow[]>;
  row(sql: string, values?: unknown[]): Promise<LabRow | null>;
  /** Runs a change and says how many rows matched. */
  change(sql: string, values?: unknown[]): Promise<number>;
};

/** Opens the appliance's account. Every statement ends in a remark that names `by`, so that the ledger can tell. */
export function openDatabase(lab: LabConfig, by: string): Database {
  const pool = createPool({
    host: "127.0.0.1",
    port: lab.ports.mysql,
    user: "oma_user",
    password: lab.omaPassword,
    database: "migratekit_oma",
    connectionLimit: 8,
    dateStrings: true,
    jsonStrings: true,
    supportBigNumbers: true,
    timezone: "Z",
  });
  return {
    rows: (sql, values) => read(pool, sql, by, values),
    row: async (sql, values) => (await read(pool, sql, by, values))[0] ?? null,
    change: async (sql, values) => {
      const [result] = await pool.query<ResultSetHeader>(`${sql} /* lab by=${by} */`, values);
      return result.affectedRows;
    },
  };
}

async function read(pool: Pool, sql: string, by: string, values?: unknown[]): Promise<LabRow[]> {
  const [rows] = await pool.query<(RowDataPacket & LabRow)[]>(`${sql} /* lab by=${by} */`, values);
  return rows;
}

/** A database error as the Go driver words it. */
export function goDatabaseError(problem: unknown): string {
  const {
    errno,
    sqlState,
    sqlMessage,
    code,
    address = "127.0.0.1",
    port,
  } = problem as Record<string, string | number | undefined>;
  if (sqlMessage !== undefined) return `Error ${errno} (${sqlState}): ${sqlMessage}`;
  if (code === "ECONNREFUSED") return `dial tcp ${address}:${port}: connect: connection refused`;
  return code === "PROTOCOL_CONNECTION_LOST" || code === "ECONNRESET" ? "invalid connection" : String(problem);
}
