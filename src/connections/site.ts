/** A site: what every one has, a database and perhaps a lab around it, with every secret already resolved. */
import type { Secret } from "../text/secret.ts";
import { isLoopback } from "./base-url.ts";
import type { MysqlSite, CoreSite } from "./site-schema.ts";

export type { MysqlSite, CoreSite };

/** The secrets that every site has, for the redactor. */
export const secretsOf = ({ mysql: { password, reader } }: CoreSite): Secret[] => [
  password,
  ...(reader ? [reader.password] : []),
];

/** What the operator must keep seeing about any site: lab time, and a database connection that nobody verifies. */
export const bannersOf = (site: CoreSite): string[] => [
  ...(site.lab === null ? [] : [`Lab "${site.lab.name}", time scale ${site.lab.scale}: nothing here is real.`]),
  ...mysqlBanners(site.mysql),
];

const mysqlBanners = ({ host, tls }: MysqlSite): string[] =>
  tls === "off" && host !== undefined && !isLoopback(host)
    ? [`The connection to MySQL on ${host} is not encrypted.`]
    : [];
