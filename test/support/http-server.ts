/** A loopback HTTP server whose every answer a test decides, and which counts what it was asked. */
import http from "node:http";
import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface FakeServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

export type Answering = (asked: Asked, response: http.ServerResponse, socket: Socket) => void;

export async function startHttp(answering: Answering): Promise<FakeServer> {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = { method: request.method ?? "", path: request.url ?? "", body: Buffer.concat(chunks).toString() };
      asked.push(one);
      answering(one, response, request.socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export function say(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/**
 * A loopback port where nobody listens, and nobody can begin to as long as this process lives: a connection of ours goes
 * out from it.
 */
export async function deadUrl(): Promise<string> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const holder = net.connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(holder, "connect");
  server.unref();
  holder.unref();
  return `http://127.0.0.1:${holder.localPort}`;
}
