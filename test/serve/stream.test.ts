/** The events of a run as a stream: in order, resumable, and no more streams than the endpoint can serve. */
import { expect, test } from "vitest";
import { problem } from "../../src/serve/answers.ts";
import type { FoundRun } from "../../src/serve/desk.ts";
import { History } from "../engine/history.ts";
import { endpointOver } from "./desk.ts";

const MOST_STREAMS = 64;
const errorOf = (text: string): string => problem.parse(JSON.parse(text)).error;
const history = new History().begun().done("vol-1");
const found = (status: "running" | "closed"): FoundRun => ({ status, state: history.state, receipt: history.receipt });

test("the events of a run come in their order, from where a reader stopped, until the run is closed", async () => {
  const events = (_run: string, after: number) => history.events.filter(({ seq }) => seq > after).slice(0, 2);
  const ask = await endpointOver({ find: (id) => (id === "run-1" ? found("closed") : null), events });
  const whole = await ask("/api/v1/runs/run-1/events");
  const idsIn = (text: string) => Array.from(text.matchAll(/^id: (\d+)$/gmu), ([, id]) => Number(id));
  expect([whole.status, whole.headers["content-type"], whole.headers["x-accel-buffering"]]).toEqual([
    200,
    "text/event-stream",
    "no",
  ]);
  expect(idsIn(whole.text)).toEqual(history.events.map(({ seq }) => seq));
  expect(whole.text).toContain(`event: run.created\ndata: ${JSON.stringify(history.events[0])}\n`);
  const rest = await ask("/api/v1/runs/run-1/events", { headers: { "last-event-id": "3" } });
  expect(idsIn(rest.text)).toEqual(history.events.slice(3).map(({ seq }) => seq));
  const wrong = await ask("/api/v1/runs/run-1/events", { headers: { "last-event-id": "3x" } });
  expect([wrong.status, errorOf(wrong.text)]).toEqual([400, "Last-Event-ID is not the id of an event"]);
  expect((await ask("/api/v1/runs/run-2/events")).status).toBe(404);
});

test("more streams than may be open are refused, and there is room again once they have ended", async () => {
  let status: "running" | "closed" = "running";
  const ask = await endpointOver({ find: () => found(status), events: () => [] });
  const path = "/api/v1/runs/run-1/events";
  const calls = Array.from({ length: MOST_STREAMS + 1 }, () => ask(path));
  const late = await Promise.race(calls);
  expect([late.status, errorOf(late.text)]).toEqual([503, `${MOST_STREAMS} streams are open; try again later`]);
  status = "closed";
  const answers = await Promise.all(calls);
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(MOST_STREAMS);
  expect((await ask(path)).status).toBe(200);
});
