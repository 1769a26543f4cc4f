/** Light or dark by the terminal's own answer, whose bytes are no keys, in whatever pieces and however late they come. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Answers, Background, themeOf } from "../../src/ui/background.ts";
import { STYLES } from "../../src/ui/theme.ts";
import { Time } from "./world.ts";

const WHITE = "\u001b]11;rgb:ffff/ffff/ffff\u0007";
const BLACK = "\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\";

test.each([
  ["rgb:ffff/ffff/ffff", "light"],
  ["rgb:fd/f6/e3", "light"],
  ["rgba:0000/0000/0000/ffff", "dark"],
  ["rgb:1e1e/1e1e/2e2e", "dark"],
  ["rgb:0000/2b2b/3636", "dark"],
  ["?", null],
  ["", null],
])("%s is %s", (answer, theme) => {
  expect(themeOf(answer)).toBe(theme);
});

/** What keys come out of these pieces, and which answers. */
function heard(pieces: readonly string[]): { readonly keys: string; readonly told: readonly string[] } {
  const told: string[] = [];
  const answers = new Answers((answer) => void told.push(answer));
  return { keys: pieces.map((piece) => answers.keysIn(piece)).join("") + answers.release(), told };
}

test("an answer that is cut anywhere gives no key, whatever stands around it", () => {
  for (const answer of [WHITE, BLACK])
    for (let at = 1; at < answer.length; at += 1) {
      const told = heard([`q${answer.slice(0, at)}`, `${answer.slice(at)}a\u001b[A`]);
      expect(told).toEqual({ keys: "qa\u001b[A", told: [/rgb:[0-9a-f/]+/u.exec(answer)?.[0]] });
    }
});

test("an answer byte by byte, with all the time between them, gives no key but the Esc that it begins with", () => {
  for (const answer of [WHITE, BLACK]) {
    const told: string[] = [];
    const answers = new Answers((each) => void told.push(each));
    const keys = Array.from(answer, (byte) => answers.keysIn(byte) + answers.release()).join("");
    expect([keys, told.length]).toEqual(["\u001b", 1]);
    expect(answers.keysIn("a\u001b[B")).toBe("a\u001b[B");
  }
});

test("an answer whose end never comes gives no key, and the keys behind it are keys again", () => {
  expect(heard(["\u001b]11;rgb:ff"])).toEqual({ keys: "", told: [] });
  expect(heard(["\u001b]11;rgb:ff", "q", "a"])).toEqual({ keys: "qa", told: [] });
  expect(heard([`\u001b]11;${"f".repeat(80)}`, "q"])).toEqual({ keys: "q", told: [] });
});

test("other keys that begin with Esc come as they are", () => {
  for (const keys of ["\u001b[A", "\u001bOP", "\u001b]x", "\u001b\u001b", "\u001b[200~a]11;b\u001b[201~"])
    expect(heard([keys])).toEqual({ keys, told: [] });
});

/** A keyboard that is asked for its background, what it tells, and the keys that are read. */
function asked() {
  const keyboard = new PassThrough();
  keyboard.setEncoding("utf8");
  const time = new Time();
  const themes: string[] = [];
  const background = new Background(keyboard as unknown as NodeJS.ReadStream, time, (theme) => void themes.push(theme));
  const written: string[] = [];
  background.ask((text) => void written.push(text));
  const { stdin } = background;
  const keys: string[] = [];
  const read = (): void => {
    for (let key = stdin.read(); key !== null; key = stdin.read()) keys.push(String(key));
  };
  keyboard.on("readable", read);
  const come = async (bytes: string): Promise<void> => {
    keyboard.write(bytes);
    await new Promise((resolve) => void setImmediate(resolve));
  };
  return { come, keys, themes, time, written };
}

test("the answer in time says the theme, a late one says nothing; neither is a key", async () => {
  const soon = asked();
  expect(soon.written).toEqual(["\u001b]11;?\u0007"]);
  soon.time.advance(149);
  await soon.come(`j${WHITE}`);
  expect([soon.themes, soon.keys]).toEqual([["light"], ["j"]]);
  const late = asked();
  late.time.advance(151);
  await late.come(BLACK);
  expect([late.themes, late.keys]).toEqual([[], []]);
});

test("an Esc comes through once nothing follows it", async () => {
  const { come, keys, time } = asked();
  await come("\u001b");
  expect(keys).toEqual([]);
  time.advance(200);
  expect(keys).toEqual(["\u001b"]);
  // Where no answer is expected any more it is a key at once.
  time.advance(6000);
  await come("\u001b");
  expect(keys).toEqual(["\u001b", "\u001b"]);
});

test("what is well or goes on as it should has no colour on any background", () => {
  for (const styles of Object.values(STYLES))
    for (const tone of ["plain", "ok", "running", "muted", "strong"] as const)
      expect(styles[tone].color).toBeUndefined();
});

test("no background gets a colour that cannot be read on it", () => {
  const colours = (theme: keyof typeof STYLES): unknown[] => Object.values(STYLES[theme]).map(({ color }) => color);
  expect(colours("light")).not.toContain("yellow");
  expect(colours("light")).not.toContain("cyan");
  expect(colours("dark")).not.toContain("blue");
  for (const colour of ["yellow", "cyan", "blue"]) expect(colours("any")).not.toContain(colour);
});
