/** The stream of a run's events: what a reader and a proxy see while nothing happens, and when one of them goes. */
import { Hono } from "hono";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Desk, FoundRun } from "../../src/serve/desk.ts";
import type { Env } from "../../src/serve/route.ts";
import { events } from "../../src/serve/stream.ts";
import { History } from "../engine/history.ts";
import { optionsOver } from "./desk.ts";

const history = new History().begun();

/** A stream of a run that grows, and ends, by hand; its time passes by hand as well. */
async function streamed(lastEventId?: string) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const run = { length: 0, status: "running" as "running" | "closed", asked: [] as number[] };
  const find = (): FoundRun => ({ status: run.status, state: history.state, receipt: history.receipt });
  const news = (_run: string, after: number) => {
    run.asked.push(after);
    return history.events.slice(after, run.length);
  };
  const desk: Desk = { ...optionsOver().desk, find, events: news };
  const app = new Hono<Env>().get("/", (c) => events(c, desk, "run-1"));
  const answer = await app.request("/", { headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId } });
  let text = "";
  let ended = false;
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (): Promise<void> => {
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) text += piece.value;
    ended = true;
  };
  const whole = read();
  return {
    answer,
    run,
    reader,
    whole,
    seen: () => text,
    hasEnded: () => ended,
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
}

test("events come in the form of the standard, as soon as they are there", async () => {
  const { answer, run, seen, pass } = await streamed();
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  await pass(1000);
  expect(seen()).toBe("");
  run.length = 2;
  await pass(200);
  const [first, second] = history.events;
  expect(seen()).toBe(
    [first, second]
      .map((event) => `event: ${event?.type}\ndata: ${JSON.stringify(event)}\nid: ${event?.seq}\n\n`)
      .join(""),
  );
  run.status = "closed";
  await pass(200);
});

test("a reader that was there before gets what came after the event it names, and each event once", async () => {
  const { run, seen, pass } = await streamed("1");
  run.length = 3;
  await pass(400);
  expect(Array.from(seen().matchAll(/^id: (\d+)$/gmu), ([, id]) => id)).toEqual(["2", "3"]);
  expect(run.asked.slice(0, 3)).toEqual([1, 1, 3]);
  run.status = "closed";
  await pass(200);
});

test("while nothing happens a line that says nothing keeps the connection open, every fifteen seconds", async () => {
  const { run, seen, pass } = await streamed();
  await pass(14_000);
  expect(seen()).toBe("");
  await pass(1000);
  expect(seen()).toBe(": still here\n\n");
  await pass(14_000);
  run.length = 1;
  await pass(14_000);
  expect(seen().match(/still here/gu)).toHaveLength(1);
  await pass(1400);
  expect(seen().match(/still here/gu)).toHaveLength(2);
  run.status = "closed";
  await pass(200);
});

test("it ends once the run is closed and every event of it was told, not before", async () => {
  const { run, seen, hasEnded, pass, whole } = await streamed();
  await pass(1000);
  expect(hasEnded()).toBe(false);
  Object.assign(run, { length: history.events.length, status: "closed" });
  await pass(400);
  await whole;
  expect(hasEnded()).toBe(true);
  expect(seen().match(/^id: /gmu)).toHaveLength(history.events.length);
});

test("a reader that goes is asked for no more, and makes room for another", async () => {
  const { run, reader, pass } = await streamed();
  await pass(400);
  await reader?.cancel();
  await pass(400);
  const { length } = run.asked;
  await pass(2000);
  expect(run.asked).toHaveLength(length);
});

test.each(["0", "12", "1".repeat(15)])("%j may be the id of an event", async (id) => {
  const { answer, run, pass } = await streamed(id);
  run.status = "closed";
  await pass(200);
  expect([answer.status, run.asked[0]]).toEqual([200, Number(id)]);
});

test.each(["x", "-1", "1.5", "", " ", "1".repeat(16)])("%j is the id of no event", async (id) => {
  const { answer, seen, whole } = await streamed(id);
  await whole;
  expect([answer.status, JSON.parse(seen())]).toMatchObject([
    400,
    { error: "Last-Event-ID is not the id of an event" },
  ]);
});
