/** The report that a key writes: beside where Handrail was started, for its owner alone, over nothing that is there. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileReport } from "../../src/cli/session/report.ts";

const RUN = "20261122-0312-k7f3";
let root = "";
let env: Record<string, string> = {};
const here = (): string => join(root, "here");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "handrail-report-"));
  env = { HOME: root, XDG_STATE_HOME: join(root, "state") };
  mkdirSync(here());
});
afterEach(() => {
  chmodSync(here(), 0o700);
  rmSync(root, { recursive: true, force: true });
});

test("is named by its run, and only its owner may read it", () => {
  const written = fileReport(env, RUN, "# a", () => here());
  expect(written).toEqual({ ok: true, value: join(here(), `handrail-${RUN}.md`) });
  expect(readFileSync(join(here(), `handrail-${RUN}.md`), "utf8")).toBe("# a");
  expect(statSync(join(here(), `handrail-${RUN}.md`)).mode & 0o777).toBe(0o600);
});

test("goes beside what bears its name: another report, somebody's file, a link to nowhere", () => {
  const victim = join(root, "victim");
  symlinkSync(victim, join(here(), `handrail-${RUN}.md`));
  writeFileSync(join(here(), `handrail-${RUN}-2.md`), "mine");
  expect(fileReport(env, RUN, "# a", () => here())).toMatchObject({ value: join(here(), `handrail-${RUN}-3.md`) });
  expect(existsSync(victim)).toBe(false);
  expect(readFileSync(join(here(), `handrail-${RUN}-2.md`), "utf8")).toBe("mine");
});

test("goes to what Handrail keeps where nothing can be written, or the folder is gone", () => {
  const kept = join(root, "state", "handrail", "reports");
  const file = join(root, "no-folder");
  writeFileSync(file, "");
  expect(fileReport(env, RUN, "# a", () => join(file, "x"))).toMatchObject({ value: join(kept, `handrail-${RUN}.md`) });
  const gone = (): string => {
    throw new Error("ENOENT");
  };
  expect(fileReport(env, RUN, "# b", gone)).toMatchObject({ value: join(kept, `handrail-${RUN}-2.md`) });
  expect(statSync(kept).mode & 0o777).toBe(0o700);
});

test("says of both places why there is none", () => {
  const file = join(root, "no-folder");
  writeFileSync(file, "");
  const refused = fileReport({ HOME: root, XDG_STATE_HOME: join(file, "state") }, RUN, "# a", () => join(file, "x"));
  expect(refused).toMatchObject({
    ok: false,
    error: expect.stringMatching(/no-folder\/x.*ENOTDIR.*; .*state.*ENOTDIR/u),
  });
  expect(readdirSync(here())).toEqual([]);
});
