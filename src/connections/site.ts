/** A site: the connections that it has, and perhaps a lab around it, with every secret already resolved. */
import type { AllowedProgram } from "../ports/program.ts";
import { Secret } from "../text/secret.ts";
import { isLoopback } from "./base-url.ts";
import type { ConnectionSite, MysqlSite, CoreSite, HttpSite } from "./site-schema.ts";

export type { MysqlSite, CoreSite, HttpSite };

/** What stands for the database of `mysql:` where connections are named. */
export const DEFAULT_DATABASE = "mysql";

/** A database of a site, by the name of its connection. */
export interface NamedDatabase {
  readonly name: string;
  readonly mysql: MysqlSite;
  /** Changes are meant to go to a replica. */
  readonly onReplica: boolean;
}

/** The connections of one kind, in the order of the configuration. */
function ofKind<K extends "mysql" | "http" | "programs">(
  { connections }: CoreSite,
  kind: K,
): ({ readonly name: string } & Omit<ConnectionSite, K> & { readonly [key in K]: NonNullable<ConnectionSite[K]> })[] {
  return Object.entries(connections).flatMap(([name, connection]) =>
    connection[kind] === undefined ? [] : [{ ...connection, name } as never],
  );
}

/** Every database of a site. The first is the one that a step means which names none. */
export function databasesOf(site: CoreSite): NamedDatabase[] {
  const own = site.mysql === undefined ? [] : [{ name: DEFAULT_DATABASE, mysql: site.mysql, onReplica: false }];
  const others = ofKind(site, "mysql").map(({ name, mysql, may_change: target }) => ({
    name,
    mysql,
    onReplica: target === "replica",
  }));
  return [...own, ...others];
}

/** Every HTTP service of a site, by its name. */
export const servicesOf = (site: CoreSite): { readonly name: string; readonly http: HttpSite }[] =>
  ofKind(site, "http");

/** Every list of programs of a site, by its name. */
export const programsOf = (site: CoreSite): { readonly name: string; readonly programs: readonly AllowedProgram[] }[] =>
  ofKind(site, "programs").map(({ name, programs }) => ({
    name,
    programs: programs.map((entry) =>
      typeof entry === "string" ? { path: entry, isRead: false } : { path: entry.path, isRead: true },
    ),
  }));

const secretsOfDatabase = ({ password, reader }: MysqlSite): Secret[] => [
  password,
  ...(reader ? [reader.password] : []),
];

/** The secrets that every site has, for the redactor. */
export const secretsOf = (site: CoreSite): Secret[] => [
  ...databasesOf(site).flatMap(({ mysql }) => secretsOfDatabase(mysql)),
  ...servicesOf(site).flatMap(({ http }) => Object.values(http.headers).flatMap(secretsOfHeader)),
];

/** A header's value, and what of it another side may repeat by itself: what stands behind `Bearer` or `Basic`. */
function secretsOfHeader(header: Secret): Secret[] {
  const [scheme = "", ...rest] = header.reveal().trim().split(/\s+/u);
  const credentials = rest.join(" ");
  if (credentials === "") return [header];
  const part = new Secret(header.name, credentials);
  if (scheme.toLowerCase() !== "basic") return [header, part];
  const [, password = ""] = /^[^:]*:(.*)$/su.exec(Buffer.from(credentials, "base64").toString("utf8")) ?? [];
  return password === "" ? [header, part] : [header, part, new Secret(header.name, password)];
}

/** What the operator must keep seeing about any site: lab time, and connections that nobody verifies. */
export const bannersOf = (site: CoreSite): string[] => [
  ...(site.lab === null ? [] : [`Lab "${site.lab.name}", time scale ${site.lab.scale}: nothing here is real.`]),
  ...databasesOf(site).flatMap(({ mysql }) => mysqlBanners(mysql)),
  ...servicesOf(site).flatMap(({ name, http }) => httpBanners(name, http)),
];

const mysqlBanners = ({ host, tls }: MysqlSite): string[] =>
  tls === "off" && host !== undefined && !isLoopback(host)
    ? [`The connection to MySQL on ${host} is not encrypted.`]
    : [];

function httpBanners(name: string, { url, tls }: HttpSite): string[] {
  if (url.startsWith("http:"))
    return isLoopback(new URL(url).hostname) ? [] : [`The connection ${name} goes over plain HTTP.`];
  return tls === "off" ? [`The certificate of the connection ${name} is not verified.`] : [];
}
