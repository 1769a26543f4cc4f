import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pause } from "./clock.ts";
import { faultDelay, type Fault, type Faults } from "./faults.ts";
import type { LabConfig, Role } from "./config.ts";

/** What a handler is given. */
export type Call = {
  method: string;
  /** As sent, still encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: string;
  /** Aborted when the client goes away before it has its answer. */
  signal: AbortSignal;
};

/** What goes back; null drops the connection without a byte. */
export type LabAnswer = { status: number; headers: Record<string, string>; body: string } | null;
export type Handler = (call: Call) => Promise<LabAnswer> | LabAnswer;

/** A JSON answer with the content type the framework in question uses. */
export function json(status: number, value: unknown, contentType = "application/json; charset=utf-8"): LabAnswer {
  return { status, headers: { "content-type": contentType }, body: JSON.stringify(value) };
}

/** A plain text answer. */
export function text(status: number, body: string, contentType = "text/plain; charset=utf-8"): LabAnswer {
  return { status, headers: { "content-type": contentType }, body };
}

/** The public listener of a process, which can be shut and opened again while the process lives. */
export type Listener = { shut(): Promise<void>; open(): Promise<void>; isOpen(): boolean };

/** A process of the lab as its ports need it. */
export type Service = { lab: LabConfig; role: Role; faults: Faults };

/** Whether a fault keeps the public port shut. */
export function isDown({ role, faults }: Service): boolean {
  return faults.list().some((fault) => fault.name === `${role}-down`);
}

/** Serves the public port, with every fault an HTTP service can have, and the admin port. */
export async function serve(service: Service, handler: Handler, admin: Handler): Promise<Listener> {
  const { lab, role } = service;
  const public_ = listenerFor(lab.ports[role], withFaults(service, withLateFaults(service, handler)));
  const guard: Handler = (call) =>
    call.headers["x-lab-token"] === lab.adminToken ? adminAnswer(call, admin) : json(403, { error: "no lab token" });
  // the admin port opens last: who is answered there may rely on the other
  if (!isDown(service)) await public_.open();
  await listenerFor(lab.adminPorts[role], guard).open();
  return public_;
}

async function adminAnswer(call: Call, admin: Handler): Promise<LabAnswer> {
  try {
    return await admin(call);
  } catch (problem) {
    return json(500, { error: String(problem) });
  }
}

function withFaults({ lab, role, faults }: Service, handler: Handler): Handler {
  return async (call) => {
    const fits = (fault: Fault) => fitsCall(fault, call);
    const slow = faults.take(`${role}-slow`, fits);
    if (slow) await pause(faultDelay(slow["seconds"], 1), lab.scale);
    if (faults.take(`${role}-drop-before`, fits)) return null;
    if (faults.take(`${role}-garbage`, fits)) return text(200, '{"id": "4e', "application/json");
    return handler(call);
  };
}

/** With the faults that come after the work: the answer is lost, or is another one. */
function withLateFaults({ role, faults }: Service, handler: Handler): Handler {
  return async (call) => {
    const fits = (fault: Fault) => fitsCall(fault, call);
    const drop = faults.take(`${role}-drop-after`, fits);
    const broken = faults.take(`${role}-error-after`, fits);
    const answer = await handler(call);
    if (drop) return null;
    return broken ? json(Number(broken["status"] ?? 500), { error: "internal error" }) : answer;
  };
}

function fitsCall(fault: Fault, call: Call): boolean {
  const whole = `${call.path}?${call.query.toString()}`;
  return (
    (fault["method"] === undefined || fault["method"] === call.method) &&
    (fault["path"] === undefined || whole.includes(String(fault["path"])))
  );
}

function listenerFor(port: number, handler: Handler): Listener {
  let server: Server | null = null;
  const sockets = new Set<Socket>();
  return {
    isOpen: () => server !== null,
    async open() {
      if (server) return;
      const next = createServer((request, response) => void answerOne(request, response, handler));
      next.on("connection", (socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      });
      await new Promise<void>((resolve, fail) => next.once("error", fail).listen(port, "127.0.0.1", resolve));
      server = next;
    },
    async shut() {
      const closing = server;
      server = null;
      const shutdown = new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
      for (const socket of sockets) socket.destroy();
      await shutdown;
    },
  };
}

async function answerOne(request: IncomingMessage, response: ServerResponse, handler: Handler): Promise<void> {
  const controller = new AbortController();
  response.on("close", () => response.writableFinished || controller.abort());
  try {
    const call = await readCall(request, controller.signal);
    const answer = await handler(call);
    if (answer === null) request.socket.destroy();
    else send(response, answer, call.method);
  } catch (problem) {
    process.stderr.write(`${String(problem instanceof Error ? problem.stack : problem)}\n`);
    if (response.headersSent) request.socket.destroy();
    else response.writeHead(500).end();
  }
}

async function readCall(request: IncomingMessage, signal: AbortSignal): Promise<Call> {
  const body = await readAll(request);
  const { url = "/", method = "GET", headers } = request;
  const [path = "/", query = ""] = url.split(/\?(.*)/s);
  return { path, query: new URLSearchParams(query), body, signal, method, headers };
}

function send(response: ServerResponse, { status, headers, body }: NonNullable<LabAnswer>, method: string): void {
  response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
  response.end(method === "HEAD" ? "" : body);
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
