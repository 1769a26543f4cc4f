/** The server itself: where it listens, how long a request may take to arrive, how it stops. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { err, ok, type Result } from "../ports/result.ts";
import { makeApp, type AppOptions } from "./app.ts";

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Takes no new connection; answers what was asked. Streams and idle connections end after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const LIMITS = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 };

/** What goes wrong before there is a request (bad syntax, a slow sender) is answered and ends the connection. */
function refuseGarbage(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
    const [status, says] =
      error.code === "HPE_HEADER_OVERFLOW"
        ? ["431 Request Header Fields Too Large", "the request's head is too large"]
        : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
          ? ["408 Request Timeout", "the request took too long to arrive"]
          : ["400 Bad Request", "the request cannot be understood"];
    const body = JSON.stringify({ error: `${says}; nothing was begun`, request: "" });
    socket.end(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
}

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: "something listens there already; end it (ss -ltnp shows what it is), or name another port with --port",
  EADDRNOTAVAIL: "this machine has no such address; look at `host` of serve in the configuration",
  EACCES: "this user may not listen there; name a port of 1024 or above with --port",
};

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  const sentence = REFUSALS[code ?? ""];
  return sentence === undefined ? message : `${sentence} (${String(code)})`;
}

/** Listens. The error says why it cannot: most often the port is taken. */
export async function listen(
  options: AppOptions & { readonly host: string; readonly port: number },
): Promise<Result<Listening, string>> {
  const app = makeApp(options);
  const answer = getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false });
  const server = createServer(LIMITS, (incoming, outgoing) => void answer(incoming, outgoing));
  refuseGarbage(server);
  const bound = await new Promise<string | null>((resolve) => {
    server.once("error", (error) => resolve(whyNot(error)));
    server.listen({ host: options.host, port: options.port, backlog: 4096 }, () => resolve(null));
  });
  if (bound !== null) return err(bound);
  const { port } = server.address() as AddressInfo;
  return ok({
    host: options.host,
    port,
    stop: async (graceMs) => {
      const close = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await close;
      clearTimeout(timer);
    },
  });
}
