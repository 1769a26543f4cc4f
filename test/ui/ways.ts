/** Ways through the pages of the program in a real terminal, and what a frame of it says. */
import type { Pty } from "../support/pty.ts";
import { approve, rest } from "../support/walk.ts";

/** How long what another build may never show is waited for, in ms. */
export const SOON_MS = 12_000;

/** The last line of a frame: the keys that work. */
export const bar = (t: Pty): string => t.lines().at(-1) ?? "";

/** Opens the page of the VM under the cursor. */
export async function openDetail(t: Pty): Promise<void> {
  await t.press("enter");
  await t.waitFor("volumes, as each source has them");
  await rest();
}

/** From the board to the page that begins a cleanup. */
export async function goToFirst(t: Pty): Promise<void> {
  await t.press("c");
  await t.waitFor("APPROVAL to begin");
  await rest();
}

/** From the board to the page of its first change. */
export async function goToDetach(t: Pty): Promise<void> {
  await t.press("c");
  await approve(t, "APPROVAL to begin");
  await t.waitFor("APPROVAL: 2 Detach");
  await rest();
}

/** From the board of `stuck-virtio` to a page that asks for a name. */
export async function goToTyped(t: Pty): Promise<void> {
  await t.press("c");
  for (const page of ["APPROVAL to begin", "APPROVAL: 2 Detach"]) await approve(t, page);
  await t.waitFor(/^Type .+ to approve: /mu);
  await rest();
}

/** What the page that asks for a name has in its field; null where there is no such page. */
export const field = (t: Pty): string | null => /^Type .+? to approve: (.*?)▌/mu.exec(t.text())?.[1] ?? null;

export const wordOf = (t: Pty): string => /^Type (.+?) to approve: /mu.exec(t.text())?.[1] ?? "";

/** From the board to a question after a failed step. */
export async function goToFailure(t: Pty): Promise<void> {
  await t.press("c");
  for (const page of ["APPROVAL to begin", "APPROVAL: 2 Detach"]) await approve(t, page);
  await t.waitFor("A STEP FAILED");
  await rest();
}

/** From the board of `stuck-virtio:alive` to the first decision. */
export async function goToDecision(t: Pty): Promise<void> {
  await t.press("r");
  await approve(t, "APPROVAL to begin");
  await t.waitFor("DECISION");
  await rest();
}

/** Whether a key leads to a page with this text. */
export async function leadsTo(t: Pty, key: string, text: string): Promise<boolean> {
  await t.press(key);
  return t.waitFor(text, SOON_MS).then(
    () => true,
    () => false,
  );
}

/** What a frame says, without what a column has cut. */
export const words = (text: string): string[] => text.replaceAll(/\S*…\S*/gu, " ").match(/[\w@.:-]*\w/gu) ?? [];

export const ANSWERS = ["Now", "Next", "Undo", "Line lost"];
export const answersOn = (t: Pty): string[] =>
  ANSWERS.filter((answer) => t.lines().some((row) => row.startsWith(`${answer} `)));

/** Marks a stuck VM of the board. */
export async function mark(t: Pty, name: string): Promise<void> {
  const isThere = (): boolean => t.lines().some((row) => /^▌.*stuck/u.test(row) && row.includes(name));
  for (let moves = 0; moves < 10 && !isThere(); moves += 1) {
    await t.press("down");
    await rest();
  }
  await t.press(" ");
  await rest();
}

/** Says no to a page, and waits until the run is paused by it. */
export async function refuse(t: Pty): Promise<void> {
  await t.press("escape");
  await t.waitFor("paused, rejected");
  await rest();
}
