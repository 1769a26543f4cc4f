/** What is answered about a site, and how it is written down: its database, and what its pack asks besides. */
import type { ClientKey, ClientOptions, SourcedValue, Setup, SetupTrace } from "../../../packs/setup.ts";
import type { Secret } from "../../../text/secret.ts";
import type { OwnAnswers, OwnSite } from "../../packs.ts";

export interface DatabaseAnswers {
  /** A path is that of a socket. */
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly password: SourcedValue | null;
  /** null: it does not leave this machine. A file of authorities is kept as it is written down. */
  readonly tls: "verify" | "off" | { readonly ca: string } | null;
}

/** The questions of the pack. */
export type OwnSetup = Setup<OwnSite, OwnAnswers>;

export interface Answers {
  readonly mysql: DatabaseAnswers;
  /** What the pack asks. */
  readonly own: OwnAnswers;
}

/** What is offered: the product's own settings before what a client of this user is told, then what is the rule. */
export function firstAnswers(
  { database: product, rule, answers }: SetupTrace<OwnAnswers>,
  client: ClientOptions,
): Answers {
  // The password of one account is none for another: either both are the product's, or both this user's.
  const account = product.user === undefined ? client : product;
  const value = (key: ClientKey, usual: string): string => (product[key] ?? client[key])?.value ?? usual;
  return {
    mysql: {
      host: socketOf(product, client) ?? local(value("host", "127.0.0.1")),
      port: value("port", "3306"),
      database: value("database", rule.database),
      user: (account.user ?? { value: rule.user }).value,
      password: account.password ?? null,
      tls: null,
    },
    own: answers,
  };
}

/** The socket that a client of this user is told of, where the product names no host. */
const socketOf = (product: ClientOptions, client: ClientOptions): string | undefined =>
  product.host === undefined ? client.socket?.value : undefined;

/** `localhost` means the socket to some clients and the port to others; the address says which. */
export const local = (host: string): string => (host === "localhost" ? "127.0.0.1" : host);

/** The secrets among the answers, by the names that their files get. */
export const secretsIn = ({ mysql, own }: Answers, setup: OwnSetup): Readonly<Record<string, string>> => ({
  ...(mysql.password === null ? {} : { mysql: mysql.password.value }),
  ...setup.secrets(own),
});

/** The site as the configuration has it; `secret` says what stands in place of a secret of that name. */
export function settingsOf(
  { mysql, own }: Answers,
  setup: OwnSetup,
  secret: (said: SourcedValue, name: string) => unknown,
): Section {
  const { host, port, user, password, database, tls } = mysql;
  return {
    mysql: {
      ...(host.startsWith("/") ? { socket: host } : { host, port: Number(port) }),
      user,
      password: password === null ? "" : secret(password, "mysql"),
      database,
      ...(tls === null ? {} : { tls }),
    },
    ...setup.settings(own, secret),
  };
}

/** The answers that a site which is written down already stands for. */
export function presentAnswers(site: OwnSite, setup: OwnSetup, source: string): Answers {
  const { mysql } = site;
  const answerOf = (secret: Secret): SourcedValue => ({ value: secret.reveal(), source });
  return {
    mysql: {
      host: mysql.socket ?? mysql.host ?? "127.0.0.1",
      port: String(mysql.port),
      database: mysql.database,
      user: mysql.user,
      password: answerOf(mysql.password),
      tls: mysql.tls ?? null,
    },
    own: setup.present(site, source),
  };
}

type Section = Readonly<Record<string, unknown>>;
const sectionOf = (value: unknown): Section => (value !== null && typeof value === "object" ? (value as Section) : {});

/** What setup asks about in a site's database settings. */
export const ASKED: ReadonlySet<string> = new Set(["host", "port", "socket", "user", "password", "database", "tls"]);

/** New settings over those that were written down before: what setup does not ask about stays as it is. */
export function over(present: unknown, settings: Section, lasting: readonly string[]): Section {
  const old = sectionOf(present);
  const mysql = Object.entries(sectionOf(old["mysql"])).filter(([key]) => !ASKED.has(key));
  const sections = lasting.map((name) => [name, { ...sectionOf(old[name]), ...sectionOf(settings[name]) }]);
  return {
    ...old,
    ...settings,
    mysql: { ...Object.fromEntries(mysql), ...sectionOf(settings["mysql"]) },
    ...Object.fromEntries(sections),
  };
}
