/** What a site says: its connections, and perhaps a lab around it. A pack adds its own. */
import * as z from "zod";
import { err, ok, type Result } from "../ports/result.ts";
import { fitSchema, misfitLines } from "../text/misfits.ts";
import { Secret } from "../text/secret.ts";
import { baseUrl } from "./base-url.ts";

/** A base URL that may be asked. */
export const url = z.string().transform((text, context) => {
  const read = baseUrl(text);
  if (read.ok) return read.value;
  context.addIssue({ code: "custom", message: `cannot be used: ${read.error}` });
  return z.NEVER;
});

/** A secret comes as text or already wrapped; the name is what the journal calls it. */
export const secret = (name: string) =>
  z
    .union([z.instanceof(Secret), z.string().transform((value) => new Secret(name, value))])
    .describe("{file: PATH}, a file of mode 0600, or {env: NAME}");

/** A header that says how the request itself is sent is none that a site can say. */
export const HEADER =
  /^(?!(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$)[a-z0-9!#$%&'*+.^_`|~-]+$/iu;

const port = z.int().min(1).max(65_535);

export const mysql = z
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

/** Which server changes are sent to. A replica is refused unless the connection says that it is meant. */
const mayChange = z.enum(["primary", "replica"]);

const http = z.strictObject({
  url,
  /** Sent with every request; each value is a secret. */
  headers: z
    .record(z.string().regex(HEADER, "is no name of a header that can be given"), secret("http-header"))
    .default({}),
  /** Without it: verified. `off` accepts any certificate, and every frame says so. */
  tls: z.union([z.enum(["off", "verify"]), z.strictObject({ ca: z.string().min(1) })]).default("verify"),
  /** Seconds within which a request is answered, whole. */
  timeout_s: z.int().min(1).max(600).default(30),
});

/** A program by its whole path; one that only looks may be asked in a step that reads. */
const program = z.string().regex(/^\/\S(.*\S)?$/u, "is the whole path of a program, from / on");
const programs = z.array(z.union([program, z.strictObject({ path: program, read: z.literal(true) })])).min(1);

/** A connection is one of these. */
const connection = z
  .strictObject({
    mysql: mysql.optional(),
    may_change: mayChange.optional(),
    http: http.optional(),
    programs: programs.optional(),
  })
  .superRefine((value, context) => {
    const kinds = (["mysql", "http", "programs"] as const).filter((kind) => value[kind] !== undefined);
    if (kinds.length !== 1)
      context.addIssue({ code: "custom", message: "is one of mysql, http and programs, and nothing else" });
    if (value.may_change !== undefined && value.mysql === undefined)
      context.addIssue({ code: "custom", path: ["may_change"], message: "is said of a mysql connection" });
  });

export const CONNECTION_NAME = /^[a-z][a-z0-9_-]{0,62}$/u;

const connectionName = z
  .string()
  .regex(CONNECTION_NAME, "a connection's name is lower case letters, digits, hyphens and underscores, 63 at most");

/** The fields of every site, as the configuration and a lab write them. */
export const siteFields = {
  name: z.string().min(1),
  lab: lab.nullable().default(null),
  /** Only a lab may run faster than the world. */
  scale: z.number().optional(),
  /** The database that a step means which names none. */
  mysql: mysql.optional(),
  connections: z.record(connectionName, connection).default({}),
};

/** A site that has no product's own connections. */
export const plainSite = z.strictObject(siteFields);

export type CoreSite = z.output<z.ZodObject<typeof siteFields>>;
export type MysqlSite = z.output<typeof mysql>;
export type HttpSite = z.output<typeof http>;
export type ConnectionSite = CoreSite["connections"][string];

/** Reads sites of a schema that has the fields of every site: one line for each thing that is wrong with one. */
export function siteParser<S extends CoreSite>(site: z.ZodType<S>): (json: unknown) => Result<S, readonly string[]> {
  const schema = site.superRefine((value, context) => {
    if (value.scale === undefined || value.scale === (value.lab?.scale ?? 1)) return;
    context.addIssue({ code: "custom", path: ["scale"], message: "only a lab has a time scale other than 1" });
  });
  return (json) => {
    const read = fitSchema(schema, json);
    return "data" in read ? ok(read.data) : err(misfitLines(read.misfits, "site"));
  };
}
