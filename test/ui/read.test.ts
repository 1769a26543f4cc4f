/** `e`: what is opened in the person's own program, and what the screen is when they come back. */
import { afterEach, expect, test } from "vitest";
import { modeOf } from "../../src/ui/mode.ts";
import type { ReadableText } from "../../src/ui/read/text.ts";
import { board, driving, LATER, press, saysOf } from "./models.ts";
import { approve, begin } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** A program that is there until it is left. */
class Program {
  readonly opened: ReadableText[] = [];
  leave: (failure: string) => void = () => undefined;
  readonly read = (text: ReadableText): Promise<string> => {
    this.opened.push(text);
    return new Promise((resolve) => {
      this.leave = resolve;
    });
  };
}

async function opened(program: Program): Promise<Screen> {
  screen = await openScreen(makeWorld(), { reader: program.read });
  await screen.waitFor("pgtest1");
  return screen;
}

test("a page of questions is opened whole, and has to be seen again before it can be approved", async () => {
  const program = new Program();
  const s = await opened(program);
  await begin(s);
  await s.waitFor("APPROVAL: 2 Detach");
  await s.advance(500);
  await s.press("e");
  const [text] = program.opened;
  expect(text).toMatchObject({ name: "question" });
  expect(JSON.stringify(text)).toMatch(/Volume Daemon detach …\\n +vol-1\\n +vol-2/u);
  await s.advance(5000);
  program.leave("");
  await s.press("a");
  await s.waitFor(/came too early to count|first \(PgDn\)/u);
  expect(s.world.sent).toEqual([]);
});

test("a run under way goes on meanwhile, and stands there as it is now", async () => {
  const program = new Program();
  const s = await opened(program);
  await begin(s);
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  await s.press("e");
  expect(program.opened[0]?.name).toMatch(/^report-/u);
  for (let more = 0; more < 4 && s.console.model.run?.question === null; more += 1) {
    s.world.finish();
    await s.advance(100);
  }
  await s.advance(11_000);
  program.leave("");
  await s.waitFor("Type pgtest1 to approve: ▌");
  // It rang meanwhile, as somebody waits.
  expect(s.world.rung.join("")).not.toBe("");
  await s.press("pgtest1");
  await s.waitFor("came too early to count");
});

test("a program that failed says so on the page", async () => {
  const program = new Program();
  const s = await opened(program);
  await s.press("p");
  await s.waitFor("Look before touching anything");
  await s.press("e");
  program.leave("less is not there; PAGER, VISUAL or EDITOR names another program");
  await s.waitFor("less is not there");
  expect(program.opened).toMatchObject([{ name: "plan" }]);
});

test("where no terminal can be handed over, or nothing has begun, the key says so", () => {
  expect(saysOf(press(driving(), "e", LATER))).toBe("this terminal cannot be handed to another program");
  const help = press(board(), "? e", LATER);
  expect([modeOf(help.model), help.effects.filter(({ type }) => type === "open text")]).toEqual(["help", []]);
});
