/** A copy of a journal, and output that is kept beside it. */
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { fileBallast, BALLAST_BYTES } from "../../src/journal/ballast.ts";
import { backupJournal } from "../../src/journal/backup.ts";
import { BLOB_LIMIT, blobDigest, prepareBlob } from "../../src/journal/blobs.ts";
import { FORMAT_VERSION } from "../../src/journal/schema.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { makeRedactor } from "../../src/text/redact.ts";
import { draft, open, sample, secrets, temporaryDirectory } from "./support.ts";

/** A journal of five events, and where its copy is to lie. */
function journal(): { path: string; copy: string; left: () => string[] } {
  const dir = temporaryDirectory();
  const path = join(dir, "j.db");
  sample(path, 5);
  return { path, copy: join(dir, "copy.db"), left: () => readdirSync(dir).filter((name) => name.startsWith("copy")) };
}

describe("a copy", () => {
  it("is whole, for its owner alone, also of a journal that is open", async () => {
    const { path, copy, left } = journal();
    const writer = open(path);
    expect(await backupJournal(path, copy)).toEqual({ ok: true, value: 5 });
    writer.close();
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(left()).toEqual(["copy.db"]);
    expect(verifyJournal(copy)).toMatchObject({ ok: true, events: 5 });
  });

  it("leaves what a killed writer left as it is", async () => {
    const { path, copy } = journal();
    const writer = open(path);
    writer.append([draft("a")]);
    const left = `${path}.left`;
    for (const end of ["", "-wal"]) copyFileSync(`${path}${end}`, `${left}${end}`);
    writer.close();
    const before = ["", "-wal"].map((end) => readFileSync(`${left}${end}`));
    expect(await backupJournal(left, copy)).toEqual({ ok: true, value: 6 });
    expect(["", "-wal"].map((end) => readFileSync(`${left}${end}`))).toEqual(before);
  });

  it("writes nothing over", async () => {
    const { path, copy } = journal();
    writeFileSync(copy, "mine");
    expect(await backupJournal(path, copy)).toEqual({
      ok: false,
      error: `${copy} is there already, and nothing is written over; name another file`,
    });
    expect(readFileSync(copy, "utf8")).toBe("mine");
  });

  it("is not made over a draft of somebody else", async () => {
    const { path, copy } = journal();
    writeFileSync(`${copy}.${process.pid}.new`, "theirs");
    const answer = await backupJournal(path, copy);
    expect(answer.ok ? "" : answer.error).toMatch(/cannot be copied to .*: it is there already/u);
    expect(existsSync(copy)).toBe(false);
  });

  it("of a journal that is not as it was written is none, and leaves nothing", async () => {
    const { path, copy, left } = journal();
    const db = new Database(path);
    db.exec("DROP TRIGGER event_no_update; UPDATE event SET type = 'x' WHERE seq = 3");
    db.close();
    const answer = await backupJournal(path, copy);
    expect(answer.ok ? "" : answer.error).toMatch(
      new RegExp(`^the copy of ${path} is not as the journal was written: .+`, "u"),
    );
    expect(left()).toEqual([]);
  });

  it("of no journal says so, and leaves nothing", async () => {
    const { path, copy, left } = journal();
    const answer = await backupJournal(`${path}.none`, copy);
    expect(answer.ok ? "" : answer.error).toMatch(new RegExp(`^${path}.none cannot be copied to ${copy}: .+`, "u"));
    expect(left()).toEqual([]);
  });

  it("of a journal of a newer program is none, and says so in words", async () => {
    const { path, copy, left } = journal();
    const db = new Database(path);
    db.pragma(`user_version=${FORMAT_VERSION + 1}`);
    db.close();
    const answer = await backupJournal(path, copy);
    expect(answer.ok ? "" : answer.error).toContain(`: a newer Handrail wrote it (format ${FORMAT_VERSION + 1}; `);
    expect(left()).toEqual([]);
  });

  it("goes nowhere where its folder is not", async () => {
    const { path, copy } = journal();
    const answer = await backupJournal(path, join(copy, "none.db"));
    expect(answer.ok ? "" : answer.error).toMatch(/: it does not exist; .* \(ENOENT\)$/u);
  });
});

describe("the ballast", () => {
  it("is taken, given up once, and taken again", () => {
    const path = join(temporaryDirectory(), "j.db");
    const ballast = fileBallast(path, 0o600);
    expect([ballast.present(), ballast.release()]).toEqual([false, false]);
    expect([ballast.restore(), ballast.present(), ballast.restore()]).toEqual([true, true, true]);
    expect(statSync(`${path}.ballast`)).toMatchObject({ size: BALLAST_BYTES });
    expect([ballast.release(), ballast.present(), ballast.release()]).toEqual([true, false, false]);
  });

  it("that is too small is none, and is made whole", () => {
    const path = join(temporaryDirectory(), "j.db");
    writeFileSync(`${path}.ballast`, "x");
    const ballast = fileBallast(path, 0o600);
    expect(ballast.present()).toBe(false);
    expect([ballast.restore(), statSync(`${path}.ballast`).size]).toEqual([true, BALLAST_BYTES]);
  });

  it("has the rights that it is given, whatever the umask, and takes up real space", () => {
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    const path = join(temporaryDirectory(), "j.db");
    fileBallast(path, 0o660).restore();
    expect(statSync(`${path}.ballast`).mode & 0o777).toBe(0o660);
    const bytes = readFileSync(`${path}.ballast`);
    expect(new Set(bytes).size).toBe(256);
    expect(bytes.subarray(-4096).some((byte) => byte !== 0)).toBe(true);
  });

  it("is written through no link", () => {
    const dir = temporaryDirectory();
    symlinkSync(join(dir, "other"), join(dir, "j.db.ballast"));
    expect(fileBallast(join(dir, "j.db"), 0o600).restore()).toBe(true);
    expect(existsSync(join(dir, "other"))).toBe(false);
  });

  it("cannot be taken where there is no folder for it", () => {
    expect(fileBallast(join(temporaryDirectory(), "none", "j.db"), 0o600).restore()).toBe(false);
  });
});

describe("output that is long", () => {
  const redactor = makeRedactor({ secrets: [], salt: "salt" });
  it("is kept whole up to its limit", () => {
    const blob = prepareBlob("x".repeat(BLOB_LIMIT), "text/plain", redactor);
    expect([blob.truncated, blob.size, blob.bytes.length]).toEqual([false, BLOB_LIMIT, BLOB_LIMIT]);
  });

  it("and beyond it at its head and its tail, as much of one as of the other, with what is missing between them", () => {
    const blob = prepareBlob(`${"a".repeat(BLOB_LIMIT)}${"z".repeat(BLOB_LIMIT)}`, "text/plain", redactor);
    const [head = "", middle = "", tail = ""] = blob.bytes.toString().split("\n");
    expect(middle).toBe(`… ${BLOB_LIMIT} bytes or more left out …`);
    expect([/^a+$/u.test(head), /^z+$/u.test(tail), head.length]).toEqual([true, true, tail.length]);
    expect(blob.bytes.length).toBeGreaterThan(BLOB_LIMIT - 2);
    expect(blob).toMatchObject({ truncated: true, size: 2 * BLOB_LIMIT });
    expect(blob.bytes.length).toBeLessThanOrEqual(BLOB_LIMIT);
  });
});

describe("output with a secret in it", () => {
  const redactor = makeRedactor({ secrets, salt: "salt" });
  const secret = secrets[0]?.value ?? "";
  it("is kept without it, in UTF-8 and in bytes that are none", () => {
    const text = prepareBlob(`größe ${secret} é`, "text/plain", redactor);
    expect(text.bytes.toString()).toMatch(/^größe ‹.+› é$/u);
    expect(text.redactions).toBe(1);
    const raw = Buffer.concat([Buffer.from([0xff, 0xe9]), Buffer.from(secret), Buffer.from([0xfe])]);
    const bytes = prepareBlob(raw, "application/octet-stream", redactor);
    expect([bytes.bytes[0], bytes.bytes[1], bytes.bytes.at(-1)]).toEqual([0xff, 0xe9, 0xfe]);
    expect(bytes.bytes.subarray(2, -1).toString("utf8")).toMatch(/^‹.+›$/u);
    expect(bytes).toMatchObject({ redactions: 1, size: raw.length, truncated: false });
  });

  it("is counted secret by secret, and its size is that of what came", () => {
    const text = `${secret} and ${secret} and ${secrets[1]?.value ?? ""}`;
    expect(prepareBlob(text, "text/plain", redactor)).toMatchObject({ redactions: 3, size: Buffer.byteLength(text) });
    expect(prepareBlob("größe", "text/plain", redactor)).toEqual({
      bytes: Buffer.from("größe"),
      media: "text/plain",
      size: 7,
      truncated: false,
      redactions: 0,
    });
  });

  it("has a digest over all that is stored of it", () => {
    const blob = prepareBlob("a", "text/plain", redactor);
    const digests = [
      blob,
      { ...blob, media: "x" },
      { ...blob, size: 2 },
      { ...blob, truncated: true },
      { ...blob, redactions: 1 },
    ].map((variant) => blobDigest(variant).toString("hex"));
    expect(new Set(digests).size).toBe(5);
  });
});
