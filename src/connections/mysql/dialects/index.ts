import type { Server } from "../server.ts";
import type { Dialect } from "./dialect.ts";
import { mariadb } from "./mariadb.ts";
import { mysql } from "./mysql.ts";

/** The dialect of each family of servers. */
export const DIALECTS: Readonly<Record<Server["family"], Dialect>> = { mariadb, mysql };
