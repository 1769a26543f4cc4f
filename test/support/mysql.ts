/** A MySQL server that keeps books of itself and writes files, as servers of a site do; the lab's has neither. */
import { startDatabase, type Database } from "./database.ts";

export interface MysqlServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: Database;
}

export async function startMysql(): Promise<MysqlServer> {
  const database = await startDatabase("mysql", ["--performance-schema=ON", "--secure-file-priv="]);
  return { port: database.lab.ports.mysql, user: "root", password: database.lab.rootPassword, database };
}
