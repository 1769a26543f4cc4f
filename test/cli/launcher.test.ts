/** The launcher alone: which Node it takes, and what it says where it has none that will do. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TOPICS } from "../../src/cli/topics/index.ts";

const root = join(import.meta.dirname, "../..");
let clone = "";

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "handrail-launcher-"));
  for (const folder of ["bin", "dist", "tools"]) mkdirSync(join(clone, folder));
  copyFileSync(join(root, "bin/handrail"), join(clone, "bin/handrail"));
  writeFileSync(join(clone, "dist/handrail.mjs"), "");
  // what the launcher itself calls, and no Node of this machine
  for (const name of ["sh", "dirname", "readlink"])
    symlinkSync(
      ["/bin", "/usr/bin"].map((folder) => join(folder, name)).find(existsSync) ?? name,
      join(clone, "tools", name),
    );
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

/** A program that answers like Node.js of that version, keeps how it was called, and knows no newer flag. */
function put(path: string, version: string): string {
  const file = join(clone, path);
  mkdirSync(dirname(file), { recursive: true });
  const flag =
    version.startsWith("v22.18.") || version.startsWith("v24.") ? "exit 0" : 'echo "$0: bad option: $1" >&2; exit 9';
  writeFileSync(
    file,
    `#!/bin/sh\necho "$*" >> "${clone}/calls"\n[ "$1" != --version ] || { echo "${version}"; exit 0; }\n${flag}\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

const calls = (): string[] =>
  existsSync(join(clone, "calls")) ? readFileSync(join(clone, "calls"), "utf8").trim().split("\n") : [];

function launch(env: Record<string, string>): { code: number | null; said: string } {
  const { status, stderr } = spawnSync(join(clone, "bin/handrail"), ["journal", "list"], {
    env: { PATH: join(clone, "tools"), ...env },
    encoding: "utf8",
  });
  return { code: status, said: stderr };
}

it.each(["v18.20.4", "v20.20.2", "v22.17.1"])("%s is refused in one sentence before it runs anything", (version) => {
  const other = put("other/node", version);
  const told = {
    code: 69,
    said: expect.stringMatching(
      /^handrail: \S+ is Node\.js [\d.]+, which is too old; 22\.18 or newer is needed: .*\n$/,
    ) as string,
  };
  expect(launch({ HANDRAIL_NODE: other })).toEqual(told);
  put("tools/node", version);
  expect(launch({})).toEqual(told);
  expect(new Set(calls())).toEqual(new Set(["--version"]));
});

it.each(["v22.18.0", "v24.21.0"])("%s is taken, from the PATH and from HANDRAIL_NODE", (version) => {
  expect(launch({ HANDRAIL_NODE: put("other/node", version) })).toEqual({ code: 0, said: "" });
  put("tools/node", version);
  expect(launch({})).toEqual({ code: 0, said: "" });
});

it("its own Node is started once, and never asked for its version", () => {
  put("node_modules/node/bin/node", "v24.21.0");
  put("tools/node", "v18.20.4");
  expect(launch({})).toEqual({ code: 0, said: "" });
  expect(calls()).toEqual([expect.stringContaining("dist/handrail.mjs journal list")]);
});

it.each([
  ["does not exist", () => join(clone, "nowhere/node")],
  ["is a folder", () => clone],
  ["may not be executed", () => join(clone, "dist/handrail.mjs")],
])("a HANDRAIL_NODE that %s is said, not replaced", (_what, path) => {
  put("node_modules/node/bin/node", "v24.21.0");
  put("tools/node", "v24.21.0");
  const { code, said } = launch({ HANDRAIL_NODE: path() });
  expect([code, said]).toEqual([69, expect.stringContaining(`HANDRAIL_NODE is ${path()}`)]);
  expect(calls()).toEqual([]);
});

it.each(["", "Python 3.11.2", "vim - Vi IMproved 9.0", "v"])(
  "a HANDRAIL_NODE that says the version %j is said",
  (version) => {
    const { code, said } = launch({ HANDRAIL_NODE: put("other/node", version) });
    expect([code, said]).toEqual([69, expect.stringContaining("does not say its version as Node.js does")]);
  },
);

it("the Node of a package goes before that of a clone", () => {
  put("node/bin/node", "v24.21.0");
  put("node_modules/node/bin/node", "v18.20.4");
  expect(launch({})).toEqual({ code: 0, said: "" });
});

it("without any Node it says what to do: in a clone, and where it was installed", () => {
  const { code, said } = launch({});
  expect([code, said]).toEqual([
    69,
    expect.stringMatching(/there is no Node\.js here.*install one, or.*HANDRAIL_NODE/),
  ]);
  writeFileSync(join(clone, "package-lock.json"), "{}");
  expect(launch({}).said).toMatch(/there is no Node\.js here.*npm ci.*HANDRAIL_NODE/);
});

it("without its bundle it says what to do: in a clone, and where it was installed", () => {
  put("tools/node", "v24.21.0");
  rmSync(join(clone, "dist/handrail.mjs"));
  expect(launch({})).toEqual({
    code: 70,
    said: expect.stringMatching(/is missing; install Handrail again\n$/) as string,
  });
  writeFileSync(join(clone, "package-lock.json"), "{}");
  expect(launch({}).said).toMatch(/not built yet; run: npm ci/);
});

describe("what is known when it is built is printed without Node, as the program itself says it", () => {
  const topics = TOPICS.flatMap(({ name }) => [["help", name.replace(" ", "-")]]);
  /** What is printed with these words by what `file` starts, which calls itself `handrail-here`. */
  function printed(file: string, words: readonly string[], path: string): string {
    const env = { PATH: path, HANDRAIL_NODE: "/nowhere/node", HANDRAIL_NAME: "handrail-here" };
    const { stdout, stderr } = spawnSync(file, words, { env, encoding: "utf8" });
    return stdout + stderr;
  }

  it.each([["--version"], ["--help"], ["-h"], ["help"], ...topics])("%s %s", (...words) => {
    const known = printed(join(root, "bin/handrail"), words, join(clone, "tools"));
    const program = printed(process.execPath, [join(root, "dist/handrail.mjs"), ...words], "/usr/bin:/bin");
    expect(known).toBe(program);
    expect(known.length).toBeGreaterThan(15);
  });

  it.each([
    ["a name that is no topic", ["help", "doubts"]],
    ["a command", ["help", "run"]],
    ["a path", ["help", "../../bin/handrail"]],
    ["more words", ["help", "exit", "codes"]],
  ])("but %s is left to the program", (_what, words) => {
    expect(printed(join(root, "bin/handrail"), words, join(clone, "tools"))).toContain(
      "HANDRAIL_NODE is /nowhere/node",
    );
  });

  it("and so is what cannot be printed", () => {
    const script = `${join(root, "bin/handrail")} --help >/dev/full`;
    const { stderr } = spawnSync("sh", ["-c", script], { env: { HANDRAIL_NODE: "/nowhere/node" }, encoding: "utf8" });
    expect(stderr).toMatch(/^handrail: HANDRAIL_NODE is/u);
  });

  const nameIn = (file: string, path: string, cwd = clone): string | undefined => {
    const env = { PATH: `${path}:${join(clone, "tools")}` };
    const { stdout } = spawnSync(file, ["--help"], { env, cwd, encoding: "utf8" });
    return /^ {2}(\S+) lab up$/mu.exec(stdout)?.[1];
  };

  it("under the name that was typed, or its own where that starts it", () => {
    mkdirSync(join(clone, "dist/help"));
    copyFileSync(join(root, "dist/help/main.sh"), join(clone, "dist/help/main.sh"));
    symlinkSync(join(clone, "bin/handrail"), join(clone, "tools/handrail"));
    expect(nameIn(join(clone, "bin/handrail"), "/nowhere")).toBe("handrail");
    expect(nameIn("bin/handrail", join(root, "bin"))).toBe("bin/handrail");
    expect(nameIn("./bin/handrail", join(root, "bin"))).toBe("bin/handrail");
    expect(nameIn(join(clone, "bin/handrail"), join(root, "bin"))).toBe(join(clone, "bin/handrail"));
  });
});

it("README, package.json, CONTRIBUTING and the launcher name one floor", () => {
  const read = (name: string): string => readFileSync(join(root, name), "utf8");
  const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
  const floor = engines.node.replace(">=", "");
  expect(floor).toMatch(/^\d+\.\d+$/);
  expect(read("bin/handrail")).toContain(`\nleast=${floor}\n`);
  for (const page of ["README.md", "CONTRIBUTING.md"]) {
    expect(read(page)).toContain(`Node.js ${floor} or newer`);
    expect(read(page)).not.toMatch(
      new RegExp(`Node(?:\\.js)? (?!${floor.replace(".", "\\.")})[\\d.]+ or (?:later|newer)`),
    );
  }
});
