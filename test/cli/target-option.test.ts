/** `--target` is another spelling of the product's own option, on every command that has that. */
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { parseWords } from "../../src/cli/dispatch.ts";
import { optionFor, optionsFor, nounOf } from "../../src/cli/session/target-words.ts";
import { OTHER_OPTION, subjectOf, TARGET_OPTION } from "../../src/cli/target.ts";

const taking = COMMANDS.filter(({ options }) => TARGET_OPTION in options);
const commandOf = (name: string) => {
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  return command;
};
const valuesOf = (name: string, ...args: readonly string[]) => parseWords(commandOf(name), args).values;

describe("--target", () => {
  it("is an option of each command that names targets", () => {
    expect(taking.map(({ name }) => name)).toEqual(["run", "plan", "rehearse", "resolve", "grant", "sql"]);
    for (const { options } of taking)
      expect(options[OTHER_OPTION]).toEqual({
        ...options[TARGET_OPTION],
        sameAs: TARGET_OPTION,
        says: "the same as --vm, for whatever is recovered",
      });
  });

  it("counts as the other, in the order in which both were typed", () => {
    const values = valuesOf("run", "x", "--target", "a", "--vm=b", "--target=c");
    expect(values["vm"]).toEqual(["a", "b", "c"]);
    expect(values["target"]).toBeUndefined();
  });

  it("is the last one that counts where one alone is named", () => {
    expect(valuesOf("resolve", "last", "x", "--vm", "a", "--target", "b")["vm"]).toBe("b");
    expect(valuesOf("resolve", "last", "x", "--target", "b", "--vm", "a")["vm"]).toBe("a");
  });

  it("leaves what was not said unsaid, and the other spelling alone", () => {
    expect(valuesOf("run", "x")["vm"]).toBeUndefined();
    expect(valuesOf("run", "x", "--vm", "a")["vm"]).toEqual(["a"]);
    expect(valuesOf("lint", "x")).toEqual({});
  });
});

describe("what a command to be copied says", () => {
  const appliance = { volume_daemon: {} };
  const plain = { connections: {} };
  const queue = { target: { noun: "queue", nouns: "queues" } };

  it.each([
    [appliance, {}, "vm"],
    [appliance, { target: { noun: "VM", nouns: "VMs" } }, "vm"],
    [appliance, queue, "target"],
    [plain, {}, "target"],
    [plain, queue, "target"],
    [plain, { target: { noun: "VM", nouns: "VMs" } }, "target"],
  ])("for %j and %j is --%s %#", (site, owner, option) => {
    expect(optionFor(site, owner)).toBe(option);
    expect(optionsFor(site, owner, ["a", "b"])).toBe(` --${option} a --${option} b`);
  });

  it("calls what no runbook names as the site does", () => {
    expect([nounOf(appliance), nounOf(plain)]).toEqual([
      { noun: "VM", nouns: "VMs" },
      { noun: "target", nouns: "targets" },
    ]);
    const two = [{ label: "a" }, { label: "b" }] as never;
    expect(subjectOf(two, nounOf(plain))).toEqual({ label: "2 targets" });
  });
});
