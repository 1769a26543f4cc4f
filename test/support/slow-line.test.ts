/** The line of the tests behaves as one of 300 ms and 1 % loss does. */
import { expect, test } from "vitest";
import { keyToPaint, SEGMENT_BYTES, SlowLine, Way } from "./slow-line.ts";

const CLEAN = { roundTripMs: 300, lossPerMille: 0 };
const LOSSY = { roundTripMs: 300, lossPerMille: 10 };
const SENT = 1000;

test("without loss everything takes half a round trip", () => {
  const arrivals = new Way(CLEAN, 1).send(2 * SEGMENT_BYTES + 1, 1000);
  expect(arrivals).toEqual([SEGMENT_BYTES, SEGMENT_BYTES, 1].map((bytes) => ({ bytes, atMs: 1150, losses: 0 })));
  expect(keyToPaint(CLEAN, 2048, 1)).toBe(300);
});

test("what does not fit into the first window waits for a round trip", () => {
  const arrivals = new Way(CLEAN, 1).send(11 * SEGMENT_BYTES, 0);
  expect(arrivals.map(({ atMs }) => atMs)).toEqual([...Array<number>(10).fill(150), 450]);
});

test("about one of a hundred segments is lost, arrives a round trip later, and holds up what comes behind it", () => {
  const way = new Way(LOSSY, 7);
  let losses = 0;
  let lastMs = 0;
  for (let sent = 0; sent < SENT; sent += 1) {
    const [first, second] = way.send(2 * SEGMENT_BYTES, sent * 10_000);
    if (first === undefined || second === undefined) throw new Error("two segments were sent");
    losses += first.losses + second.losses;
    expect(first.atMs).toBe(sent * 10_000 + 150 + first.losses * 300);
    expect(second.atMs).toBe(Math.max(first.atMs, sent * 10_000 + 150 + second.losses * 300));
    expect(second.atMs).toBeGreaterThan(lastMs);
    lastMs = second.atMs;
  }
  expect(losses).toBeGreaterThan(SENT / 100);
  expect(losses).toBeLessThan(SENT / 30);
});

test("the same seed loses the same segments", () => {
  const lost = (seed: number): number[] => {
    const way = new Way(LOSSY, seed);
    return Array.from({ length: SENT }, () => way.send(1, 0)[0]?.losses ?? 0);
  };
  expect(lost(3)).toEqual(lost(3));
  expect(lost(3)).not.toEqual(lost(4));
});

test("what arrives is what was sent, in its order, letters in two segments too", async () => {
  const line = new SlowLine({ roundTripMs: 2, lossPerMille: 300 }, 5);
  const texts = Array.from({ length: 40 }, (_unused, at) => `${at}─`.repeat(at * 20));
  const all = Buffer.from(texts.join(""));
  const pieces: Buffer[] = [];
  for (const text of texts) line.down(text, (piece) => void pieces.push(piece));
  await expect.poll(() => Buffer.concat(pieces).length).toBe(all.length);
  expect(Buffer.concat(pieces).equals(all)).toBe(true);
});
