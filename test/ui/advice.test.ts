/** What is suggested for the VM under the cursor stands first in the last line, and is lit there. */
import { afterEach, expect, test } from "vitest";
import { screenLines } from "../../src/ui/screen.ts";
import type { RunSummary } from "../../src/ui/sources.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed, wellNamed } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const run = (label: string, status: RunSummary["status"]): RunSummary => ({
  run_id: `20261122-0301-${label}`,
  created: "",
  runbook: "small-cleanup",
  title: "",
  operator: "grace",
  targets: [{ key: `ctx-${label}`, label }],
  outcome: "paused: nobody answered",
  status,
  driver: status === "driven" ? "grace (pid 7)" : "",
  doubts: [],
});

async function board(over = {}): Promise<Screen> {
  const world = makeWorld(over);
  world.vms = [
    vmNamed("alive", { row: { ...vmNamed("alive").row, tracking_status: "running" } }),
    vmNamed("open"),
    vmNamed("seen"),
    wellNamed("well"),
  ];
  world.runs = [run("open", "paused"), run("seen", "driven")];
  screen = await openScreen(world);
  await screen.waitFor("alive");
  return screen;
}

/** The words of the last line that are lit. */
const lit = ({ console: shown }: Screen): string[] =>
  (screenLines(shown.model, shown.look()).at(-1) ?? []).flatMap(({ tone, text }) => (tone === "focus" ? [text] : []));

const PLACES = [
  { name: "alive", words: "r Recover", suggests: "Suggested: Recover (r)" },
  { name: "open", words: "u take up", suggests: "Suggested: Take the run up again (u)" },
  { name: "seen", words: "F follow", suggests: "Suggested: Follow it (F)" },
];

test.each(PLACES)("on the board and in the detail of $name", async ({ name, words, suggests }) => {
  const s = await board();
  await s.press("/", name, "enter");
  for (const key of ["g", "enter"]) {
    await s.press(key);
    await s.waitFor(suggests);
    expect(s.lines().at(-1)).toMatch(new RegExp(`^${words}  `, "u"));
    expect(lit(s)).toEqual([words]);
  }
});

test("nothing where nothing is to be done, or this console may not do it", async () => {
  const s = await board();
  await s.press("/", "well", "enter");
  await s.waitFor("Nothing to do");
  expect(lit(s)).toEqual([]);
  expect(s.lines().at(-1)).toMatch(/^c Cleanup/u);
  await s.close();
  const readOnly = await board({ readOnly: true });
  await readOnly.waitFor("Suggested: Take the run up again");
  expect(lit(readOnly)).toEqual([]);
  await readOnly.press("up");
  await readOnly.waitFor("Suggested: Recover");
  expect(lit(readOnly)).toEqual([]);
});
