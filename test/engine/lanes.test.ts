/** What several courses of a run come to at one moment is stored at once, and none of them goes on before that. */
import { expect, it } from "vitest";
import { draft } from "../../src/engine/events.ts";
import type { Drafts } from "../../src/engine/driver.ts";
import { Lanes } from "../../src/engine/lanes.ts";

const note = (text: string) => draft("run", "operator.note", { target: text }, { text });

it("stores what one answer woke in one transaction, and lets none of it go on before", async () => {
  const lanes = new Lanes();
  const gone: string[] = [];
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const course = async function* (name: string): Drafts {
    await answered;
    yield note(name);
    gone.push(name);
  };
  const names = Array.from({ length: 50 }, (_unused, at) => `vm-${at}`);
  for (const name of names) lanes.start([name], course(name));
  answer();
  const drafts = await lanes.drafts();
  expect(drafts.map(({ target_key }) => target_key)).toEqual(names);
  await new Promise(setImmediate);
  expect(gone).toEqual([]);
  lanes.resume();
  await lanes.drafts();
  expect(gone).toEqual(names);
});
