/** Whose file a grant is taken from: one rule for the grant of a run and for a standing one. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readGrantFile } from "../../src/cli/session/grant-file.ts";
import { grantOf } from "../../src/cli/session/session.ts";
import { readStanding } from "../../src/cli/session/standing.ts";

function fileOf(mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), "handrail-grant-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "a.grant");
  writeFileSync(file, "{}");
  chmodSync(file, mode);
  return file;
}
const told = (file: string) => {
  const standing = readStanding(file);
  const grant = () => grantOf({ grant: file, decisions: [] }, {} as never, "");
  return { standing: standing.ok ? "" : standing.error, grant };
};

test.each([0o640, 0o604, 0o620, 0o601])(
  "one that others have rights to (%o) is refused by both with the same words",
  (mode) => {
    const file = fileOf(mode);
    const { standing, grant } = told(file);
    expect(standing).toBe(`${file} can be changed or read by others; a grant has mode 0600`);
    expect(grant).toThrow(standing);
  },
);

test("one that is not there is told with its path, and one of a person alone is read", () => {
  const { standing, grant } = told("/nowhere/a.grant");
  expect(standing).toMatch(/^cannot read \/nowhere\/a\.grant: /u);
  expect(grant).toThrow(standing);
  expect(readGrantFile(fileOf(0o600))).toEqual({ ok: true, value: "{}" });
});
