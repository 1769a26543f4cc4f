/** An answer counts for the page that it was given to, and for no other one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runRequest } from "../src/cli/session/request.ts";
import { carryOutNew } from "../src/cli/session/new-run.ts";
import type { Front } from "../src/cli/session/carry-out.ts";
import { journalPath } from "../src/cli/paths.ts";
import { plainRedactor } from "../src/cli/session/stored.ts";
import { bootId } from "../src/connections/clock.ts";
import { draft } from "../src/engine/events.ts";
import { openJournal } from "../src/journal/open.ts";
import { effects, keyOf, query } from "./support/effects.ts";
import { anIncident, quietIo, type Incident } from "./support/incident.ts";
import { APPROVE, tell } from "./support/told.ts";

let incident: Incident;
let key: string;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());
beforeEach(async () => {
  await incident.world("stuck-virtio");
  key = await keyOf(incident.lab, "pgtest1");
});

/** A run without anybody to ask, paused at its first page. */
async function paused(): Promise<string> {
  const said = await incident.cli("run", ["failed-execution-cleanup"], { vm: [key] });
  expect(said.exit).toBe(5);
  expect(said.out).toContain(`approve ${said.run} start`);
  return said.run;
}

const requested = (run: string) => incident.events(run).findLast(({ type }) => type === "approval.requested");
const bodyOf = (run: string) => requested(run)?.body as { approval: string; page_digest: string; typed: string | null };

describe("handrail approve", () => {
  it("shows the page of a paused run, and its answer counts for the next session, once", async () => {
    const run = await paused();
    const told = await tell(incident, "approve", [run, "start"], { answers: [APPROVE] });
    expect(told.exit).toBe(0);
    const { page_digest } = bodyOf(run);
    for (const fact of ["INSERT INTO job_tracking", key, "vcsa-a.lab.local", `Page ${page_digest.slice(0, 16)}`])
      expect(told.shown).toContain(fact);
    expect(await effects(incident.lab)).toEqual([]);
    const resumed = await incident.cli("resume", [run]);
    expect(resumed.exit).toBe(5);
    const given = incident.events(run).filter(({ type }) => type === "approval.given");
    expect(given).toHaveLength(1);
    expect(given[0]?.body).toMatchObject({ page_digest, method: "key" });
    // The next page is another one, and waits for an answer of its own.
    expect(bodyOf(run).page_digest).not.toBe(page_digest);
    expect(resumed.out).toContain(`approve ${run} detach`);
    expect(await effects(incident.lab)).toEqual([]);
  });

  it("carries a run through page by page, and asks again where a row has drifted in between", async () => {
    const run = await paused();
    const approve = async (): Promise<number> => {
      const { approval, typed } = bodyOf(run);
      const yes = typed === null ? APPROVE : ([/and Enter to approve/u, `${typed}\r`] as const);
      const step = approval.startsWith("@start") ? "start" : (approval.split("#")[0] ?? "");
      expect((await tell(incident, "approve", [run, step], { answers: [yes] })).exit).toBe(0);
      return (await incident.cli("resume", [run])).exit;
    };
    for (let pages = 0; pages < 9 && !bodyOf(run).approval.startsWith("reset"); pages += 1)
      expect(await approve()).toBe(5);
    const before = bodyOf(run).page_digest;
    const told = await tell(incident, "approve", [run, "reset"], { answers: [APPROVE] });
    expect(told.exit).toBe(0);
    await query(incident.lab, "update failover_jobs set error_message = 'drifted' where vm_context_id = ?", [key]);
    const resumed = await incident.cli("resume", [run]);
    expect(resumed.exit).toBe(5);
    expect(bodyOf(run).page_digest).not.toBe(before);
    const closing = (): number =>
      incident.events(run).filter(({ type, phase_id }) => type === "step.intent" && phase_id === "reset").length;
    expect(closing()).toBe(0);
    expect(await approve()).toBe(0);
    expect(closing()).toBeGreaterThan(0);
  });

  it("approves nothing with an answer that is older than five minutes, or came from before a restart", async () => {
    for (const [age, slept, boot] of [
      [6 * 60_000, 0, bootId()],
      // The machine slept: its monotonic clock stood still.
      [0, 6 * 60_000, bootId()],
      [0, 0, "another boot"],
    ] as const) {
      const run = await paused();
      const { approval, page_digest } = bodyOf(run);
      const old = openJournal({
        path: journalPath(incident.env, "lab-incident"),
        actor: { uid: 0, login: "test", sudo_user: null, ssh_client: null, tty: null, host: "test", pid: process.pid },
        clock: {
          wall: () => new Date(Date.now() - slept).toISOString(),
          monoMs: () => Math.floor(Number(process.hrtime.bigint() / 1_000_000n)) - age,
          bootId: boot,
        },
        ids: () => crypto.randomUUID(),
        redactor: () => plainRedactor,
        create: false,
      });
      if (!old.ok) throw new Error(old.error.message);
      old.value.append([draft(run, "operator.approved", {}, { approval, page_digest, method: "key", by: "test" })]);
      old.value.close();
      expect((await incident.cli("resume", [run])).exit).toBe(5);
      expect(incident.events(run).filter(({ type }) => type === "approval.given")).toEqual([]);
      await incident.world("stuck-virtio");
    }
    expect(await effects(incident.lab)).toEqual([]);
  });

  it("asks nobody where there is no terminal, and prints the page as JSON", async () => {
    const run = await paused();
    expect((await incident.cli("approve", [run, "start"])).exit).toBe(5);
    const page = JSON.parse((await incident.cli("approve", [run, "start"], { json: true })).out) as { digest: string };
    expect(page.digest).toBe(bodyOf(run).page_digest);
    const wrong = await incident.cli("approve", [run, "snapshots"]);
    expect([wrong.exit, wrong.err]).toEqual([64, expect.stringContaining("it waits for start")]);
  });
});

it("an answer with the digest of another page executes nothing", async () => {
  const { io } = quietIo(incident.env);
  let first = "";
  const front: Front = {
    operator: {
      // Says yes to everything, but always with the digest of the first page that it saw.
      approve: ({ digest }) => {
        first = first === "" ? digest : first;
        return Promise.resolve({ kind: "approved", method: "key", by: "test", digest: first });
      },
      choose: (question) => Promise.resolve(question.choices[0]?.id ?? null),
      input: () => Promise.resolve(null),
      failed: () => Promise.resolve({ kind: "nobody" }),
      stop: new AbortController().signal,
    },
    readers: [],
    notice: () => undefined,
    farewell: () => undefined,
    close: () => undefined,
  };
  const values = { lab: true, vm: [key] };
  const exit = await carryOutNew(runRequest(values, incident.runbook, false), { ...io, person: true }, () => front);
  expect(exit).toBe(5);
  expect(await effects(incident.lab)).toEqual([]);
});
