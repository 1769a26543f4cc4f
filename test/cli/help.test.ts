/** Help says all that there is: topics, examples that can be typed, and each variable that the program reads. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { dispatch, parseWords } from "../../src/cli/dispatch.ts";
import { mainHelp } from "../../src/cli/help.ts";
import { Stop } from "../../src/cli/io.ts";
import { TOPICS } from "../../src/cli/topics/index.ts";
import { OWN_VARIABLES, VARIABLES } from "../../src/cli/variables.ts";
import { quietIo } from "../support/incident.ts";
import { shellWords } from "../support/shell-words.ts";

const root = join(import.meta.dirname, "../..");

async function said(...words: string[]): Promise<{ readonly exit: number; readonly text: string }> {
  const { io, said: told } = quietIo({});
  try {
    return { exit: await dispatch(words, io), text: told.out };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { exit: error.exit, text: error.message };
  }
}

const help = (...words: string[]): ReturnType<typeof said> => said("help", ...words);

describe("examples", () => {
  it.each(COMMANDS)("of $name are two or more", ({ examples }) => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
  });

  const all = COMMANDS.flatMap((command) => command.examples.map(({ words }) => ({ command, words })));

  it.each(all.filter(({ command }) => command.raw !== true))("handrail $words", ({ command, words }) => {
    const [name, ...args] = shellWords(words);
    const { rest } = parseWords(command, args);
    const { least, most } = command.rest;
    expect([name, Math.min(Math.max(rest.length, least), most)]).toEqual([command.name, rest.length]);
  });

  it.each(all.filter(({ command }) => command.raw === true))(
    "handrail $words, a word of its own",
    ({ command, words }) => {
      const [name, first = ""] = shellWords(words);
      expect([name, command.usage]).toEqual([command.name, expect.stringMatching(`[ |]${first}\\b`)]);
    },
  );

  it("stand at the end of a command's help, each with what it does", async () => {
    for (const command of COMMANDS) {
      const { text } = await said(command.name, "--help");
      const end = text.split("\nexamples:\n")[1]?.replaceAll(/\s+/gu, " ") ?? "";
      for (const { words, does } of command.examples) expect(end).toContain(`handrail ${words} ${does}`);
    }
  });
});

describe("help", () => {
  it("alone lists every command and every topic", async () => {
    const { exit, text } = await help();
    expect(exit).toBe(0);
    for (const { name } of [...COMMANDS, ...TOPICS]) expect(text).toMatch(new RegExp(`^ {2}${name} `, "mu"));
  });

  it.each(["concepts", "approvals", "doubt", "exit codes", "environment"])("explains %s", async (topic) => {
    const { exit, text } = await help(...topic.split(" "));
    expect([exit, text.split("\n")[0]]).toEqual([0, expect.stringMatching(new RegExp(`^${topic}: `, "u"))]);
    expect(await help(topic.replace(" ", "-"))).toEqual({ exit, text });
  });

  it("of a command is what its --help says", async () => {
    for (const { name } of COMMANDS) expect(await help(name)).toEqual(await said(name, "--help"));
  });

  it("says what was probably meant by a name that nothing has", async () => {
    expect(await help("aprovals")).toEqual({ exit: 64, text: expect.stringContaining('did you mean "approvals"?') });
    expect(await help("xyzzy")).toEqual({
      exit: 64,
      text: expect.stringMatching(/no command or topic xyzzy; \w+ help/u),
    });
  });

  it("fits a terminal of 80 columns, and its examples one of 120", async () => {
    const pages = await Promise.all([...COMMANDS, ...TOPICS].map(async ({ name }) => (await help(name)).text));
    const lines = [mainHelp(COMMANDS, "handrail"), ...pages].join("\n").split("\n");
    const isExample = (line: string): boolean => line.startsWith("  handrail ");
    expect(lines.filter((line) => line.length > (isExample(line) ? 120 : 80))).toEqual([]);
  });
});

/** Every way in which a variable is read here: by its name in brackets, behind a dot, as an argument, taken out of `process.env`. */
const READS = [
  /\benv\["(\w+)"\]/gu,
  /\benv\.([A-Z]\w+)/gu,
  /\benv, "([A-Z]\w+)"/gu,
  /"((?:HANDRAIL|XDG|INK|NODE|npm|LAB)_\w+)"/gu,
] as const;
const TAKEN = /\{([^{}]*)\}(?:: NodeJS\.ProcessEnv| = process\.env)/gu;

/** Names of constants that hold the name of a variable: the constant's own text is found as well. */
const CONSTANTS = new Set(["COMPILED", "MARK", "EVENT"]);

function readIn(text: string): string[] {
  const taken = [...text.matchAll(TAKEN)].flatMap(([, names = ""]) => names.match(/\b[A-Z][A-Z_]+\b/gu) ?? []);
  return [...READS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = ""]) => name)), ...taken];
}

describe("the environment", () => {
  const known = [...VARIABLES, ...OWN_VARIABLES].flatMap(({ names }) => names);
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/u.test(file) && file !== "cli/variables.ts")
    .map((file) => readFileSync(join(root, "src", file), "utf8"));
  const launcher = readFileSync(join(root, "bin/handrail"), "utf8");

  it("has no variable that is read and not in the table", () => {
    const read = new Set(sources.flatMap(readIn));
    expect(read.size).toBeGreaterThan(20);
    expect([...read].filter((name) => !known.includes(name) && !CONSTANTS.has(name))).toEqual([]);
    const inLauncher = [...launcher.matchAll(/\$\{?([A-Z][A-Z_]+)/gu)].map(([, name = ""]) => name);
    expect(inLauncher.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("has no variable in the table that nothing reads", () => {
    const all = [...sources, launcher].join("\n");
    expect(known.filter((name) => !new RegExp(`\\b${name}\\b`, "u").test(all))).toEqual([]);
  });

  it("is explained whole by its topic", async () => {
    const { text } = await help("environment");
    expect(known.filter((name) => !text.includes(name))).toEqual([]);
  });
});
