/** What pages cost a slow line, in bytes: these are counted, so that no machine makes them more or less. */
import { close, open, type UiSetup } from "./ui.ts";

/** Over the pages that a person looks at first; each key with what its page says. */
const KEYS = [
  ["?", "one line up"],
  ["\u001b", "VMs need you"],
  ["\r", "volumes, as each source has them"],
  ["\u001b", "VMs need you"],
  ["p", "more lines: PgDn"],
  ["\u001b", "VMs need you"],
  ["j", "Journal"],
  ["\u001b", "VMs need you"],
] as const;

// oxlint-disable-next-line no-control-regex -- marks of a frame are sequences
const FRAME = /\u001b\[\?2026h[^]*?\u001b\[\?2026l/gu;

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** All bytes until the board stands, and those of the dearest frame of a walk. */
export async function pages(setup: UiSetup): Promise<{ board: number; page: number }> {
  const opened = await open(setup);
  await opened.screen.shows("VMs need you");
  await pause(500);
  const board = opened.bytes();
  for (const [key, says] of KEYS) {
    opened.child.write(key);
    await opened.screen.shows(says);
    await pause(200);
  }
  const frames = Array.from(opened.text().matchAll(FRAME), ([frame]) => Buffer.byteLength(frame));
  await close(opened);
  return { board, page: Math.max(...frames) };
}
