import { format, inspect } from "node:util";
import { expect, it } from "vitest";
import { Secret } from "../../src/text/secret.ts";

it("prints as stars however it is printed", () => {
  const secret = new Secret("db", "hunter2hunter2");
  const shown = [
    String(secret),
    ["", secret].join("."),
    "".concat(secret as unknown as string),
    JSON.stringify({ secret }),
    inspect({ deep: [secret] }, { showHidden: true, depth: 9 }),
    format("%s %o %j", secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
    Object.values(secret).join(" "),
  ].join("\n");
  expect(shown).not.toContain("hunter2");
  expect(shown).toContain("***");
});

it("gives its value when asked by name", () => {
  expect(new Secret("db", "hunter2hunter2").reveal()).toBe("hunter2hunter2");
});
