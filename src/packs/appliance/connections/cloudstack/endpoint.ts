/** Where CloudStack is and who we are there: from the operator's config, or as the appliance itself is configured. */
import { failure, type Failure } from "../../../../ports/outcome.ts";
import type { SqlPort } from "../../../../ports/sql.ts";
import { err, ok, type Result } from "../../../../ports/result.ts";
import { Secret } from "../../../../text/secret.ts";
import { baseUrl } from "../../../../connections/base-url.ts";
import { textOf } from "../../../../connections/json.ts";

export interface Endpoint {
  readonly url: string;
  readonly apiKey: Secret;
  readonly secretKey: Secret;
}

/** Gives the endpoint when asked; `forget` makes it look again after the keys were refused. */
export interface EndpointSource {
  get(): Promise<Result<Endpoint, Failure>>;
  forget(): void;
}

const ACTIVE = "SELECT api_url, api_key, secret_key FROM ossea_configs WHERE is_active = '1' ORDER BY id LIMIT 3";

/** The appliance appends `/client/api` where it is missing; so do we. */
const withPath = (url: string): string => {
  const bare = url.trim().replace(/\/+$/, "");
  return bare.endsWith("/client/api") ? bare : `${bare}/client/api`;
};

/** The endpoint of the operator's config. */
export const fixedEndpoint = (endpoint: Endpoint): EndpointSource => ({
  get: () => Promise.resolve(ok({ ...endpoint, url: withPath(endpoint.url) })),
  forget: () => undefined,
});

/**
 * The appliance's own keys, read when first needed and kept in memory only. `keep` tells the redactor about them
 * before anything else can hold them.
 */
export function applianceEndpoint(sql: SqlPort, keep: (secret: Secret) => void): EndpointSource {
  let cache: Promise<Result<Endpoint, Failure>> | null = null;
  const get = async (): Promise<Result<Endpoint, Failure>> => {
    const read = await (cache ??= fromAppliance(sql, keep));
    if (!read.ok) cache = null;
    return read;
  };
  return { get, forget: () => void (cache = null) };
}

async function fromAppliance(sql: SqlPort, keep: (secret: Secret) => void): Promise<Result<Endpoint, Failure>> {
  const columns = { api_url: "text", api_key: "text", secret_key: "text" } as const;
  const read = await sql.read({ sql: ACTIVE, values: {} }, columns);
  if (!read.ok) return read;
  const [row, ...extraRows] = read.value.rows;
  if (row === undefined)
    return err(failure("refused", "No row of ossea_configs is active: CloudStack's address is unknown."));
  if (extraRows.length > 0) {
    const message =
      "More than one row of ossea_configs is active: the appliance uses the first, which may not be the right one.";
    return err(failure("refused", message));
  }
  const apiKey = new Secret("cloudstack-api-key", textOf(row, "api_key"));
  const secretKey = new Secret("cloudstack-secret-key", textOf(row, "secret_key"));
  keep(apiKey);
  keep(secretKey);
  const url = baseUrl(textOf(row, "api_url").trim());
  if (!url.ok) return err(failure("refused", `The active row of ossea_configs has an unusable api_url: ${url.error}.`));
  return ok({ url: withPath(url.value), apiKey, secretKey });
}
