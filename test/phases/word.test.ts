/** What a kind makes of a word of the other side that proves nothing: pure but for what the ports answer. */
import { describe, expect, it } from "vitest";
import type { Attempt } from "../../src/phases/change-kind.ts";
import { failure } from "../../src/ports/outcome.ts";
import type { AsyncJob } from "../../src/packs/appliance/ports/cloudstack.ts";
import type { Ports } from "../../src/ports/ports.ts";
import type { VolumeLook, VolumeOperation } from "../../src/packs/appliance/ports/volume.ts";
import { err, ok } from "../../src/ports/result.ts";
import { changeKind } from "../../src/phases/kinds/index.ts";

const V = "7b2d4f01-9c31-4e02-8a17-5d6f00c2e9ab";
const APPLIANCE = "3f1c0e7a-0000-4000-8000-0000000000aa";

interface Answers {
  readonly job?: ReturnType<Ports["cloudstack"]["job"]>;
  readonly jobs?: ReturnType<Ports["cloudstack"]["jobs"]>;
  readonly operation?: Partial<VolumeOperation>;
  readonly look?: Partial<VolumeLook>;
}

const job = (more: Partial<AsyncJob>): AsyncJob => ({
  id: "j",
  command: "deleteSnapshot",
  status: "failed",
  instance: "s",
  code: "530",
  error: "no",
  created: null,
  completed: null,
  ...more,
});

const ports = ({ job: one, jobs = Promise.resolve(ok([])), operation, look }: Answers): Ports =>
  ({
    clock: { sleep: () => Promise.resolve(true) },
    cloudstack: {
      job: () => one,
      jobs: () => jobs,
      list: (command: string) =>
        Promise.resolve(
          ok(command === "listSnapshots" ? [{ id: "s", volumeid: V }] : [{ id: V, virtualmachineid: "" }]),
        ),
    },
    volume: {
      operations: () => Promise.resolve(ok(operation === undefined ? [] : [operation])),
      look: () => Promise.resolve(ok([look])),
    },
  }) as unknown as Ports;

const attempt = (request: Attempt["request"], remote: string | null = "j"): Attempt => ({
  request,
  preview: null,
  prepared: { jobs: [] },
  tag: { run: "r", step: "s", attempt: "a" },
  remote,
  known: null,
});

const cloudstack = changeKind("cloudstack");
const deletion = { command: "deleteSnapshot", params: { id: "s" } };
const revert = { command: "revertSnapshot", params: { id: "s" } };

describe("a job of CloudStack", () => {
  it("is forgotten only where CloudStack says that its id names nothing", async () => {
    for (const code of ["401", "429", "530"]) {
      const job = Promise.resolve(err(failure("refused", "no", code)));
      expect(await cloudstack.poll("j", deletion, ports({ job }))).toMatchObject({ ok: false });
    }
    const job = Promise.resolve(err(failure("refused", "no", "431")));
    expect(await cloudstack.poll("j", deletion, ports({ job }))).toMatchObject({ value: { word: { code: null } } });
  });

  it("that is forgotten may still be at work: only its effect can say that it was done, nothing that it was not", async () => {
    const job = Promise.resolve(err(failure("refused", "no", "431")));
    const traced = await cloudstack.settle(attempt(deletion), ports({ job }));
    expect(traced).toMatchObject({ kind: "ended", outcome: { kind: "unknown" } });
    expect(traced).not.toMatchObject({ outcome: { word: expect.anything() as unknown } });
  });

  it("that failed is a word that its effect is held against, but for a revert", async () => {
    const failed = Promise.resolve(ok(job({})));
    expect(await cloudstack.settle(attempt(deletion), ports({ job: failed }))).toMatchObject({
      outcome: { kind: "unknown", word: { code: "530" } },
    });
    const traced = await cloudstack.settle(attempt(revert), ports({ job: failed }));
    expect(traced).toMatchObject({ outcome: { message: expect.stringContaining("no look can tell") as string } });
    expect(traced).not.toMatchObject({ outcome: { word: expect.anything() as unknown } });
  });
});

describe("a revert of an earlier run", () => {
  const since = "2026-11-26T03:00:00.000Z";
  const at = Date.parse(since) / 1000;
  const its = job({ command: "revertSnapshot", status: "done", created: at - 1 });
  const listed = (...jobs: AsyncJob[]): Ports => ports({ jobs: Promise.resolve(ok(jobs)) });

  it("stands as long as CloudStack's jobs tell of that time and of no attach", async () => {
    const holds = { value: expect.stringContaining("nothing has attached it since") as string };
    expect(await cloudstack.stands?.(revert, since, listed(its))).toMatchObject(holds);
    const older = job({ instance: "x", status: "done", created: at - 60 });
    expect(await cloudstack.stands?.(revert, since, listed(older))).toMatchObject(holds);
  });

  it("does not stand where they reach back to later jobs only, or may not be listed", async () => {
    for (const jobs of [
      [],
      [job({ instance: "x", status: "done", created: at + 60 })],
      [job({ instance: "x", status: "failed", created: at - 60 })],
      [job({ instance: "x", status: "pending", created: at - 60 })],
    ])
      expect(await cloudstack.stands?.(revert, since, listed(...jobs))).toEqual(ok(null));
    const refused = Promise.resolve(err(failure("refused", "not allowed", "432")));
    expect(await cloudstack.stands?.(revert, since, ports({ jobs: refused }))).toEqual(ok(null));
  });

  it("does not stand once the volume was attached", async () => {
    const attached = job({ command: "attachVolume", status: "done", instance: V, created: at + 60 });
    expect(await cloudstack.stands?.(revert, since, listed(its, attached))).toEqual(ok(null));
    expect(await cloudstack.stands?.(revert, since, listed(its, { ...attached, instance: "" }))).toEqual(ok(null));
    const operation = { id: "o", type: "attach", created: at + 60 };
    expect(await cloudstack.stands?.(revert, since, ports({ operation, jobs: Promise.resolve(ok([its])) }))).toEqual(
      ok(null),
    );
  });
});

describe("a failed operation of the daemon", () => {
  const volume = changeKind("volume");
  const detach = { op: "detach", volume: V, vm: "" };
  const off: Partial<VolumeLook> = {
    cloudstack: "detached",
    cloudstack_vm: "",
    daemon: "not mapped",
    where: "detached",
  };
  const on: Partial<VolumeLook> = {
    cloudstack: "attached",
    cloudstack_vm: APPLIANCE,
    daemon: "mapped",
    where: "appliance",
  };
  const settled = (code: string, look: Partial<VolumeLook>): Promise<unknown> => {
    const operation = {
      id: "j",
      type: "detach",
      status: "failed" as const,
      error: `code ${code}`,
      code,
      abandoned: "",
    };
    return volume.settle(attempt(detach), ports({ operation, look }));
  };

  it("is judged by where the volume is, whatever code its text holds: that may be the answer to a look at the job", async () => {
    for (const code of ["", "401", "429", "530"]) {
      expect(await settled(code, off)).toMatchObject({ outcome: { kind: "applied" } });
      expect(await settled(code, on)).toMatchObject({ outcome: { kind: "not-applied", why: "refused" } });
    }
  });

  it("with 431 found it so: the step's own probe says what that was", async () => {
    for (const look of [off, { where: "missing" } as const])
      expect(await settled("431", look)).toMatchObject({ outcome: { kind: "not-applied", code: "431" } });
    expect(await settled("530", { where: "missing" })).toMatchObject({ outcome: { kind: "unknown" } });
  });

  it("is not known while CloudStack's jobs may not be listed and the volume is where it was", async () => {
    const operation = { id: "j", type: "detach", status: "failed" as const, error: "x", code: "530", abandoned: "" };
    const jobs = Promise.resolve(err(failure("refused", "not allowed", "432")));
    expect(await volume.settle(attempt(detach), ports({ operation, look: on, jobs }))).toMatchObject({
      outcome: { kind: "unknown" },
    });
  });

  it("is not known while a job that does not say on which volume it works may be at it", async () => {
    const operation = { id: "j", type: "detach", status: "failed" as const, error: "x", code: "530", abandoned: "" };
    const nameless = job({ command: "detachVolume", status: "pending", instance: "" });
    const jobs = Promise.resolve(ok([nameless]));
    expect(await volume.settle(attempt(detach), ports({ operation, look: on, jobs }))).toMatchObject({
      outcome: { kind: "unknown", message: expect.stringContaining("CloudStack is still at its job j") as string },
    });
  });

  it("of an intent that kept no list of those before it is nobody's: which is ours cannot be told", async () => {
    const operation = { id: "old", type: "detach", status: "completed" as const, error: "", code: "", abandoned: "" };
    expect(await volume.settle(attempt(detach, null), ports({ operation, look: on }))).toMatchObject({
      outcome: { kind: "unknown" },
    });
  });
});
