/** The endpoint as an application: who may ask, how much, and which route answers. */
import { Hono } from "hono";
import type { Secret } from "../text/secret.ts";
import { bodyOf, MOST_BODY } from "./body.ts";
import type { Desk } from "./desk.ts";
import { rateLimit, tokenCheck, type Rate } from "./guard.ts";
import type { Env, Extension } from "./route.ts";
import { routesOf } from "./routes.ts";

export interface AppOptions {
  readonly desk: Desk;
  readonly extension: Extension;
  readonly token: Secret;
  readonly rate: Rate;
  /** A line of the server's log: never a token, never a body. */
  readonly log: (line: string) => void;
  /** The time of day. */
  readonly time: () => Date;
  /** Milliseconds that only grow. */
  readonly elapsedMs: () => number;
  /** A name for a request. */
  readonly newId: () => string;
}

/** Path of the table as the router wants it. */
const routerPath = (path: string): string => path.replace(/\{(\w+)\}/gu, ":$1");

/** Makes the application. It answers every request with JSON, errors included. */
export function makeApp({ desk, extension, token, rate, log, time, elapsedMs, newId }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  const routes = routesOf(extension);
  const knows = tokenCheck(token);
  const wait = rateLimit(rate, elapsedMs);
  app.use(async (c, next) => {
    const id = newId();
    c.set("requestId", id);
    c.set("now", time);
    c.set("known", knows(c.req.header("authorization")));
    c.header("x-request-id", id);
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
    const seconds = wait();
    if (seconds > 0) {
      c.header("retry-after", String(seconds));
      return c.json({ error: "too many requests; nothing was begun", request: id }, 429);
    }
    return next();
  });
  app.use(async (c, next) => {
    const open = routes.some((route) => route.open === true && route.path === c.req.path);
    if (open || c.get("known")) return next();
    c.header("www-authenticate", "Bearer");
    return c.json({ error: "the token is missing or wrong; nothing was begun", request: c.get("requestId") }, 401);
  });
  app.use(async (c, next) => {
    const body = await bodyOf(c.env.incoming);
    if (body !== null) {
      c.set("body", body);
      return next();
    }
    c.header("connection", "close"); // what is left of it is no next request
    const request = c.get("requestId");
    return c.json({ error: `the body is larger than ${MOST_BODY} bytes; nothing was begun`, request }, 413);
  });
  for (const route of routes) app.on(route.method, routerPath(route.path), (c) => route.handle(c, desk));
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    app.all(routerPath(path), (c) => {
      c.header("allow", methods.join(", "));
      const verb = methods.length === 1 ? "is" : "are";
      return c.json({ error: `only ${methods.join(" and ")} ${verb} answered here`, request: c.get("requestId") }, 405);
    });
  }
  answerTheRest(app, log);
  return app;
}

/** What no route answers: an address that is none, and a bug. */
function answerTheRest(app: Hono<Env>, log: AppOptions["log"]): void {
  app.notFound((c) =>
    c.json({ error: "there is nothing here; GET /openapi.json lists what is", request: c.get("requestId") }, 404),
  );
  app.onError((error, c) => {
    const id = c.get("requestId");
    log(`request ${id}: this is a bug in Handrail: ${error.message}`);
    return c.json(
      { error: "this is a bug in Handrail; whether something was begun is in GET /api/v1/runs", request: id },
      500,
    );
  });
}
