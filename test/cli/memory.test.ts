/** What one console remembers for the next. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { lastSite, rememberSite } from "../../src/cli/console/last-site.ts";
import { readMemory, writeMemory } from "../../src/cli/console/memory.ts";

let folder = "";
const env = (more: Record<string, string> = {}): Record<string, string> => ({
  HOME: folder,
  XDG_STATE_HOME: join(folder, "state"),
  HANDRAIL_CONFIG: join(folder, "config.yaml"),
  ...more,
});
const file = (): string => join(folder, "state/handrail/console.json");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "memory-"));
});

function write(text: string): void {
  mkdirSync(join(folder, "state/handrail"), { recursive: true });
  writeFileSync(file(), text);
}

describe("the order of the lists", () => {
  test("is kept in a file of this user alone, part by part", () => {
    writeMemory(env(), { sort: "name" });
    writeMemory(env(), { group: "operator" });
    expect(readMemory(env())).toEqual({ sort: "name", group: "operator" });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "state/handrail")).mode & 0o077).toBe(0);
    expect(readFileSync(file(), "utf8")).not.toContain("filter");
  });

  test.each(["", "{", "null", "[1]", '"name"', '{"sort":"by moon","group":7,"site":[]}'])(
    "of a file that says %j is as if there were none",
    (text) => {
      write(text);
      expect(readMemory(env())).toEqual({});
      writeMemory(env(), { sort: "longest" });
      expect(readMemory(env())).toEqual({ sort: "longest" });
    },
  );

  test("is forgotten without a word where nothing can be written", () => {
    writeFileSync(join(folder, "state"), "no folder");
    expect(() => writeMemory(env(), { sort: "name" })).not.toThrow();
    expect(readMemory(env())).toEqual({});
    expect(readMemory({ HOME: "nowhere" })).toEqual({});
  });
});

describe("the last site", () => {
  const configure = (text: string): void => {
    writeFileSync(join(folder, "config.yaml"), text);
    chmodSync(join(folder, "config.yaml"), 0o600);
  };
  const TWO = "sites:\n  one: {}\n  two: {}\n";

  test("is the one that was named, where several are configured and nothing says which", async () => {
    configure(TWO);
    expect(await lastSite({}, env())).toBeNull();
    rememberSite({ site: "two" }, env());
    expect(await lastSite({}, env())).toBe("two");
    expect(await lastSite({ site: "one" }, env())).toBeNull();
    expect(await lastSite({}, env({ HANDRAIL_SITE: "one" }))).toBeNull();
    expect(await lastSite({ lab: true }, env())).toBeNull();
  });

  test("gives way to the default of the configuration, and to one that is no more", async () => {
    rememberSite({}, env({ HANDRAIL_SITE: "two" }));
    configure(`${TWO}default_site: one\n`);
    expect(await lastSite({}, env())).toBeNull();
    configure("sites:\n  one: {}\n  three: {}\n");
    expect(await lastSite({}, env())).toBeNull();
    configure(TWO);
    expect(await lastSite({}, env())).toBe("two");
  });

  test("is none that nobody named, and no lab", () => {
    rememberSite({}, env());
    rememberSite({ lab: true }, env());
    expect(readMemory(env())).toEqual({});
  });
});
