/** `POST /api/v1/failover/{vm_name}/cleanup-failed`: how a run's end becomes an answer. */
import type { Context } from "hono";
import type { Env } from "../../../serve/route.ts";
import type { Begun, Desk, Ended } from "../../../serve/desk.ts";
import { END_STATUS, FULL_SECONDS, goesOn, isAsync, NOT_BEGUN_STATUS, STOPPING } from "../../../serve/ends.ts";
import { timestamp } from "../../../serve/views.ts";
import { vmName } from "./vm-name.ts";

const failureText = (says: string): string => `Failed to cleanup failed execution: ${says}`;

interface Answering {
  readonly c: Context<Env>;
  readonly desk: Desk;
  readonly name: string;
}

function refuse({ c, desk, name }: Answering, status: 400 | 404 | 409 | 500 | 503, says: string, run?: string) {
  const next = run === undefined ? {} : { run_id: run, next: desk.resumeWith(run) };
  return c.json({ success: false, error: failureText(says), vm_name: name, ...next }, status);
}

function answerOf(answering: Answering, runId: string, end: Ended): Response {
  const { c, name } = answering;
  if (end.kind === "recovered") {
    const message = `Failed execution cleanup completed for ${name}`;
    return c.json({ success: true, message, vm_name: name, timestamp: timestamp(c.get("now")()) }, 200);
  }
  const says = end.kind === "stopping" ? STOPPING : end.says;
  return refuse(answering, END_STATUS[end.kind], says, goesOn(end) ? runId : undefined);
}

type NotBegun = Exclude<Begun, { kind: "begun" }>;

function reasonOf(begun: NotBegun, name: string): string {
  if (begun.kind === "unknown") return `there is no VM of the name ${name}; nothing was begun`;
  if (begun.kind === "stopping") return STOPPING;
  return begun.kind === "full" ? `${begun.says}; nothing was begun, come again later` : begun.says;
}

function refuseToBegin(answering: Answering, begun: NotBegun): Response {
  if (begun.kind === "full") answering.c.header("retry-after", String(FULL_SECONDS));
  const run = begun.kind === "busy" ? begun.run_id : undefined;
  return refuse(answering, NOT_BEGUN_STATUS[begun.kind], reasonOf(begun, answering.name), run);
}

function acceptedAnswer({ c, name }: Answering, runId: string): Response {
  c.header("location", `/api/v1/runs/${runId}`);
  c.header("preference-applied", "respond-async");
  const message = `Failed execution cleanup was begun for ${name}`;
  return c.json({ success: true, message, vm_name: name, run_id: runId, timestamp: timestamp(c.get("now")()) }, 202);
}

/** The segment as it came: the URL of a web request is normalised already, and `..` would be gone. */
const segmentOf = (target = ""): string => /^\/api\/v1\/failover\/([^/?#]*)\/cleanup-failed/u.exec(target)?.[1] ?? "";

/** Whoever hangs up changes nothing: the run does not know of the connection. */
export async function cleanup(c: Context<Env>, desk: Desk): Promise<Response> {
  const read = vmName(segmentOf(c.env.incoming.url));
  // What cannot be a name is not repeated: it may be anything.
  if (!read.ok) return refuse({ c, desk, name: "" }, 400, `${read.error}; nothing was begun`);
  const name = read.value;
  const answering = { c, desk, name };
  const client = c.env.incoming.socket.remoteAddress ?? "";
  const begun = await desk.begin(name, { client, request: c.get("requestId") });
  if (begun.kind !== "begun") return refuseToBegin(answering, begun);
  if (isAsync(c.req.header("prefer"))) return acceptedAnswer(answering, begun.run_id);
  return answerOf(answering, begun.run_id, await begun.ended);
}
