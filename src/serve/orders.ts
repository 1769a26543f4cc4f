/** `POST /api/v1/runs`: a run of any runbook that a standing grant names, and how its end becomes an answer. */
import type { Context } from "hono";
import { fitSchema, misfitLines } from "../text/misfits.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { order, orderDone, orderFailure } from "./answers.ts";
import type { Desk, Ended, Order, Ordered } from "./desk.ts";
import { END_STATUS, FULL_SECONDS, goesOn, isAsync, NOT_BEGUN_STATUS, STOPPING } from "./ends.ts";
import type { AnswerForm, Env, Route } from "./route.ts";
import { timestamp } from "./views.ts";

interface Answering {
  readonly c: Context<Env>;
  readonly desk: Desk;
  readonly order: Order;
}

type Status = 400 | (typeof NOT_BEGUN_STATUS)[keyof typeof NOT_BEGUN_STATUS];

function refuse({ c, desk, order: { runbook, target } }: Answering, status: Status, says: string, run?: string) {
  const next = run === undefined ? {} : { run_id: run, next: desk.resumeWith(run) };
  return c.json({ success: false, error: says, runbook, target, ...next }, status);
}

type NotBegun = Exclude<Ordered, { kind: "begun" }>;

function refuseToBegin(answering: Answering, answer: NotBegun): Response {
  const status = NOT_BEGUN_STATUS[answer.kind];
  if (answer.kind === "stopping") return refuse(answering, status, STOPPING);
  if (answer.kind === "busy") return refuse(answering, status, answer.says, answer.run_id);
  if (answer.kind !== "full") return refuse(answering, status, answer.says);
  answering.c.header("retry-after", String(FULL_SECONDS));
  return refuse(answering, status, `${answer.says}; nothing was begun, come again later`);
}

type Begun = Extract<Ordered, { kind: "begun" }>;

function done({ c, order: { runbook } }: Answering, { run_id, target }: Begun, says: string, status: 200 | 202) {
  const message = `${runbook} ${says} for ${target.label}`;
  return c.json({ success: true, message, runbook, target, run_id, timestamp: timestamp(c.get("now")()) }, status);
}

function answerOf(answering: Answering, begun: Begun, end: Ended): Response {
  if (end.kind === "recovered") return done(answering, begun, "was carried out", 200);
  const says = end.kind === "stopping" ? STOPPING : end.says;
  return refuse(answering, END_STATUS[end.kind], says, goesOn(end) ? begun.run_id : undefined);
}

/** What a body asks for, or why it asks for nothing. */
function read(body: Buffer): Result<Order, string> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return err('the body is not JSON; it is { "runbook": ID, "target": NAME or KEY }');
  }
  const fit = fitSchema(order, json);
  if ("misfits" in fit) return err(misfitLines(fit.misfits, "the body").join("; "));
  const inputs = Object.entries(fit.data.inputs).map(([name, value]) => [name, String(value)]);
  return ok({ ...fit.data, inputs: Object.fromEntries(inputs) as Order["inputs"] });
}

/** Whoever hangs up changes nothing: the run does not know of the connection. */
async function begin(c: Context<Env>, desk: Desk): Promise<Response> {
  const wish = read(c.get("body"));
  // What cannot be an order is not repeated: it may be anything.
  if (!wish.ok) {
    const nothing = { runbook: "", target: "", inputs: {} };
    return refuse({ c, desk, order: nothing }, 400, `${wish.error}; nothing was begun`);
  }
  const answering = { c, desk, order: wish.value };
  const client = c.env.incoming.socket.remoteAddress ?? "";
  const begun = await desk.order(wish.value, { client, request: c.get("requestId") });
  if (begun.kind !== "begun") return refuseToBegin(answering, begun);
  if (!isAsync(c.req.header("prefer"))) return answerOf(answering, begun, await begun.ended);
  c.header("location", `/api/v1/runs/${begun.run_id}`);
  c.header("preference-applied", "respond-async");
  return done(answering, begun, "was begun", 202);
}

/** The route; `common` is what any route may answer. */
export const orders = (common: Readonly<Record<number, AnswerForm>>): Route => ({
  method: "POST",
  path: "/api/v1/runs",
  id: "beginRun",
  says: "Carries a runbook that a standing grant names out for one target. Answers when the run goes no further.",
  headers: { Prefer: "`respond-async`: answer at once with 202 and the run's address" },
  body: order,
  answers: {
    ...common,
    200: { says: "the target is recovered; every success criterion was seen to hold", body: orderDone },
    202: { says: "the run was begun; Location has its address", body: orderDone },
    400: { says: "the body is not what it has to be; nothing was begun", body: orderFailure },
    403: { says: "no standing grant would approve it; nothing was begun", body: orderFailure },
    404: { says: "the runbook has no such target; nothing was begun", body: orderFailure },
    409: {
      says: "being recovered already, two targets of the name, or an approval is needed: `next` says how to go on",
      body: orderFailure,
    },
    422: { says: "an input does not fit, or is missing; nothing was begun", body: orderFailure },
    500: { says: "it failed, is in doubt, or something did not answer", body: orderFailure },
    503: {
      says: "the server is being stopped, or too many runs wait for their turn (Retry-After); nothing was begun",
      body: orderFailure,
    },
  },
  handle: begin,
});
