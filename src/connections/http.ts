/**
 * One small HTTP client for the daemons. What matters here is *when* a request failed: before a byte of it left
 * (nothing can have happened) or after (nobody knows). No redirect is followed and no change is sent twice.
 */
import type http from "node:http";
import type https from "node:https";
import type { LookupFunction } from "node:net";
import { err, ok, type Result } from "../ports/result.ts";
import { patiently } from "./retry.ts";

interface Timeouts {
  readonly connectMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

/** `change` is decided by what the request does, not by its method: some change the world through GET. */
export interface HttpRequest {
  readonly kind: "read" | "change";
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeouts?: Partial<Timeouts>;
}

/** `text` is as it came and may hold secrets: read it with `parsed` or pass it through `redact`. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** How far the other side's clock is behind ours by its `Date`, in whole seconds; null where it sends none. */
  readonly behind: number | null;
}

/** No answer. `sent` is false only when it is certain that no byte of the request left. */
export interface HttpTrouble {
  readonly sent: boolean;
  readonly answering: boolean;
  readonly message: string;
  /** The code of the error, as Node and OpenSSL call it; null where it has none. */
  readonly code: string | null;
}

export interface HttpClient {
  request(request: HttpRequest): Promise<Result<HttpAnswer, HttpTrouble>>;
  close(): void;
}

export interface HttpOptions {
  /** Takes secrets out of every message that leaves this client. */
  readonly redact: (text: string) => string;
  /** False where any certificate is accepted, as the site says. */
  readonly verifyTls?: boolean;
  /** The certificates of the authorities that vouch for the service, in place of those that this machine trusts. */
  readonly ca?: string;
  readonly timeouts?: Partial<Timeouts>;
  readonly lookup?: LookupFunction;
}

const DEFAULTS: Timeouts = { connectMs: 5_000, idleMs: 20_000, totalMs: 30_000 };
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Node's own clients, by this door and only when something is asked: an `import` reads every export of node:http, and
 * one of those loads all of undici, which costs a run more than a dozen of its steps.
 */
const clients = (): { readonly http: typeof http; readonly https: typeof https } => ({
  http: process.getBuiltinModule("node:http"),
  https: process.getBuiltinModule("node:https"),
});

function makeAgents(): Agents {
  const { http, https } = clients();
  const options = { keepAlive: true, maxSockets: 8 };
  return { "http:": new http.Agent(options), "https:": new https.Agent(options) };
}

/** Makes a client with its own connections. Reads share kept-alive ones; a change always gets a fresh one. */
export function httpClient(options: HttpOptions): HttpClient {
  let agents: Agents | null = null;
  return {
    request: (request) =>
      request.kind === "read"
        ? patiently(
            () => exchange(request, options, (agents ??= makeAgents())),
            (trouble) => !trouble.answering,
          )
        : exchange(request, options, null),
    close: () => {
      agents?.["http:"].destroy();
      agents?.["https:"].destroy();
    },
  };
}

type Agents = { readonly "http:": http.Agent; readonly "https:": https.Agent };

function exchange(request: HttpRequest, options: HttpOptions, agents: Agents | null) {
  const { promise, resolve } = Promise.withResolvers<Result<HttpAnswer, HttpTrouble>>();
  const limits = { ...DEFAULTS, ...options.timeouts, ...request.timeouts };
  const state = { sent: false, answering: false };
  const timers: NodeJS.Timeout[] = [];
  const finish = (result: Result<HttpAnswer, HttpTrouble>): void => {
    for (const timer of timers) clearTimeout(timer);
    resolve(result);
  };
  const body = request.json === undefined ? null : JSON.stringify(request.json);
  const started = begin(request, body, options, agents);
  if (!started.ok) return Promise.resolve(err({ ...state, ...started.error }));
  const call = started.value;
  const fail = (message: string, code: string | null = null): void => {
    finish(err({ ...state, message: options.redact(message), code }));
    call.destroy();
  };
  const within = (ms: number, messageOf: () => string | null): void => {
    timers.push(setTimeout(() => complain(messageOf(), fail), ms));
  };
  within(limits.connectMs, () => (state.sent ? null : `no connection after ${limits.connectMs} ms`));
  within(limits.totalMs, () => `no complete answer after ${limits.totalMs} ms`);
  call.setTimeout(limits.idleMs, () => fail(`silent for ${limits.idleMs} ms`));
  call.on("socket", (socket) => {
    const onConnect = (): void => void (state.sent = true);
    if (socket.connecting) socket.once(secure(request.url) ? "secureConnect" : "connect", onConnect);
    else onConnect();
  });
  call.on("error", (error) => fail(describe(error), codeOf(error)));
  call.on("response", (response) => {
    state.answering = true;
    const lagS = behindOf(response.headers.date);
    collect(response, fail, (text) => finish(ok({ status: response.statusCode ?? 0, text, behind: lagS })));
  });
  call.end(body ?? undefined);
  return promise;
}

function behindOf(date: string | undefined): number | null {
  const ms = Date.parse(date ?? "");
  return Number.isNaN(ms) ? null : Math.floor(Date.now() / 1000) - Math.floor(ms / 1000);
}

const complain = (message: string | null, fail: (message: string) => void): void => {
  if (message !== null) fail(message);
};

const secure = (url: string): boolean => url.startsWith("https:");

function headersOf({ method, headers: own }: HttpRequest, body: string | null): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = { accept: "application/json", "user-agent": "handrail", ...own };
  if (body !== null) {
    headers["content-type"] = "application/json";
    headers["content-length"] = Buffer.byteLength(body);
  } else if (method !== "GET") headers["content-length"] = 0;
  return headers;
}

type Begun = Result<http.ClientRequest, Pick<HttpTrouble, "message" | "code">>;

/** Begins a request. What no request can hold, such as a header with a line break, is told before anything is sent. */
function begin(request: HttpRequest, body: string | null, options: HttpOptions, agents: Agents | null): Begun {
  try {
    return ok(callOf(request, body, options, agents));
  } catch (error) {
    return err({ message: options.redact(describe(error)), code: codeOf(error) });
  }
}

function callOf(
  request: HttpRequest,
  body: string | null,
  options: HttpOptions,
  agents: Agents | null,
): http.ClientRequest {
  const common = {
    method: request.method,
    headers: headersOf(request, body),
    ...(options.lookup && { lookup: options.lookup }),
  };
  if (!secure(request.url))
    return clients().http.request(request.url, { ...common, agent: agents?.["http:"] ?? false });
  const tls = {
    rejectUnauthorized: options.verifyTls !== false,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
  return clients().https.request(request.url, { ...common, ...tls, agent: agents?.["https:"] ?? false });
}

function collect(
  response: http.IncomingMessage,
  fail: (message: string) => void,
  finish: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_BYTES) fail(`the answer is larger than ${MOST_BYTES} bytes`);
    else chunks.push(chunk);
  });
  response.on("error", (error) => fail(`the answer broke off: ${describe(error)}`));
  response.on("end", () => {
    if (response.complete) finish(Buffer.concat(chunks).toString("utf8"));
    else fail("the answer broke off");
  });
}

function codeOf(error: unknown): string | null {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : null;
}

/** A connection attempt to several addresses fails with an error that holds one error for each. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join("; ");
  return error instanceof Error
    ? error.message || ((error as NodeJS.ErrnoException).code ?? error.name)
    : String(error);
}
