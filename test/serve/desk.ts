/** The endpoint on a loopback port of its own, over a desk that answers what a test says. */
import { request, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { endpoint } from "../../src/packs/appliance/endpoint/index.ts";
import type { AppOptions } from "../../src/serve/app.ts";
import type { Desk } from "../../src/serve/desk.ts";
import { listen } from "../../src/serve/listen.ts";
import { Secret } from "../../src/text/secret.ts";
import { good } from "../support/result.ts";

export const TOKEN = "a-token-that-is-long-enough";

const never = (): never => {
  throw new Error("nobody was to be asked that");
};

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One call on a connection of its own; the path goes out exactly as it is written. */
export type Ask = (path: string, call?: Call) => Promise<Answer>;

/** An endpoint's options. What is not said of its desk nobody may ask. */
export function optionsOver(desk: Partial<Desk> = {}): AppOptions & { host: string; port: number } {
  let count = 0;
  const resumeWith = (run: string): string => `handrail resume ${run}`;
  return {
    desk: { begin: never, order: never, runs: never, find: never, events: never, health: never, resumeWith, ...desk },
    extension: endpoint,
    token: new Secret("token", TOKEN),
    rate: { burst: 1000, per_second: 1 },
    log: never,
    time: () => new Date("2026-11-22T03:12:00Z"),
    elapsedMs: () => 0,
    newId: () => `request-${(count += 1)}`,
    host: "127.0.0.1",
    port: 0,
  };
}

/** Starts an endpoint that ends with its test. */
export async function endpointOver(desk: Partial<Desk>, options: Partial<AppOptions> = {}): Promise<Ask> {
  const listening = good(await listen({ ...optionsOver(desk), ...options }));
  onTestFinished(() => listening.stop(0));
  const place = { host: listening.host, port: listening.port, agent: false };
  return (path, { method = "GET", headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const all = { authorization: `Bearer ${TOKEN}`, ...headers };
      const call = request({ ...place, path, method, headers: all }, (response) => {
        text(response).then(
          (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answer }),
          reject,
        );
      });
      call.on("error", reject);
      call.end(body);
    });
}
