/** `POST /api/v1/failover/{vm_name}/cleanup-failed`: how a run's end becomes an answer. */
import type { Context } from "hono";
import type { Env } from "../../../serve/route.ts";
import type { Desk, Ended } from "../../../serve/desk.ts";
import { timestamp } from "../../../serve/views.ts";
import { vmName } from "./vm-name.ts";

/** After so long one of those that wait will have had its turn. */
const FULL_SECONDS = 60;

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
  switch (end.kind) {
    case "recovered": {
      const message = `Failed execution cleanup completed for ${name}`;
      return c.json({ success: true, message, vm_name: name, timestamp: timestamp(c.get("now")()) }, 200);
    }
    case "waits":
      return refuse(answering, 409, end.says, runId);
    case "failed":
      return refuse(answering, 500, end.says, end.open ? runId : undefined);
    case "held":
      return refuse(answering, 409, end.says);
    case "stopping":
      return refuse(answering, 503, "the server is being stopped; nothing was begun");
    default:
      return end satisfies never;
  }
}

/** The segment as it came: the URL of a web request is normalised already, and `..` would be gone. */
const segmentOf = (target: string): string =>
  /^\/api\/v1\/failover\/([^/?#]*)\/cleanup-failed/u.exec(target)?.[1] ?? "";

/** Whoever hangs up changes nothing: the run does not know of the connection. */
export async function cleanup(c: Context<Env>, desk: Desk): Promise<Response> {
  const read = vmName(segmentOf(c.env.incoming.url ?? ""));
  // What cannot be a name is not repeated: it may be anything.
  if (!read.ok) return refuse({ c, desk, name: "" }, 400, `${read.error}; nothing was begun`);
  const name = read.value;
  const answering = { c, desk, name };
  const client = c.env.incoming.socket.remoteAddress ?? "";
  const begun = await desk.begin(name, { client, request: c.get("requestId") });
  switch (begun.kind) {
    case "unknown":
      return refuse(answering, 404, `there is no VM of the name ${name}; nothing was begun`);
    case "ambiguous":
      return refuse(answering, 409, begun.says);
    case "busy":
      return refuse(answering, 409, begun.says, begun.run_id);
    case "unreachable":
      return refuse(answering, 500, begun.says);
    case "stopping":
      return answerOf(answering, "", begun);
    case "full":
      c.header("retry-after", String(FULL_SECONDS));
      return refuse(answering, 503, `${begun.says}; nothing was begun, come again later`);
    case "begun":
      break;
    default:
      return begun satisfies never;
  }
  if (/(?:^|,)\s*respond-async\s*(?:,|;|$)/iu.test(c.req.header("prefer") ?? "")) {
    c.header("location", `/api/v1/runs/${begun.run_id}`);
    c.header("preference-applied", "respond-async");
    const message = `Failed execution cleanup was begun for ${name}`;
    return c.json(
      { success: true, message, vm_name: name, run_id: begun.run_id, timestamp: timestamp(c.get("now")()) },
      202,
    );
  }
  return answerOf(answering, begun.run_id, await begun.ended);
}
