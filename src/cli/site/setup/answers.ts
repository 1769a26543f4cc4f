/** What is answered about a site, and how it is written down. */
import type { Site } from "../../../connections/site.ts";
import type { Secret } from "../../../text/secret.ts";
import type { Appliance } from "./appliance.ts";
import type { ClientKey, ClientOptions, Said } from "./option-file.ts";

/** What this machine tells before anybody is asked. */
export interface Known {
  readonly appliance: Appliance | null;
  readonly client: ClientOptions;
}

export interface Answers {
  readonly mysql: {
    /** A path is that of a socket. */
    readonly host: string;
    readonly port: string;
    readonly database: string;
    readonly user: string;
    readonly password: Said | null;
    /** null: it does not leave this machine. A file of authorities is kept as it is written down. */
    readonly tls: "verify" | "off" | { readonly ca: string } | null;
  };
  readonly daemon: string;
  readonly api: string;
  /** null: as the appliance has it in its own table. */
  readonly cloud: {
    readonly url: string;
    readonly key: Said;
    readonly secret: Said;
    readonly tls: "verify" | "off";
  } | null;
}

/** What is offered: the appliance's own settings before what a client of this user is told, then what appliances have as a rule. */
export function firstAnswers({ appliance, client }: Known): Answers {
  // The password of one account is none for another: either both are the appliance's, or both this user's.
  const said = appliance?.database.user === undefined ? client : appliance.database;
  const value = (key: ClientKey): string | undefined => (appliance?.database[key] ?? client[key])?.value;
  return {
    mysql: {
      host:
        client.socket !== undefined && appliance?.database.host === undefined
          ? client.socket.value
          : local(value("host")),
      port: value("port") ?? "3306",
      database: value("database") ?? "migratekit_oma",
      user: said.user?.value ?? "oma_user",
      password: said.password ?? null,
      tls: null,
    },
    daemon: "http://127.0.0.1:8090",
    api: `http://127.0.0.1:${appliance?.port ?? "8082"}`,
    cloud: null,
  };
}

/** `localhost` means the socket to some clients and the port to others; the address says which. */
const local = (host = "127.0.0.1"): string => (host === "localhost" ? "127.0.0.1" : host);

/** The secrets among the answers, by the names that their files get. */
export function secretsIn({ mysql, cloud }: Answers): Readonly<Record<string, string>> {
  return {
    ...(mysql.password === null ? {} : { mysql: mysql.password.value }),
    ...(cloud === null ? {} : { "cloudstack-api-key": cloud.key.value, "cloudstack-secret-key": cloud.secret.value }),
  };
}

/** The site as the configuration has it; `secret` says what stands in place of a secret of that name. */
export function settingsOf(
  { mysql, daemon, api, cloud }: Answers,
  secret: (said: Said, name: string) => unknown,
): Readonly<Record<string, unknown>> {
  const { host, port, user, password, database, tls } = mysql;
  return {
    mysql: {
      ...(host.startsWith("/") ? { socket: host } : { host, port: Number(port) }),
      user,
      password: password === null ? "" : secret(password, "mysql"),
      database,
      ...(tls === null ? {} : { tls }),
    },
    volume_daemon: { url: daemon },
    oma_api: { url: api },
    cloudstack:
      cloud === null
        ? { from: "appliance" }
        : {
            url: cloud.url,
            api_key: secret(cloud.key, "cloudstack-api-key"),
            secret_key: secret(cloud.secret, "cloudstack-secret-key"),
            ...(cloud.tls === "off" ? { tls: "off" } : {}),
          },
  };
}

/** The answers that a site which is written down already stands for. */
export function presentAnswers(site: Site, source: string): Answers {
  const { mysql, cloudstack } = site;
  const said = (secret: Secret): Said => ({ value: secret.reveal(), source });
  return {
    mysql: {
      host: mysql.socket ?? mysql.host ?? "127.0.0.1",
      port: String(mysql.port),
      database: mysql.database,
      user: mysql.user,
      password: said(mysql.password),
      tls: mysql.tls ?? null,
    },
    daemon: site.volume_daemon.url,
    api: site.oma_api.url,
    cloud:
      "from" in cloudstack
        ? null
        : {
            url: cloudstack.url,
            key: said(cloudstack.api_key),
            secret: said(cloudstack.secret_key),
            tls: cloudstack.tls,
          },
  };
}

type Section = Readonly<Record<string, unknown>>;
const sectionOf = (value: unknown): Section => (value !== null && typeof value === "object" ? (value as Section) : {});

/** What setup asks about in a site's database settings. */
const ASKED = new Set(["host", "port", "socket", "user", "password", "database", "tls"]);

/** New settings over those that were written down before: what setup does not ask about stays as it is. */
export function over(before: unknown, settings: Section): Section {
  const old = sectionOf(before);
  const mysql = Object.entries(sectionOf(old["mysql"])).filter(([key]) => !ASKED.has(key));
  return {
    ...old,
    ...settings,
    mysql: { ...Object.fromEntries(mysql), ...sectionOf(settings["mysql"]) },
    oma_api: { ...sectionOf(old["oma_api"]), ...sectionOf(settings["oma_api"]) },
  };
}
