/** The console asks for an input before a run begins: what fits is said, a wrong one is asked about again, Esc begins nothing. */
import { afterEach, expect, test } from "vitest";
import type { InputQuestion } from "../../src/engine/operator-port.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, type World } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const QUESTION: InputQuestion = {
  name: "ticket",
  title: "The ticket of this incident",
  reason: "It stands in the report",
  form: "a text that matches INC-[0-9]+",
  choices: null,
  refusal: "",
};

/** A world whose run has to be told something before it begins. */
function asking(question: InputQuestion): { readonly world: World; readonly answers: (string | null)[] } {
  const world = makeWorld();
  const answers: (string | null)[] = [];
  const { start } = world.sources;
  const sources = {
    ...world.sources,
    start: async (...[request, hooks]: Parameters<typeof start>) => {
      const answer = await hooks.operator.input(question);
      answers.push(answer);
      if (answer === null) return { exit: 5, refused: "nobody said it. Nothing was executed", lines: [] };
      return start(request, hooks);
    },
  };
  return { world: { ...world, sources }, answers };
}

async function atQuestion(question: InputQuestion, columns = 80) {
  const { world, answers } = asking(question);
  const s = await openScreen(world, { columns });
  screen = s;
  await s.waitFor("pgtest1");
  await s.press("c");
  await s.waitFor("INPUT: ticket");
  return { s, answers };
}

test.each([80, 120])("is asked for with its reason and what fits (%i columns)", async (columns) => {
  const { s, answers } = await atQuestion(QUESTION, columns);
  await s.press("INC-47");
  await expect(s.text()).toMatchFileSnapshot(`../frames/input-${columns}.txt`);
  await s.press("11", "enter");
  await s.waitFor("APPROVAL to begin");
  expect(answers).toEqual(["INC-4711"]);
});

test("may be pasted, since it approves nothing", async () => {
  const { s, answers } = await atQuestion(QUESTION);
  await s.paste("INC-4712\n");
  await s.press("enter");
  await s.waitFor("APPROVAL to begin");
  expect(answers).toEqual(["INC-4712"]);
});

test("is asked for again where it does not fit, with the choices that there are", async () => {
  const { s } = await atQuestion({
    ...QUESTION,
    choices: ["blue", "green"],
    refusal: "red: one of blue, green is wanted",
  });
  expect(s.text()).toContain("What fits is one of:");
  expect(s.text()).toMatch(/^ {2}green$/mu);
  expect(s.text()).toContain("NOT TAKEN: red: one of blue, green is wanted");
  await s.press("enter");
  await s.waitFor("1 more character");
});

test("Esc clears what was typed, and once more begins nothing", async () => {
  const { s, answers } = await atQuestion(QUESTION);
  await s.press("INC", "escape");
  await s.waitFor("the words were cleared");
  await s.press("escape");
  await s.waitFor("Nothing was executed");
  expect(answers).toEqual([null]);
  expect(s.world.journal.all).toEqual([]);
});
