/** The events of a run as a server-sent stream. An id is the event's seq in the journal, so a reader can go on. */
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { Desk } from "./desk.ts";
import type { Env } from "./route.ts";

const EVERY_MS = 200;
const HEARTBEAT_MS = 15_000;
const MOST = 64;

let open = 0;

/** Streams until the run is closed or the reader goes. */
export function events(c: Context<Env>, desk: Desk, runId: string): Response {
  const from = c.req.header("last-event-id") ?? "0";
  const request = c.get("requestId");
  if (!/^\d{1,15}$/u.test(from)) return c.json({ error: "Last-Event-ID is not the id of an event", request }, 400);
  if (open >= MOST) return c.json({ error: `${MOST} streams are open; try again later`, request }, 503);
  open += 1;
  c.header("x-accel-buffering", "no"); // a proxy must not gather what is meant to be seen now
  return streamSSE(c, async (stream) => {
    let last = Number(from);
    let quiet = 0;
    try {
      while (!stream.aborted) {
        const news = desk.events(runId, last);
        for (const event of news) {
          await stream.writeSSE({ id: String(event.seq), event: event.type, data: JSON.stringify(event) });
          last = event.seq;
        }
        if (news.length === 0 && desk.find(runId)?.status === "closed") return;
        quiet = news.length > 0 ? 0 : quiet + EVERY_MS;
        if (quiet >= HEARTBEAT_MS) {
          await stream.write(": still here\n\n");
          quiet = 0;
        }
        if (news.length === 0) await stream.sleep(EVERY_MS);
      }
    } finally {
      open -= 1;
    }
  });
}
