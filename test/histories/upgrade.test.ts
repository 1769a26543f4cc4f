/** Journals of every released version, read by the program of today; and one of a version that is yet to come, left alone. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { dispatch } from "../../src/cli/dispatch.ts";
import { Stop } from "../../src/cli/io.ts";
import { EVENT_VERSION } from "../../src/engine/events.ts";
import { FORMAT_VERSION } from "../../src/journal/schema.ts";
import { quietIo } from "../support/incident.ts";
import { putJournal, RELEASED } from "./kept.ts";

interface Said {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}
interface Kept {
  readonly path: string;
  /** A command as somebody types it, about the kept journal. */
  readonly said: (line: string) => Promise<Said>;
}

function kept(version: string, name: string): Kept {
  const home = mkdtempSync(join(tmpdir(), "handrail-upgrade-"));
  const env = { HOME: home, XDG_STATE_HOME: join(home, "state"), HANDRAIL_LAB: "incident" };
  const said = async (line: string): Promise<Said> => {
    const { io, said: told } = quietIo(env);
    try {
      return { exit: await dispatch([...line.split(" "), "--lab"], io), ...told };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return { exit: error.exit, ...told, err: error.message };
    }
  };
  return { path: putJournal(env, version, name), said };
}

const runsOf = (list: string): string[] => [...list.matchAll(/^(\d{8}-\S+)/gmu)].map(([, id = ""]) => id);

interface ShownEvent {
  readonly type: string;
  readonly schema_v: number;
  readonly body: { readonly mark?: string };
}
const shownEvent = (line: string): ShownEvent => JSON.parse(line) as ShownEvent;

describe.each(RELEASED)("a journal of %s", (version) => {
  it.each(["finished", "at-approval", "in-doubt"])(
    "%s: is proven, listed, shown, replayed and reported",
    async (name) => {
      const { path, said } = kept(version, name);
      const before = readFileSync(path);
      expect(await said("journal verify")).toMatchObject({
        exit: 0,
        out: expect.stringContaining("the chain is whole"),
      });
      const list = await said("journal list");
      expect(list).toMatchObject({ exit: 0, err: "" });
      const runs = runsOf(list.out);
      expect(runs.length).toBeGreaterThan(0);
      for (const run of runs) {
        const events = (await said(`journal show ${run} --json`)).out.trim().split("\n").map(shownEvent);
        expect(events[0]?.type).toBe("run.created");
        expect(new Set(events.map(({ schema_v }) => schema_v))).toEqual(new Set([EVENT_VERSION]));
        expect(events.flatMap(({ body: { mark } }) => mark ?? []).filter((mark) => mark.includes(" "))).toEqual([]);
        for (const line of [`journal show ${run}`, `replay ${run} --plain`, `report ${run}`])
          expect(await said(line)).toMatchObject({ exit: 0, err: "", out: expect.stringContaining(run) });
        expect(JSON.parse((await said(`report ${run} --json`)).out)).toMatchObject({ run_id: run });
      }
      expect(readFileSync(path).equals(before)).toBe(true);
    },
  );

  it("says of each run how it stands", async () => {
    const finished = (await kept(version, "finished").said("journal list")).out;
    expect(finished).toMatch(/undo {2}failover_jobs {2}by root {2}closed, exit 0$/mu);
    expect(finished).toMatch(/sql {2}failover_jobs .* closed, exit 0; 1 change taken back since$/mu);
    expect(finished).toMatch(/failed-execution-cleanup {2}pgtest2 {2}by root {2}closed, exit 0$/mu);
    expect((await kept(version, "at-approval").said("journal list")).out).toMatch(
      /web-frontend-02 {2}by root {2}open$/mu,
    );
    const doubt = (await kept(version, "in-doubt").said("journal list")).out;
    expect(doubt).toMatch(
      /^IN DOUBT since \S+: Detach volume migration-web-frontend-02-disk-2000 .*look with: .* resume /u,
    );
  });

  it("gives its list out as JSON under the number of today's words, what is in doubt first", async () => {
    const lines = (await kept(version, "in-doubt").said("journal list --json")).out.trim().split("\n");
    const [doubt, ...runs] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(doubt).toMatchObject({ schema: 2, type: "doubt", status: "waiting", step: "detach" });
    expect(runs).not.toEqual([]);
    expect(runs.map(({ schema }) => schema)).toEqual(runs.map(() => 2));
  });

  it("is rehearsed by the engine of today to the same end", async () => {
    const { said } = kept(version, "finished");
    const run = runsOf((await said("journal list")).out).at(-1) ?? "";
    const { exit, out } = await said(`rehearse --journal ${run}`);
    expect([exit, out]).toEqual([0, expect.stringMatching(/REHEARSAL ends as the run did; \d+ events\n$/u)]);
  });

  it("has no end before it was reached, and no recovery that was not seen", async () => {
    const report = async (name: string): Promise<string> => (await kept(version, name).said("report last")).out;
    for (const name of ["at-approval", "in-doubt"]) expect(await report(name)).not.toMatch(/\brecovered\b/u);
    const { said } = kept(version, "finished");
    const cleanup = runsOf((await said("journal list")).out).at(-1) ?? "";
    expect((await said(`report ${cleanup}`)).out).toContain("closed as recovered by the rules of its time");
  });
});

describe("a journal of a version that is yet to come", () => {
  const later = (): Kept => {
    const one = kept(RELEASED[0], "finished");
    const db = new Database(one.path);
    db.pragma(`user_version=${FORMAT_VERSION + 1}`);
    db.close();
    return one;
  };
  it.each([
    "journal list",
    "journal show last",
    "journal verify",
    "replay last --plain",
    "report last",
    "note last words",
  ])("%s: says so, and leaves it as it is", async (line) => {
    const { path, said } = later();
    const before = readFileSync(path);
    const { exit, out, err } = await said(line);
    expect([exit, out]).toEqual([73, ""]);
    expect(err).toMatch(/a newer Handrail wrote it .* It was left as it is; use a Handrail at least as new/u);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
