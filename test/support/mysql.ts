/**
 * A MySQL server for tests that need one: where HANDRAIL_MYSQL_URL names it (`mysql://root:WORD@127.0.0.1:3306`), as an account with
 * all rights and a server that may be written to. Without it these tests are not seen.
 */
import { createConnection, type Connection } from "mysql2/promise";
import { firstLine, type Capability } from "./needs.ts";

const url = (): URL | null => {
  const text = process.env["HANDRAIL_MYSQL_URL"];
  return text === undefined || text === "" ? null : new URL(text);
};

export interface MysqlServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The server that the environment names. Throws where it names none. */
export function mysqlServer(): MysqlServer {
  const found = url();
  if (found === null) throw new Error("HANDRAIL_MYSQL_URL is not set");
  return { port: Number(found.port), user: found.username, password: decodeURIComponent(found.password) };
}

/** A connection for arranging, for which the files of tests that use this one server wait for each other. */
export async function holdMysql(): Promise<Connection> {
  const connection = await connectMysql();
  await connection.query("SELECT GET_LOCK('handrail tests', 3600)");
  return connection;
}

const connectMysql = (): Promise<Connection> => {
  const { port, user, password } = mysqlServer();
  return createConnection({
    host: "127.0.0.1",
    port,
    user,
    password,
    dateStrings: true,
    multipleStatements: true,
  });
};

export const MYSQL: Capability = {
  name: "mysql",
  probe: async () => {
    if (url() === null) return "HANDRAIL_MYSQL_URL names no MySQL server";
    try {
      await (await connectMysql()).end();
      return null;
    } catch (error) {
      return `the MySQL server of HANDRAIL_MYSQL_URL does not answer (${firstLine(error)})`;
    }
  },
};
