import { mariadb } from "../mariadb/family.ts";
import { mysql } from "../mysql/family.ts";
import type { Family } from "./family.ts";
import type { ServerName } from "./names.ts";

/** What is known of each server, by its name. */
export const families: Readonly<Record<ServerName, Family>> = { mariadb, mysql };
