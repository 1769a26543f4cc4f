/** Where runbooks come from: a folder of one's own, a broken neighbour, two of one id, one that is pinned from another file. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { command, type Said } from "../support/incident.ts";

let root: string;
let env: NodeJS.ProcessEnv;

const book = (id: string, { title = "Mend it", more = "", phases = "" } = {}): string => `handrail: 1
runbooks:
  - id: ${id}
    title: ${title}
${more}
    summary: Something is broken.
    severity: low
    strategy: sequence
    select: { sql: "SELECT name FROM t", columns: { name: text }, key: name, label: name, stuck: "true" }
    phases:
      - id: look
        title: Look
        steps:
          - { id: rows-of-${id}, title: Rows, sql.read: SELECT name FROM t, columns: { name: text }, expect: result.size() > 0 }
${phases}
    success: [{ id: ok-${id}, probe: { id: there-${id}, title: There are rows, sql.read: SELECT name FROM t, columns: { name: text }, expect: result.size() > 0 } }]
`;

function write(name: string, text: string): string {
  const path = join(root, name);
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

const handrail = (name: string, ...rest: string[]): Promise<Said> => command(env, name, rest, {});
const configure = (runbooks: readonly string[]): string =>
  write("config.yaml", `runbooks: ${JSON.stringify(runbooks)}\nsites: {}\n`);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "handrail-library-"));
  mkdirSync(join(root, "mine"));
  env = { HOME: root, HANDRAIL_CONFIG: join(root, "config.yaml"), XDG_CACHE_HOME: join(root, "cache") };
  return () => rmSync(root, { recursive: true, force: true });
});

it("lists the runbooks of a folder of one's own beside the shipped ones, and where each comes from", async () => {
  write("mine/one.yaml", book("mend-one", { more: '    version: "1.2"' }));
  write("mine/notes.txt", "no runbook");
  configure(["~/mine"]);
  const said = await handrail("runbooks");
  expect([said.exit, said.err]).toEqual([0, ""]);
  expect(said.out).toContain(
    `mend-one 1.2: Mend it\n  ${join(root, "mine/one.yaml")} (named by the configuration), digest `,
  );
  expect(said.out).toContain("failed-execution-cleanup: ");
  expect(said.out).toContain("(came with Handrail)");
});

it("keeps no good runbook away for a broken neighbour", async () => {
  write("mine/a-broken.yaml", "handrail: 1\nrunbooks: 7\n");
  write("mine/b-good.yaml", book("mend-two"));
  configure(["mine"]);
  const listed = await handrail("runbooks");
  expect(listed.exit).toBe(65);
  expect(listed.out).toContain("mend-two: ");
  expect(listed.out).toContain(`BROKEN ${join(root, "mine/a-broken.yaml")}`);
  expect(await handrail("explain", "mend-two")).toMatchObject({ exit: 0 });
});

it("never guesses between two of one id", async () => {
  const [one, other] = [
    write("mine/one.yaml", book("mend")),
    write("mine/two.yaml", book("mend", { title: "Mend it otherwise" })),
  ];
  configure(["mine"]);
  const said = await handrail("explain", "mend");
  expect([said.exit, said.err]).toEqual([64, expect.stringContaining(`say which: ${one}#mend or ${other}#mend`)]);
  const named = await handrail("explain", `${other}#mend`);
  expect([named.exit, named.out]).toEqual([0, expect.stringContaining("Mend it otherwise")]);
});

it("reads no file of the configuration that others could change", async () => {
  chmodSync(write("mine/open.yaml", book("mend")), 0o666);
  configure(["mine"]);
  const said = await handrail("runbooks");
  expect([said.exit, said.out]).toEqual([65, expect.stringContaining("it is not read: everybody may write")]);
  expect(await handrail("explain", "mend")).toMatchObject({
    exit: expect.not.toSatisfy((exit) => exit === 0) as number,
  });
});

it("uses a runbook of another file only as it was pinned", async () => {
  write("mine/base.yaml", book("base"));
  configure(["mine"]);
  const digest = /base: Mend it\n.*digest ([0-9a-f]{16})/u.exec((await handrail("runbooks")).out)?.[1] ?? "";
  const uses = (pin: string): string =>
    write(
      "mine/user.yaml",
      book("user", { phases: `      - { use: "base.yaml#base", when: "true"${pin}, without: [] }` }).replace(
        "id: look",
        "id: first",
      ),
    );
  uses("");
  expect((await handrail("lint", join(root, "mine/user.yaml"))).out).toContain(`write digest: ${digest}`);
  uses(`, digest: ${digest}`);
  expect(await handrail("lint", join(root, "mine/user.yaml"))).toMatchObject({ exit: 0 });
  expect((await handrail("explain", "user")).out).toMatch(/Look[\s\S]*Look/u);
  expect((await handrail("runbooks")).out).toContain("user: ");
  write("mine/base.yaml", book("base", { title: "Mend more" }));
  const listed = await handrail("runbooks");
  expect(listed.out + listed.err).toContain("another one than was pinned");
  expect((await handrail("lint", join(root, "mine/user.yaml"))).out).toContain("another one than was pinned");
});

it("believes a file that it checked before for as long as it says the same, and no copy that somebody changed", async () => {
  const path = write("mine/one.yaml", book("mend-one"));
  configure(["~/mine"]);
  const first = await handrail("runbooks");
  const copies = readdirSync(join(root, "cache/handrail/runbooks"));
  expect(copies).toHaveLength(2);
  expect((await handrail("runbooks")).out).toBe(first.out);
  for (const name of copies) {
    const copy = join(root, "cache/handrail/runbooks", name);
    writeFileSync(copy, readFileSync(copy, "utf8").replaceAll("Something is broken", "All is well"));
  }
  expect((await handrail("runbooks")).out).toBe(first.out);
  writeFileSync(path, book("mend-one", { title: "Mend another" }));
  expect((await handrail("runbooks")).out).toContain("mend-one: Mend another");
  writeFileSync(path, "handrail: 1\nrunbooks: 7\n");
  expect((await handrail("runbooks")).err + (await handrail("runbooks")).out).not.toContain("Mend another");
});

it("looks at every file of a folder", async () => {
  write("mine/one.yaml", book("mend"));
  write("mine/two.yml", "handrail: 1\nrunbooks: []\n");
  const said = await handrail("lint", join(root, "mine"));
  expect(said.exit).toBe(65);
  expect(said.out).toContain("one.yaml: 1 runbook, no problem found");
  expect(said.out).toContain(`${join(root, "mine/two.yml")}:2`);
});

it("says in sentences what a change of a file changes, and leaves with 5 where it is more than words", async () => {
  const one = write("one.yaml", book("mend"));
  const words = write("words.yaml", book("mend", { title: "Mend it well" }));
  const more = write(
    "more.yaml",
    book("mend").replace("expect: result.size() > 0 }\n", "expect: result.size() > 5 }\n"),
  );
  expect(await handrail("diff", one, one)).toMatchObject({ exit: 0, out: "mend: no difference\n" });
  const texts = await handrail("diff", one, words);
  expect([texts.exit, texts.out]).toEqual([0, expect.stringContaining("its title was Mend it, and is Mend it well")]);
  const checks = await handrail("diff", one, more);
  expect([checks.exit, checks.out]).toEqual([
    5,
    expect.stringContaining(
      "phase look, step rows-of-mend: its expectation was result.size() > 0, and is result.size() > 5",
    ),
  ]);
});
