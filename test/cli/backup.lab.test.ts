/** A copy of the journal: whole while somebody still has it open, private, and never over another file. */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { downLab, upLab, type Lab } from "../../src/packs/appliance/lab/index.ts";
import { HANDRAIL } from "../support/program.ts";
import { labScale } from "../support/pace.ts";

const base = mkdtempSync(join(tmpdir(), "handrail-backup-"));
const env = { ...process.env, XDG_STATE_HOME: base, HANDRAIL_LAB: "copy" };
const handrail = (...args: readonly string[]) => execa(HANDRAIL, [...args, "--lab"], { env, reject: false });
const journal = join(base, "handrail/journals/lab-copy/journal.db");
let lab: Lab;

beforeAll(async () => {
  lab = await upLab({
    dir: join(base, "handrail/labs/copy"),
    name: "copy",
    world: "stuck-virtio",
    scale: labScale(20),
  });
});
afterAll(async () => {
  await downLab(lab, { keep: false });
  rmSync(base, { recursive: true, force: true });
});

it("is made of a journal that is read meanwhile, and replaces nothing", async () => {
  expect((await handrail("journal", "backup", join(base, "none.db"))).stderr).toContain("there is no journal at");
  expect((await handrail("journal", "verify")).stderr).toContain("there is no journal at");
  expect((await handrail("plan", "failed-execution-cleanup", "--vm", "pgtest2")).exitCode).toBe(5);
  // Somebody who looks on: what is not in the file itself stays in the log beside it.
  const reader = new Database(journal, { readonly: true });
  reader.prepare("SELECT count(*) FROM event").get();
  expect((await handrail("plan", "failed-execution-cleanup", "--vm", "pgtest2")).exitCode).toBe(5);
  const copy = join(base, "copy.db");
  const made = await handrail("journal", "backup", copy);
  expect([made.exitCode, made.stdout]).toEqual([0, expect.stringMatching(/copied whole and verified/u) as string]);
  const events = (file: string): unknown => {
    const db = new Database(file, { readonly: true });
    const count = db.prepare("SELECT count(*) FROM event").pluck().get();
    db.close();
    return count;
  };
  expect(events(copy)).toBe(events(journal));
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  // The file alone, without its log, has all of it as well.
  copyFileSync(journal, join(base, "alone.db"));
  expect(events(join(base, "alone.db"))).toBe(events(copy));
  reader.close();
  expect((await handrail("journal", "backup", copy)).stderr).toContain("is there already, and nothing is written over");
  expect(existsSync(`${copy}.new`)).toBe(false);
});
