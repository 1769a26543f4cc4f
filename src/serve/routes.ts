/** Every route of the endpoint with every answer it may give: dispatch and the OpenAPI page are made from this table. A product adds its own. */
import type { Context } from "hono";
import { health, problem, runList, runState } from "./answers.ts";
import type { Desk, Health } from "./desk.ts";
import type { AnswerForm, Env, Extension, Route } from "./route.ts";
import { openApi } from "./openapi.ts";
import { orders } from "./orders.ts";
import { events } from "./stream.ts";
import { runView } from "./views.ts";

/** What any route behind the token may answer. */
export const COMMON: Readonly<Record<number, AnswerForm>> = {
  401: { says: "the token is missing or wrong", body: problem },
  413: { says: "the body is too large", body: problem },
  429: { says: "too many requests; Retry-After says when to come again", body: problem },
  500: { says: "a bug in Handrail; its log has the request's id", body: problem },
};

const noRun = (c: Context<Env>): Response =>
  c.json({ error: "the journal has no such run", request: c.get("requestId") }, 404);

async function healthz(c: Context<Env>, desk: Desk): Promise<Response> {
  const { parts, connections } = await desk.health();
  const well = [...Object.values(parts), ...Object.values(connections)].every((part) => part.well);
  // An error may name hosts and tables: strangers learn only that something is not well.
  const shown = (some: Health["parts"]): Health["parts"] =>
    c.get("known")
      ? some
      : Object.fromEntries(Object.entries(some).map(([name, part]) => [name, { ...part, says: "" }]));
  const named = Object.keys(connections).length === 0 ? {} : { connections: shown(connections) };
  return c.json({ well, ...shown(parts), ...named }, well ? 200 : 503);
}

const RUNS: readonly Route[] = [
  orders(COMMON),
  {
    method: "GET",
    path: "/api/v1/runs",
    id: "listRuns",
    says: "The newest runs of the journal, whoever began them. What a killed server left is among them.",
    answers: { ...COMMON, 200: { says: "the runs", body: runList } },
    handle: (c, desk) => c.json({ version: 2, runs: desk.runs(200) }),
  },
  {
    method: "GET",
    path: "/api/v1/runs/{id}",
    id: "getRun",
    says: "The state of one run.",
    answers: { ...COMMON, 200: { says: "the run", body: runState }, 404: { says: "no such run", body: problem } },
    handle: (c, desk) => {
      const id = c.req.param("id") ?? "";
      const run = desk.find(id);
      return run === null ? noRun(c) : c.json(runView(id, run, desk.resumeWith(id)));
    },
  },
  {
    method: "GET",
    path: "/api/v1/runs/{id}/events",
    id: "streamRun",
    says: "The events of one run as they happen, as the journal has them. Ends when the run is closed.",
    headers: { "Last-Event-ID": "go on after this event" },
    answers: {
      ...COMMON,
      200: { says: "events; `id` is the seq", body: null, media: "text/event-stream" },
      400: { says: "Last-Event-ID is no event id", body: problem },
      404: { says: "no such run", body: problem },
      503: { says: "too many streams are open", body: problem },
    },
    handle: (c, desk) => {
      const id = c.req.param("id") ?? "";
      return desk.find(id) === null ? noRun(c) : events(c, desk, id);
    },
  },
];

/** The answers of a route that is open to anybody. */
const open = (ownAnswers: Readonly<Record<number, AnswerForm>>): Readonly<Record<number, AnswerForm>> => ({
  429: COMMON[429] as AnswerForm,
  500: COMMON[500] as AnswerForm,
  ...ownAnswers,
});

/** All routes: those of the product, runs, health, and the description of them all. */
export function routesOf({ description, routes: own, health: { says, parts } }: Extension): readonly Route[] {
  const body = health(parts);
  const routes: readonly Route[] = [
    ...own,
    ...RUNS,
    {
      method: "GET",
      path: "/healthz",
      id: "health",
      says,
      open: true,
      answers: open({ 200: { says: "all are well", body }, 503: { says: "one is not well", body } }),
      handle: healthz,
    },
    {
      method: "GET",
      path: "/openapi.json",
      id: "openApi",
      says: "This description.",
      open: true,
      answers: open({ 200: { says: "OpenAPI 3.1", body: null, media: "application/json" } }),
      handle: (c) => c.json(openApi(routes, description)),
    },
  ];
  return routes;
}
