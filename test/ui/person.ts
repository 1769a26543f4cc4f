/** What a person presses at the screen, where a test is about something that comes later. */
import type { Screen } from "./screen.tsx";

/** Sees the page that stands there to its end. */
export async function see(s: Screen): Promise<void> {
  for (let down = 0; down < 30 && /more lines? below: PgDn/u.test(s.text()); down += 1) await s.press("pagedown");
}

/** Sees a page to its end and approves it. */
export async function approve(s: Screen, page: string): Promise<void> {
  await s.waitFor(page);
  await see(s);
  await s.advance(500);
  await s.press("a");
}

/** Begins a cleanup and takes the first choice at the gate: the first page of changes comes next. */
export async function begin(s: Screen, ...keys: readonly string[]): Promise<void> {
  await s.press(...(keys.length === 0 ? ["c"] : keys));
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("1");
}
