/** The endpoint over a lab, in this process, and a client that sees what a caller sees. */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { startServe, type Served } from "../../src/cli/commands/serve.ts";
import { endpoint } from "../../src/packs/appliance/endpoint/index.ts";
import type { Extension } from "../../src/serve/route.ts";
import { routesOf } from "../../src/serve/routes.ts";
import { quietIo, type Incident } from "./incident.ts";

export const TOKEN = randomBytes(24).toString("hex");

export interface Got {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface Wish {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly token?: string | null;
  /** Hangs up after so long, milliseconds; what it gives back has the status 0 then. */
  readonly hangUpAfter?: number;
  /** What the site's product adds to the endpoint; that of the appliance where it is missing. */
  readonly extension?: Extension;
}

/** Fails on an answer of a route that its description does not have: status, and for JSON every field. */
function described(
  extension: Extension,
  method: string,
  path: string,
  { status, json }: Omit<Got, "headers" | "text">,
): void {
  const [bare = ""] = path.split("?");
  const route = routesOf(extension).find(
    (each) => each.method === method && new RegExp(`^${each.path.replaceAll(/\{\w+\}/gu, "[^/]+")}$`, "u").test(bare),
  );
  if (route === undefined || bare.includes("..") || bare.includes("%2e")) return;
  const answer = route.answers[status];
  if (answer === undefined) throw new Error(`${method} ${route.path} answered ${status}, which it does not describe`);
  answer.body?.parse(json);
}

/** One request on a connection of its own; the path goes out exactly as it is. */
export function ask(base: string, path: string, wish: Wish = {}): Promise<Got> {
  const { method = "GET", headers = {}, body, token = TOKEN, hangUpAfter, extension = endpoint } = wish;
  const url = new URL(base);
  const bearer = token === null ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const options = {
      host: url.hostname,
      port: url.port,
      path,
      method,
      agent: false,
      headers: { ...bearer, ...headers },
    };
    const sent = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => {
        const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
        const json = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
        const status = response.statusCode ?? 0;
        try {
          described(extension, method, path, { status, json });
          resolve({ status, headers: response.headers, text, json });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    sent.on("error", (error) => {
      if (hangUpAfter === undefined) reject(error);
      else resolve({ status: 0, headers: {}, text: "", json: {} });
    });
    if (hangUpAfter !== undefined) setTimeout(() => sent.destroy(), hangUpAfter);
    sent.end(body);
  });
}

export const cleanupPath = (name: string): string => `/api/v1/failover/${encodeURIComponent(name)}/cleanup-failed`;

export interface EndpointOptions {
  /** Runs that the standing grant allows in an hour; without it there is none. */
  readonly granted?: number;
  readonly maxRuns?: number;
  readonly maxWaiting?: number;
  /** What else the configuration says of `serve`. */
  readonly more?: object;
  readonly rate?: { readonly burst: number; readonly per_second: number };
  readonly notice?: { readonly url: string; readonly secret: string };
}

/** Writes the configuration of an endpoint beside a lab and gives its path. */
export async function configure(incident: Incident, options: EndpointOptions): Promise<string> {
  const { granted, maxRuns = 8, maxWaiting = 200, rate, notice, more = {} } = options;
  const folder = join(incident.root, `serve-${randomBytes(4).toString("hex")}`);
  mkdirSync(folder, { mode: 0o700 });
  const token = join(folder, "token");
  writeFileSync(token, `${TOKEN}\n`, { mode: 0o600 });
  const standing = join(folder, "standing.json");
  if (granted !== undefined) {
    const wish = { standing: true, rate: `${granted}/h`, o: standing };
    const said = await incident.cli("grant", [incident.runbook], wish);
    if (said.exit !== 0) throw new Error(said.err);
  }
  const config = join(folder, "config.yaml");
  const serve = {
    port: 0,
    token: { file: token },
    standing_grants: granted === undefined ? [] : [standing],
    max_runs: maxRuns,
    max_waiting: maxWaiting,
    ...more,
    ...(rate === undefined ? {} : { rate }),
  };
  if (notice !== undefined) writeFileSync(join(folder, "secret"), notice.secret, { mode: 0o600 });
  const told = notice === undefined ? {} : { notice: { url: notice.url, secret: { file: join(folder, "secret") } } };
  writeFileSync(config, JSON.stringify({ serve, ...told }), { mode: 0o600 });
  return config;
}

export interface Endpoint extends Served {
  readonly said: { readonly out: string; readonly err: string };
  readonly config: string;
}

/** Starts the endpoint on a free port. */
export async function anEndpoint(incident: Incident, options: EndpointOptions = {}): Promise<Endpoint> {
  const config = await configure(incident, options);
  const { io, said } = quietIo(incident.env);
  const served = await startServe({ values: { lab: true, config }, rest: [], io });
  return { ...served, said, config };
}

/** Starts one for the test that runs: it is stopped when the test ends, unless that stopped it before. */
export async function endpointOfTest(incident: Incident, options: EndpointOptions = {}): Promise<Endpoint> {
  const endpoint = await anEndpoint(incident, options);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= endpoint.stop());
  onTestFinished(stop);
  return { ...endpoint, stop };
}
