/** A service of connectors for tests: it lists them, restarts one in a job of its own, and answers as a test wants. */
import http from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of a restart and of its answer. */
export type Manner =
  /** Taken, and its job ends well. */
  | "well"
  /** Taken, and its job fails: the connector stays as it was. */
  | "job-fails"
  /** The job says that it is done, and the connector does not run. */
  | "hollow"
  /** The work is done, and then there is no answer, a refusal, an error, no HTTP, or one that does not end well. */
  | "lost"
  | "409-after"
  | "500-after"
  | "garbage"
  | "no-job"
  | "huge"
  | "endless"
  | "redirect"
  /** Nothing is done. */
  | "409-before"
  | "lost-before";

export interface ConnectorService {
  readonly url: string;
  manner: Manner;
  /** How often a job or its connector is looked at before the job ends. */
  polls: number;
  /** Milliseconds before a restart that was taken is answered. */
  delayMs: number;
  /** Names of the connectors of which a restart came in, in order. */
  readonly restarts: string[];
  /** Bodies of restarts. */
  readonly bodies: unknown[];
  /** What was asked at all. */
  readonly asked: string[];
  states: Record<string, string>;
  stop(): Promise<void>;
}

const RESTART = /^\/connectors\/([^/]+)\/restart$/u;
const STATUS = /^\/connectors\/([^/]+)\/status$/u;

const statusOf = (name: string, state: string): object => ({
  name,
  connector: { state, worker_id: "10.0.0.1:8083" },
  tasks: [{ id: 0, state, ...(state === "FAILED" ? { trace: "java.lang.Exception: no route" } : {}) }],
  type: "sink",
});

interface Job {
  readonly name: string;
  asked: number;
}

/** Starts it. Whoever does not send this `authorization` is refused. */
export async function connectorService(authorization: string): Promise<ConnectorService> {
  const jobs: Job[] = [];
  const say = (response: http.ServerResponse, status: number, body: unknown): void =>
    // A service may repeat what it was sent: nothing of that is to be kept.
    void response
      .writeHead(status, { "content-type": "application/json", "x-echo": authorization })
      .end(JSON.stringify(body));

  const restart = (name: string, response: http.ServerResponse): void => {
    service.restarts.push(name);
    const { manner } = service;
    if (manner === "409-before") return say(response, 409, { error: "a rebalance is going on" });
    if (manner === "lost-before") return void response.socket?.destroy();
    if (manner === "well" || manner === "job-fails" || manner === "hollow") {
      const id = jobs.push({ name, asked: 0 });
      return void setTimeout(() => say(response, 202, { job: { id } }), service.delayMs);
    }
    service.states[name] = "RUNNING";
    if (manner === "lost") return void response.socket?.destroy();
    if (manner === "409-after") return say(response, 409, { error: `sent by ${authorization}` });
    if (manner === "500-after") return say(response, 500, { error: "no memory" });
    if (manner === "garbage") return void response.socket?.end("\u0000\u0001 this is no HTTP\r\n\r\n");
    if (manner === "no-job") return say(response, 202, { message: "thank you" });
    if (manner === "huge") return void response.writeHead(202).end("x".repeat(20 * 1024 * 1024));
    if (manner === "redirect") return void response.writeHead(307, { location: `${service.url}/elsewhere` }).end();
    response.writeHead(202);
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  };

  /** Work goes on by one step with each look; gives whether it is over. */
  const isOver = (own: Job): boolean => {
    own.asked += 1;
    if (own.asked <= service.polls) return false;
    if (service.manner === "well") service.states[own.name] = "RUNNING";
    return true;
  };

  const job = (id: number, response: http.ServerResponse): void => {
    const own = jobs[id - 1];
    if (own === undefined) return say(response, 404, { error: "no such job" });
    if (!isOver(own)) return say(response, 200, { state: "WORKING" });
    if (service.manner === "job-fails") return say(response, 200, { state: "FAILED", error: "the worker is gone" });
    return say(response, 200, { state: "DONE" });
  };

  const answer = (method: string, path: string, response: http.ServerResponse): void => {
    const [, restarted] = RESTART.exec(path) ?? [];
    const [, looked] = STATUS.exec(path) ?? [];
    if (method === "POST" && restarted !== undefined) return restart(decodeURIComponent(restarted), response);
    const name = looked === undefined ? null : decodeURIComponent(looked);
    for (const own of jobs.filter((job) => job.name === name)) isOver(own);
    const state = name === null ? undefined : service.states[name];
    if (name !== null && state !== undefined) return say(response, 200, statusOf(name, state));
    const [, id] = /^\/jobs\/(\d+)$/u.exec(path) ?? [];
    if (id !== undefined) return job(Number(id), response);
    if (path !== "/connectors") return say(response, 404, { error: "no such page" });
    const entries = Object.entries(service.states).map(([name, own]) => [name, { status: statusOf(name, own) }]);
    return say(response, 200, Object.fromEntries(entries));
  };

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, search } = new URL(request.url ?? "/", "http://service");
      service.asked.push(`${request.method ?? ""} ${pathname}${search}`);
      if (chunks.length > 0) service.bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
      if (request.headers.authorization !== authorization) return say(response, 401, { error: "who are you?" });
      return answer(request.method ?? "", pathname, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const service: ConnectorService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    manner: "well",
    polls: 1,
    delayMs: 0,
    restarts: [],
    bodies: [],
    asked: [],
    states: { "orders/sink": "FAILED", "users-sink": "RUNNING" },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}
