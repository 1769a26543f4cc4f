/** A site: one appliance's database, daemons and CloudStack, with every secret already resolved. */
import * as z from "zod";
import { err, ok, type Result } from "../ports/result.ts";
import { fitSchema, misfitLines } from "../text/misfits.ts";
import { Secret } from "../text/secret.ts";
import { baseUrl, isLoopback } from "./base-url.ts";

const url = z.string().transform((text, context) => {
  const read = baseUrl(text);
  if (read.ok) return read.value;
  context.addIssue({ code: "custom", message: `cannot be used: ${read.error}` });
  return z.NEVER;
});

/** A secret comes as text or already wrapped; the name is what the journal calls it. */
const secret = (name: string) =>
  z
    .union([z.instanceof(Secret), z.string().transform((value) => new Secret(name, value))])
    .describe("{file: PATH}, a file of mode 0600, or {env: NAME}");

const port = z.int().min(1).max(65_535);

const mysql = z
  .strictObject({
    host: z.string().min(1).optional(),
    port: port.default(3306),
    socket: z.string().min(1).optional(),
    user: z.string().min(1),
    password: secret("mysql-password"),
    database: z.string().min(1),
    reader: z.strictObject({ user: z.string().min(1), password: secret("mysql-reader-password") }).optional(),
    /** Without it: none on this host, verified elsewhere. */
    tls: z.union([z.literal("off"), z.literal("verify"), z.strictObject({ ca: z.string().min(1) })]).optional(),
  })
  .refine((value) => (value.host === undefined) !== (value.socket === undefined), "needs either a host or a socket");

const lab = z.strictObject({
  name: z.string().min(1),
  world: z.string(),
  scale: z.number().positive().max(10_000),
  dir: z.string().min(1),
});

const cloudstack = z.union([
  z.strictObject({ from: z.literal("appliance") }),
  z.strictObject({
    url,
    api_key: secret("cloudstack-api-key"),
    secret_key: secret("cloudstack-secret-key"),
    /** `off` accepts any certificate, as the appliance itself does. */
    tls: z.enum(["verify", "off"]).default("verify"),
  }),
]);

/** The two generations of the API. */
export const API_PROGRAMS: readonly string[] = ["oma-api", "sendense-hub"];

/** A site as the configuration and a lab write it. */
export const site = z.strictObject({
  name: z.string().min(1),
  lab: lab.nullable().default(null),
  /** Only a lab may run faster than the world. */
  scale: z.number().optional(),
  mysql,
  volume_daemon: z.strictObject({ url }),
  cloudstack,
  oma_api: z.strictObject({
    url,
    pid_file: z.string().min(1).optional(),
    process_names: z
      .array(z.string().min(1))
      .min(1)
      .default([...API_PROGRAMS]),
  }),
});

const siteSchema = site.superRefine((value, context) => {
  if (value.scale === undefined || value.scale === (value.lab?.scale ?? 1)) return;
  context.addIssue({ code: "custom", path: ["scale"], message: "only a lab has a time scale other than 1" });
});

export type Site = z.output<typeof site>;
export type MysqlSite = Site["mysql"];

/** One line for each thing that is wrong with a site. */
export function parseSite(json: unknown): Result<Site, readonly string[]> {
  const read = fitSchema(siteSchema, json);
  return "data" in read ? ok(read.data) : err(misfitLines(read.misfits, "site"));
}

/** Every secret of a site, for the redactor. CloudStack's keys come later where the appliance holds them. */
export function secretsOf(site: Site): Secret[] {
  const { mysql, cloudstack } = site;
  const keys = "from" in cloudstack ? [] : [cloudstack.api_key, cloudstack.secret_key];
  return [mysql.password, ...(mysql.reader ? [mysql.reader.password] : []), ...keys];
}

/** What the operator must keep seeing about this site: lab time, and connections that nobody verifies. */
export const bannersOf = (site: Site): string[] => [
  ...(site.lab === null ? [] : [`Lab "${site.lab.name}", time scale ${site.lab.scale}: nothing here is real.`]),
  ...mysqlBanners(site.mysql),
  ...(site.lab === null ? cloudBanners(site.cloudstack) : []),
];

const mysqlBanners = ({ host, tls }: MysqlSite): string[] =>
  tls === "off" && host !== undefined && !isLoopback(host)
    ? [`The connection to MySQL on ${host} is not encrypted.`]
    : [];

function cloudBanners(cloud: Site["cloudstack"]): string[] {
  if ("from" in cloud)
    return ["CloudStack is reached as the appliance is set up: over plain HTTP, or without verifying a certificate."];
  if (cloud.url.startsWith("http:")) return ["CloudStack is reached over plain HTTP."];
  return cloud.tls === "off" ? ["CloudStack's certificate is not verified."] : [];
}
