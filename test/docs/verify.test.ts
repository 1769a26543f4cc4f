/** What a page says of how often `verify` is asked is what is done. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { VERIFY_LOOKS } from "../../src/engine/attempt.ts";
import { allKinds } from "../../src/phases/kinds/index.ts";

const page = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8").replace(/\s+/gu, " ");

it("the format says how often it is asked, and how long lies between", () => {
  const text = /`verify` is asked as soon as .*?not done\./u.exec(page("runbook-format.md"))?.[0];
  expect(text).toContain(`${VERIFY_LOOKS} times at most`);
  const told = Array.from(text?.matchAll(/(\d+) s \(/gu) ?? [], ([, seconds]) => Number(seconds));
  const changes = [...allKinds().values()].flatMap(({ change }) => (change === null ? [] : [change]));
  const asked = changes.filter(({ instructions }) => instructions === undefined).map(({ every }) => every);
  expect(told).toEqual([...new Set(asked)].toSorted((a, b) => a - b));
});

it("each kind says it of itself", () => {
  const text = page("step-kinds.md");
  const told = [...allKinds()].filter(([id, { change }]) => {
    const says = `\`verify\` is asked ${VERIFY_LOOKS} times at most, ${change?.every ?? 0} s apart`;
    return text.split(`## ${id} `)[1]?.split(" ## ")[0]?.includes(says) === true;
  });
  const changes = [...allKinds()].filter(([, { change }]) => change !== null && change.instructions === undefined);
  expect(told.map(([id]) => id)).toEqual(changes.map(([id]) => id));
});
