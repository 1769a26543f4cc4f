/** The events of a run as a server-sent stream. An id is the event's seq in the journal, so a reader can go on. */
import type { Context } from "hono";
import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import type { Desk } from "./desk.ts";
import type { Env } from "./route.ts";

const EVERY_MS = 200;
const HEARTBEAT_MS = 15_000;
/** So many streams may be open at once; who comes then is told to come again. */
const MOST_STREAMS = 64;

let open = 0;

/** Streams until the run is closed or the reader goes. */
export function events(c: Context<Env>, desk: Desk, runId: string): Response {
  const from = c.req.header("last-event-id") ?? "0";
  const request = c.get("requestId");
  if (!/^\d{1,15}$/u.test(from)) return c.json({ error: "Last-Event-ID is not the id of an event", request }, 400);
  if (open >= MOST_STREAMS) return c.json({ error: `${MOST_STREAMS} streams are open; try again later`, request }, 503);
  open += 1;
  c.header("x-accel-buffering", "no"); // a proxy must not gather what is meant to be seen now
  return streamSSE(c, async (stream) => {
    try {
      await follow(stream, desk, runId, Number(from));
    } finally {
      open -= 1;
    }
  });
}

async function follow(stream: SSEStreamingApi, desk: Desk, runId: string, from: number): Promise<void> {
  let last = from;
  let quietMs = 0;
  while (!stream.aborted) {
    const news = desk.events(runId, last);
    last = news.at(-1)?.seq ?? last;
    for (const event of news)
      await stream.writeSSE({ id: String(event.seq), event: event.type, data: JSON.stringify(event) });
    if (news.length > 0) quietMs = 0;
    else if (desk.find(runId)?.status === "closed") return;
    else quietMs = await rest(stream, quietMs + EVERY_MS);
  }
}

/** Waits a little, after a word where nothing was said for long. Gives how long it is quiet now, in milliseconds. */
async function rest(stream: SSEStreamingApi, quietMs: number): Promise<number> {
  const isLong = quietMs >= HEARTBEAT_MS;
  if (isLong) await stream.write(": still here\n\n");
  await stream.sleep(EVERY_MS);
  return isLong ? 0 : quietMs;
}
