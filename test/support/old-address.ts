/**
 * The one-location rule of docs/endpoint.md, applied by a small proxy: the route goes to the endpoint with the token that
 * the caller does not send, everything else to the appliance's API. The path goes on as it came.
 */
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { TOKEN } from "./endpoint.ts";

const page = readFileSync(new URL("../../docs/endpoint.md", import.meta.url), "utf8");
const [, pattern = ""] = /location ~ (\S+) \{/u.exec(page) ?? [];
if (pattern === "") throw new Error("docs/endpoint.md has no location with a pattern");
/** nginx matches the decoded path without its query. */
const LOCATION = new RegExp(pattern, "u");

export interface Proxy {
  readonly url: string;
  close(): Promise<void>;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path.split("?")[0] ?? "");
  } catch {
    return path;
  }
}

/** Listens on a free port of its own. */
export async function oldAddress(endpoint: string, api = "http://127.0.0.1:9"): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => {
    const ours = LOCATION.test(decoded(incoming.url ?? ""));
    const to = new URL(ours ? endpoint : api);
    const headers = { ...incoming.headers, ...(ours ? { authorization: `Bearer ${TOKEN}` } : {}) };
    const options = {
      host: to.hostname,
      port: to.port,
      method: incoming.method,
      path: incoming.url,
      headers,
      agent: false,
    };
    const passed = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
