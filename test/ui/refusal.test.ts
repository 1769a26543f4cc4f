/** A refusal says what is to be done instead: at the end of the run it stands there whole, on the smallest screen too. */
import { afterEach, expect, test } from "vitest";
import { approve } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const WHY =
  "process 32727 (inject-virtio-drivers.sh) holds /dev/disk/by-id/virtio-b26d99bac0174b2fad2d of pgtest1, under oma-api(32632): " +
  "a failover engine waits in it, or somebody else is at work. The cleanup has changed nothing. Release it first: " +
  "virtio-recovery (r on the board) ends an engine's process once you approve, and can go on into this cleanup. " +
  "Any other process: wait for its end, then start again";

const refusing = (source: string): string =>
  source.replace(
    "            facts: { volumes: result }",
    `            expect: result.size() > 2\n            because: "${WHY}"\n            facts: { volumes: result }`,
  );

test.each([
  [80, 24],
  [120, 40],
])("the whole sentence stands where the run ended (%ix%i)", async (columns, rows) => {
  const s = await openScreen(makeWorld({}, refusing), { columns, rows });
  screen = s;
  await s.waitFor("pgtest1");
  await s.press("c");
  await approve(s, "APPROVAL to begin");
  await s.waitFor("the run is closed, exit 4");
  await expect(s.text()).toMatchFileSnapshot(`../frames/refusal-${columns}.txt`);
  const shown = s.text().replaceAll(/\s+/gu, " ");
  // Beside the steps its lines stand between those of the steps.
  expect(shown).toContain(columns === 80 ? WHY : "its end, then start again");
  expect(shown).toContain("R begins a new run for what it did not recover");
});
