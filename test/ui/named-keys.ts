/**
 * The keys that a page names: in the key bar, in its help, in the palette, in what it says comes next, and in why a key does
 * nothing. Each is pressed on the page as it stands; the changes of the console are pure, so nothing comes of it.
 */
import { isDeepStrictEqual } from "node:util";
import { answersOf } from "../../src/ui/answers/view.ts";
import { pressKey } from "../../src/ui/input.ts";
import { bindingFor, keyTable } from "../../src/ui/keys.ts";
import { modeOf } from "../../src/ui/mode.ts";
import type { Mode, Model } from "../../src/ui/model.ts";
import type { Look } from "../../src/ui/theme.ts";
import { say, type Update } from "../../src/ui/update.ts";

/** All keys that mean something in a mode: the key bar, the help and the palette name no other. */
const keysOfMode = (model: Model, mode: Mode): string[] => {
  const table = keyTable(model.runbooks);
  return table
    .filter(({ modes }) => modes.includes(mode))
    .flatMap((binding) => binding.keys.filter((key) => bindingFor(table, mode, key) === binding));
};

const press = (model: Model, key: string, look: Look): Update =>
  pressKey(model, { key, text: key.length === 1 ? key : "" }, look);

const SILENCE = { text: "", tone: "plain" } as const;
const acts = (before: Model, { model, effects }: Update): boolean =>
  effects.length > 0 || !isDeepStrictEqual({ ...model, message: SILENCE }, { ...before, message: SILENCE });

const NAMES: Readonly<Record<string, string>> = { Enter: "enter", Esc: "escape", PgDn: "pagedown", Space: "space" };

/** The keys that a sentence names: `c: Cleanup`, `Press a to`, `u takes it up`. */
export function keysIn(text: string): string[] {
  const named = [
    ...text.matchAll(/^(\S|Enter|Esc): /gu),
    ...text.matchAll(/\b[Pp]ress (\S|Enter|Esc) /gu),
    ...text.matchAll(/(?:^|[;,.] |, then |or )([^\s\d]|Enter|Esc|PgDn|Space) (?=(?!is\b|was\b|has\b)[a-z]+s\b)/gu),
  ].map(([, key = ""]) => NAMES[key] ?? key);
  // A choice is no key, and a sentence may begin with an article.
  return named.filter((key) => key !== "a" || text.includes("ress a "));
}

/** What is wrong with the keys that a page names, one sentence for each; [] where every one does something or says why not. */
export function silentKeys(model: Model, look: Look): string[] {
  const mode = modeOf(model);
  const place = `${mode} at ${look.columns}x${look.rows}`;
  const before = say(model, "");
  const table = keyTable(model.runbooks);
  const presses = keysOfMode(model, mode).map((key) => ({ key, update: press(before, key, look) }));
  const silent = presses
    .filter(({ update }) => !acts(before, update) && update.model.message.text === "")
    .map(({ key }) => `${place}: ${key} does nothing and says nothing`);
  const strangers = presses.flatMap(({ key, update: { model: next } }) =>
    keysIn(next.message.text)
      .filter((other) => bindingFor(table, modeOf(next), other) === undefined)
      .map(
        (other) =>
          `${place}: after ${key} "${next.message.text}" names ${other}, which means nothing in ${modeOf(next)}`,
      ),
  );
  const { text } = answersOf(model, look).next;
  const idle = keysIn(text)
    .filter((key) => {
      const update = press(before, key, look);
      // What has to wait a moment, or to be seen first, is no lie.
      const isEarly = /too early|see to the end|one moment/u.test(update.model.message.text);
      return (!acts(before, update) && !isEarly) || bindingFor(table, mode, key) === undefined;
    })
    .map(
      (key) =>
        `${place}: "Next ${text}" names ${key}, which does nothing: ${press(before, key, look).model.message.text}`,
    );
  return [...silent, ...strangers, ...idle];
}
