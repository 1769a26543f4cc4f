/** Whether a phase comes, as far as what is known now tells. */
import { expect, test } from "vitest";
import { NO_SCOPE } from "../../src/phases/expression.ts";
import { prospectOf } from "../../src/engine/prospect.ts";

const scope = { ...NO_SCOPE, decisions: { way: "plan" } };
const prospect = (within?: string, when?: string) =>
  prospectOf({ ...(within === undefined ? {} : { within }), ...(when === undefined ? {} : { when }) }, scope);

test.each([
  [undefined, undefined, "certain"],
  [undefined, "decisions.way == 'plan'", "certain"],
  ["decisions.way == 'other'", "decisions.way == 'plan'", "none"],
  ["decisions.way == 'plan'", "decisions.way == 'other'", "none"],
  [undefined, "facts.volumes.size() > 0", "open"],
  ["decisions.way == 'plan'", "facts.volumes.size() > 0", "open"],
  ["decisions.way == 'other'", "facts.volumes.size() > 0", "none"],
])("on the way %s and where %s it is %s", (within, when, expected) => {
  expect(prospect(within, when)).toBe(expected);
});
