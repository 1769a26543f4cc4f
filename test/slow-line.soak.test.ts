/**
 * The console at the other end of a line of 300 ms and 1 % loss, in a real terminal at 80x24: from a key to what it paints is
 * one round trip, a page is at most 2 KiB, the first one at most 4 KiB. Bytes and trips are counted, so that no busy machine
 * changes a verdict: what the program takes itself is measured by the bench.
 */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { worlds } from "../src/packs/appliance/lab/index.ts";
import { ownLab, type OwnLab } from "./support/own-lab.ts";
import type { Pty } from "./support/pty.ts";
import { keyToPaint, SlowLine } from "./support/slow-line.ts";
import { rest } from "./support/walk.ts";

const LINE = { roundTripMs: 300, lossPerMille: 10 };
/** What a key may cost beside its round trip. */
const OWN_MS = 50;
const PAGE_BYTES = 2048;
const FIRST_BYTES = 4096;
// oxlint-disable-next-line no-control-regex -- marks of a frame are sequences
const FRAME = /\u001b\[\?2026h[^]*?\u001b\[\?2026l/gu;

let lab: OwnLab;
beforeAll(() => {
  lab = ownLab("slow-line");
});
afterAll(() => lab.down());
afterEach(() => lab.killAll());

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

interface Frame {
  readonly bytes: number;
  /** The key before it. */
  readonly key: string;
}

/** Presses keys, and keeps after which of them each byte came. */
class Walk {
  readonly #t: Pty;
  readonly #keys: { readonly key: string; readonly from: number }[] = [];

  constructor(t: Pty) {
    this.#t = t;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#keys.push({ key, from: this.#t.written().length });
      await this.#t.press(key);
      await pause(80);
    }
  }

  /** Every frame since the terminal was opened. */
  frames(): Frame[] {
    return Array.from(this.#t.written().matchAll(FRAME), ({ 0: text, index }) => ({
      bytes: Buffer.byteLength(text),
      key: this.#keys.findLast(({ from }) => from <= index)?.key ?? "none",
    }));
  }
}

/** Every page that can be reached from the board without a run. */
const LOOKS = (
  "down G g ? pagedown pagedown / e enter escape escape escape s s s : r escape escape / p escape escape j escape " +
  "p pagedown pagedown w escape p pagedown escape escape enter pagedown ? escape p escape J escape escape"
).split(" ");
/** What may lie over a page that asks; on the page itself Esc would be no. */
const BESIDE = ["?", "w", "W", ":"];
/** What lies behind the receipt of a run. */
const AFTER = "d pagedown escape enter down escape q j enter left left ? escape q".split(" ");

/** Sees a page to its end, and says yes. */
async function sayYes(t: Pty, walk: Walk): Promise<void> {
  for (let down = 0; down < 40 && /lines? below/u.test(t.text()); down += 1) await walk.press("pagedown");
  const [, word = ""] = /^Type (.+?) to approve: ▌/mu.exec(t.text()) ?? [];
  await walk.press(...Array.from(word));
  await rest();
  await walk.press("a");
}

/** Looks at all that can lie over a page, and comes back to it. */
async function lookOver(t: Pty, walk: Walk): Promise<void> {
  const [title] = t.lines();
  for (const key of BESIDE) {
    await walk.press(key);
    await pause(200);
    if (t.lines()[0] !== title) await walk.press("escape");
    await pause(200);
  }
  await walk.press("right", "left", "home");
}

/** Goes with a run as far as it comes with yes and the first choice; gives the pages that asked. */
async function carryOn(t: Pty, walk: Walk): Promise<ReadonlySet<string>> {
  const asked = new Set<string>();
  for (let round = 0; round < 40; round += 1) {
    const [title = ""] = t.lines();
    const [kind = ""] = /^(?:APPROVAL|DECISION|A STEP FAILED|IN DOUBT)/u.exec(title) ?? [];
    if (/the run is closed|^Now +paused/mu.test(t.text())) return asked;
    // Where a name is typed these keys are letters.
    if (kind !== "" && !asked.has(title) && !/^Type /mu.test(t.text())) await lookOver(t, walk);
    if (kind !== "") asked.add(title);
    if (kind === "APPROVAL") await sayYes(t, walk);
    else if (kind !== "") await walk.press("1");
    else if (t.lines().at(-1)?.includes("Esc back") === true) await walk.press("escape");
    await rest();
  }
  return asked;
}

/** How many pages ask on the way, where that is sure. */
const LEAST_ASKED: Readonly<Record<string, number>> = { "stuck-virtio": 5, "stuck-virtio:alive": 1 };

/** Keys of a walk, each with what stands on the screen once it is painted. */
const KEYS: readonly (readonly [string, RegExp])[] = [
  ["down", /^▌ .*pgtest2/mu],
  ["?", /one line up/u],
  ["pagedown", /mark every stuck VM/u],
  ["escape", /5 of 10 VMs need you/u],
  ["enter", /volumes, as each source has them/u],
  ["pagedown", /steps of job/u],
  ["escape", /5 of 10 VMs need you/u],
  ["p", /more lines: PgDn/u],
  ["escape", /5 of 10 VMs need you/u],
  ["j", /The journal is empty/u],
  ["escape", /5 of 10 VMs need you/u],
  [":", /find: ▌/u],
  ["escape", /5 of 10 VMs need you/u],
  ["c", /APPROVAL to begin/u],
  ["pagedown", /1\d lines? below|^Locks,/mu],
];

// It stands first: a console remembers the order that the walks below leave.
test("from a key to what it paints is one round trip, though the terminal answers nothing in time", async () => {
  lab.load("stuck-virtio");
  const t = await lab.opened(new SlowLine(LINE, 21));
  await t.waitFor("5 of 10 VMs need you");
  // The answer to what it asked comes a round trip late, and is no key.
  await t.press("\u001b]11;rgb:ffff/ffff/ffff\u0007");
  await rest();
  const costs: number[] = [];
  for (const [key, paints] of KEYS) {
    const before = t.written().length;
    await t.press(key);
    await t.waitFor(paints);
    costs.push(Buffer.byteLength(t.written().slice(before)));
    await rest();
  }
  const without = costs.map((bytes) => keyToPaint({ ...LINE, lossPerMille: 0 }, bytes, 1));
  expect(without).toEqual(costs.map(() => LINE.roundTripMs));
  // With loss: each key a hundred times.
  const times = costs.flatMap((bytes) => Array.from({ length: 100 }, (_unused, at) => keyToPaint(LINE, bytes, at)));
  const within = times.filter((ms) => ms <= LINE.roundTripMs + OWN_MS);
  expect(within.length / times.length).toBeGreaterThan(0.95);
});

test.each(Object.keys(worlds))(
  "%s: no page costs more than 2 KiB, and all until the board stands no more than 4",
  async (world) => {
    lab.load(world);
    const t = await lab.opened();
    expect(Buffer.byteLength(t.written())).toBeLessThanOrEqual(FIRST_BYTES);
    const walk = new Walk(t);
    // All that are stuck, in one run.
    await walk.press(...LOOKS, "*", "c");
    await rest();
    if (t.text().includes("STATUS")) await walk.press("r");
    await rest();
    const asked = await carryOn(t, walk);
    await walk.press(...AFTER);
    const frames = walk.frames();
    expect(frames.length).toBeGreaterThan(30);
    expect(asked.size).toBeGreaterThanOrEqual(LEAST_ASKED[world] ?? 0);
    expect(frames.filter(({ bytes }) => bytes > PAGE_BYTES)).toEqual([]);
  },
);
