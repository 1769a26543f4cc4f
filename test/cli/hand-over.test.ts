/** The terminal is handed over once at a time, however often a key asks for it. */
import { expect, test } from "vitest";
import { HandOver } from "../../src/cli/console/hand-over.ts";
import type { OpenedConsole } from "../../src/ui/open.tsx";
import { quietIo } from "../support/incident.ts";

test("who asks for it while another program has it, gets nothing and ends nothing", async () => {
  const back = Promise.withResolvers<void>();
  let count = 0;
  const suspend: OpenedConsole["suspend"] = async () => {
    count += 1;
    // As Ink does: it throws where the terminal is handed over already.
    if (count > 1) throw new Error("The terminal is already suspended.");
    await back.promise;
  };
  const handOver = new HandOver(() => ({ suspend }) as unknown as OpenedConsole, quietIo({}).io);
  const text = { name: "page", text: "a page" };
  const first = handOver.read(text);
  expect(await handOver.read(text)).toBe("");
  expect(handOver.isAway).toBe(true);
  handOver.stop();
  back.resolve();
  expect(await first).toBe("");
  expect([count, handOver.isAway]).toEqual([1, false]);
  handOver.end();
});
