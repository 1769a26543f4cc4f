/** How a person goes through the pages of a run at a real terminal. */
import type { Pty } from "./pty.ts";

/** A moment in which a page begins to listen. */
export const rest = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 500));

/** Goes to the end of a page: a frame that is being drawn may lack the line that says how much is below. */
export async function read(t: Pty): Promise<void> {
  for (let looks = 0, down = 0; looks < 2 && down < 80; down += 1)
    if (/lines? below/u.test(t.text())) {
      looks = 0;
      await t.press("pagedown");
    } else {
      looks += 1;
      await rest();
    }
}

/** Reads the page to its end, types the word that it asks for, if any, and approves it. */
export async function approve(t: Pty, page: string): Promise<void> {
  await t.waitFor(page);
  await read(t);
  const [, word] = /^Type (.+) to approve: /mu.exec(t.text()) ?? [];
  if (word !== undefined) {
    await t.press(...Array.from(word));
    await t.waitFor("The name is right");
    await rest();
  }
  await t.press("a");
  await rest();
  // Who is told that the key came too early presses it again.
  if (t.text().includes("came too early to count")) await t.press("a");
}
