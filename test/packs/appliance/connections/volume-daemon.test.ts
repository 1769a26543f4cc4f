import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorCode } from "../../../../src/packs/appliance/connections/error-code.ts";
import { httpClient } from "../../../../src/connections/http.ts";
import { volumePort } from "../../../../src/packs/appliance/connections/volume-daemon.ts";
import { failure } from "../../../../src/ports/outcome.ts";
import type { AsyncJob, CloudStackPort } from "../../../../src/packs/appliance/ports/cloudstack.ts";
import type { ProcessLook } from "../../../../src/ports/process.ts";
import type { VolumePort } from "../../../../src/packs/appliance/ports/volume.ts";
import { err, ok } from "../../../../src/ports/result.ts";
import { deadUrl, say, startHttp, type Answering, type FakeServer } from "../../../support/http-server.ts";

const APPLIANCE = "3f1c0e7a-0000-4000-8000-0000000000aa";
const V = "7b2d4f01-9c31-4e02-8a17-5d6f00c2e9ab";
const HEALTHY = { status: "healthy", database_health: "healthy" };

const servers: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const redact = (text: string): string => text.replaceAll(/(signature|apiKey)=[^&"\s]+/g, "$1=***");
type Listing = CloudStackPort["list"];
const known: Listing = () => Promise.resolve(ok([{ id: V }]));
/** When the daemon's process started, null where that is not to be seen; and what CloudStack lists of its jobs. */
let started: number | null = null;
let jobs: readonly AsyncJob[] = [];
beforeEach(() => {
  started = null;
  jobs = [];
});
const hidden = err(failure("unreachable", "not to be seen"));
/** A port that gives up on silence after so long: soon only where every answer comes to the same. */
const port = (url: string, list: Listing = known, idleMs = 60_000): VolumePort =>
  volumePort({
    url,
    http: httpClient({ redact, timeouts: { idleMs } }),
    cloudstack: { list, jobs: () => Promise.resolve(ok(jobs)) } as unknown as CloudStackPort,
    redact,
    clock: { scale: 1 },
    process: { service: () => Promise.resolve(started === null ? hidden : ok([{ started }] as ProcessLook[])) },
  });
const serve = async (answering: Answering): Promise<FakeServer> => {
  const server = await startHttp(answering);
  servers.push(server);
  return server;
};

/** A daemon that is healthy and answers everything else as told. */
const daemon = async (status: number, body: unknown, health: unknown = HEALTHY): Promise<FakeServer> =>
  serve(({ path }, response) => (path === "/api/v1/health" ? say(response, 200, health) : say(response, status, body)));
const attached =
  (vm: string): Listing =>
  () =>
    Promise.resolve(ok([{ id: V, virtualmachineid: vm }]));
const mapping = (vm: string) => ({
  volume_uuid: V,
  vm_id: vm,
  operation_mode: "oma",
  device_path: "/dev/disk/by-id/virtio-7b2d",
});
const unmapped = { error: `mapping not found for volume: ${V}` };
const unheard: Listing = () =>
  Promise.resolve(
    err(
      failure(
        "refused",
        "CloudStack refused listVolumes (431): Unable to execute API command listvolumes due to invalid value.",
        "431",
      ),
    ),
  );

interface Exchange {
  readonly request: { readonly method: string; readonly path: string };
  readonly status: number;
  readonly response_json: unknown;
}
const recorded = (file: string): Exchange[] =>
  (
    JSON.parse(readFileSync(new URL(`../../../recorded/${file}.json`, import.meta.url), "utf8")) as {
      exchanges: Exchange[];
    }
  ).exchanges;
/** Plays back what the real daemon answered to a request. */
const replay = async (file: string): Promise<FakeServer> => {
  const exchanges = recorded(file);
  return serve(({ method, path }, response) => {
    const hit = exchanges.findLast(
      (one) => one.request.method === method && one.request.path === path && one.status > 0,
    );
    if (hit === undefined) say(response, 404, "404 page not found");
    else say(response, hit.status, hit.response_json);
  });
};

describe("a look at a volume", () => {
  const look = async (server: FakeServer, list?: Listing) => port(server.url, list).look([V], APPLIANCE);
  const where = async (server: FakeServer, list?: Listing) => {
    const got = await look(server, list);
    return got.ok ? got.value[0]?.where : got.error.kind;
  };

  it("tells where it is only when both agree", async () => {
    expect(await where(await daemon(200, mapping(APPLIANCE)), attached(APPLIANCE))).toBe("appliance");
    expect(await where(await daemon(200, mapping("vm-2")), attached("vm-2"))).toBe("elsewhere");
    expect(await where(await daemon(404, unmapped))).toBe("detached");
  });

  it("says that they disagree, or that CloudStack knows no such volume", async () => {
    expect(await where(await daemon(200, mapping(APPLIANCE)))).toBe("disagree");
    expect(await where(await daemon(200, mapping(APPLIANCE)), attached("vm-2"))).toBe("disagree");
    expect(await where(await daemon(404, unmapped), attached(APPLIANCE))).toBe("disagree");
    expect(await where(await daemon(404, unmapped), unheard)).toBe("missing");
    expect(await where(await daemon(404, unmapped), () => Promise.resolve(ok([])))).toBe("missing");
  });

  it("never takes a broken daemon for a detached volume", async () => {
    expect(await where(await daemon(404, { error: "failed to get mapping: sql: database is closed" }))).toBe(
      "unreachable",
    );
    expect(await where(await daemon(404, { error: "mapping not found for volume: another" }))).toBe("unreachable");
    expect(await where(await daemon(404, unmapped, { ...HEALTHY, database_health: "unhealthy: refused" }))).toBe(
      "unreachable",
    );
    expect(await where(await daemon(404, unmapped, { status: "healthy" }))).toBe("unreachable");
    expect(await where(await daemon(500, { error: "x" }))).toBe("unreachable");
    expect(await where(await daemon(200, { volume_uuid: "another" }))).toBe("garbled");
    expect(await where(await serve((_, response) => response.end("<html>")))).toBe("unreachable");
    expect((await port(await deadUrl()).look([V], APPLIANCE)).ok).toBe(false);
  });

  it("fails where CloudStack fails: a 431 about something else proves nothing", async () => {
    const other: Listing = () =>
      Promise.resolve(err(failure("refused", "CloudStack refused listVolumes (431): too many", "431")));
    expect(await where(await daemon(404, unmapped), other)).toBe("refused");
    expect(await where(await daemon(404, unmapped), () => Promise.resolve(ok([{ id: "another" }])))).toBe("garbled");
  });

  it("asks for the daemon's health once and for eight volumes at a time", async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `volume-${at}`);
    let [came, most] = [0, 0];
    const held: (() => void)[] = [];
    const server = await serve(({ path }, response) => {
      if (path === "/api/v1/health") return say(response, 200, HEALTHY);
      held.push(() => say(response, 404, { error: `mapping not found for volume: ${path.split("/")[4]}` }));
      most = Math.max(most, held.length);
      came += 1;
      // whoever asked for more at a time would have come in the time that passes before these are answered
      if (held.length === 8 || came === ids.length)
        setTimeout(() => {
          for (const answer of held.splice(0)) answer();
        }, 50);
    });
    const list: Listing = (_, { id }) => Promise.resolve(ok([{ id: id ?? "" }]));
    const got = await port(server.url, list).look(ids, APPLIANCE);
    expect(got.ok && got.value.map((one) => one.volume_id)).toEqual(ids);
    expect(server.asked.filter((one) => one.path.endsWith("health"))).toHaveLength(1);
    expect(most).toBe(8);
  });

  it("reads what the real daemon said", async () => {
    const server = await replay("vd-03-attach-to-appliance");
    const got = await port(server.url).operations(V);
    expect(got).toMatchObject({
      ok: true,
      value: [{ type: "attach", status: "completed", volume_id: V, error: "", code: "" }],
    });
    expect(await port((await replay("vd-01-health")).url).health()).toMatchObject({ ok: true });
  });
});

describe("the daemon's operations", () => {
  it("are none when it sends null", async () => {
    expect(await port((await daemon(200, null)).url).operations(V)).toEqual(ok([]));
  });

  it("are not known where one does not say of which volume or of which kind it is", async () => {
    const fine = { id: "op-1", type: "detach", status: "executing", volume_id: V };
    for (const missing of ["id", "type", "volume_id", "status"]) {
      const got = await port((await daemon(200, [{ ...fine, [missing]: undefined }])).url).operations(V);
      expect(got).toMatchObject({ ok: false, error: { kind: "garbled" } });
    }
    const others = await port((await daemon(200, [{ ...fine, volume_id: "another" }])).url).operations(V);
    expect(others).toEqual(ok([]));
  });

  it("are refused with 404 when unknown, and unreachable when its database is gone", async () => {
    const id = "no-such";
    expect(await port((await replay("vd-02-not-found-and-routing")).url).operation(id)).toMatchObject({
      error: { kind: "refused", code: "404" },
    });
    const broken = await daemon(404, { error: "failed to get operation: sql: database is closed" });
    expect(await port(broken.url).operation(id)).toMatchObject({ error: { kind: "unreachable" } });
    expect(await port((await daemon(200, [{ id: "x" }])).url).operations(V)).toMatchObject({
      error: { kind: "garbled" },
    });
  });

  it("carry CloudStack's code, spelled out or embedded, and no signed URL", async () => {
    const failed = recorded("vd-09-cloudstack-faults").flatMap(({ response_json: body }) => {
      const { id, error } = body as { id?: string; error?: string };
      return id !== undefined && error !== undefined ? [{ id, body }] : [];
    });
    const codes: string[] = [];
    for (const { id, body } of failed) {
      const got = await port((await daemon(200, body)).url).operation(id);
      expect(JSON.stringify(got)).not.toMatch(/apiKey=k|signature=[A-Za-z0-9]/);
      codes.push(got.ok ? got.value.code : "none");
    }
    expect(codes).toEqual(["530", "401", "431", "533", ""]);
  });

  it("have no code where none is written", () => {
    expect(errorCode("by-id device resolution failed: 431 tries")).toBe("");
  });
});

describe("submitting to the daemon", () => {
  const attach = { op: "attach", volume: V, vm: APPLIANCE } as const;
  const outcome = async (server: FakeServer) => port(server.url).submit(attach);

  it("sends one POST and gives the operation's id", async () => {
    const server = await replay("vd-03-attach-to-appliance");
    expect(await outcome(server)).toEqual({ kind: "accepted", id: "4efcb180-8f02-4932-8e28-589527e19864" });
    expect(server.asked).toEqual([
      { method: "POST", path: `/api/v1/volumes/${V}/attach`, body: JSON.stringify({ vm_id: APPLIANCE }) },
    ]);
  });

  it("sends no body for a detach, and the root disk to its own route", async () => {
    const server = await daemon(400, {});
    await port(server.url).submit({ ...attach, op: "detach" });
    await port(server.url).submit({ ...attach, op: "attach_root" });
    expect(server.asked.map(({ path, body }) => [path.split("/").at(-1), body])).toEqual([
      ["detach", ""],
      ["attach-root", JSON.stringify({ vm_id: APPLIANCE })],
    ]);
  });

  it("is unknown when refused after it was read, and not applied when it was not sent", async () => {
    expect(await outcome(await daemon(400, { error: "EOF" }))).toMatchObject({
      outcome: { kind: "unknown", word: { code: "400" } },
    });
    expect(await port(await deadUrl()).submit(attach)).toMatchObject({
      outcome: { kind: "not-applied", why: "not-sent" },
    });
  });

  it("is unknown after 500, garbage, another volume's operation or a lost answer, and is never sent twice", async () => {
    const answers: Answering[] = [
      (_, response) => say(response, 500, { error: "failed to create operation" }),
      (_, response) => response.writeHead(201).end("<html>"),
      (_, response) => say(response, 201, { id: "o", status: "pending", volume_id: "another" }),
      (_, response) => response.writeHead(301, { location: "/" }).end(),
      (_, __, socket) => socket.destroy(),
      () => undefined,
    ];
    for (const answer of answers) {
      const server = await serve(answer);
      const ended = await port(server.url, known, 300).submit(attach);
      expect(ended).toMatchObject({ kind: "ended", outcome: { kind: "unknown" } });
      expect(server.asked).toHaveLength(1);
    }
  });
});

describe("An operation without an end", () => {
  const CREATED = 1_764_150_000;
  const executing = {
    id: "op-1",
    type: "detach",
    status: "executing",
    volume_id: V,
    created_at: new Date(CREATED * 1000).toISOString(),
  };
  const job = (more: Partial<AsyncJob>): AsyncJob => ({
    id: "job-1",
    command: "detachVolume",
    status: "done",
    instance: V,
    code: "",
    error: "",
    created: CREATED,
    completed: CREATED + 3,
    ...more,
  });
  const abandoned = async (...others: readonly object[]): Promise<string> => {
    const got = await port((await daemon(200, [executing, ...others])).url).operations(V);
    return got.ok ? (got.value[0]?.abandoned ?? "none") : got.error.message;
  };

  it("is abandoned when the daemon was started after it", async () => {
    started = CREATED + 1;
    expect(await abandoned()).toContain("was started after it was asked for");
    // It was asked for in the very second in which the daemon may have been started.
    started = CREATED;
    jobs = [job({ status: "pending", completed: null })];
    expect(await abandoned()).toBe("");
  });

  it("is abandoned when CloudStack's job for it ended long ago, and not while one is at it", async () => {
    jobs = [job({})];
    expect(await abandoned()).toContain("CloudStack ended its job job-1 for it long ago");
    jobs = [job({ status: "pending", completed: null })];
    expect(await abandoned()).toBe("");
    jobs = [job({ completed: Math.floor(Date.now() / 1000) })];
    expect(await abandoned()).toBe("");
    // Jobs of before, of another volume, of another kind prove nothing of it.
    for (const other of [
      { created: CREATED - 60 },
      { instance: "another" },
      { command: "attachVolume" },
      { created: null },
    ]) {
      jobs = [job(other)];
      expect(await abandoned()).not.toContain("CloudStack ended its job");
    }
    // Nor one that may be of another operation of the volume.
    jobs = [job({})];
    const other = { ...executing, id: "op-0", status: "completed" };
    const near = { ...other, completed_at: new Date((CREATED - 1) * 1000).toISOString() };
    const far = { ...near, completed_at: new Date((CREATED - 9) * 1000).toISOString() };
    expect(await abandoned(other)).not.toContain("CloudStack ended its job");
    expect(await abandoned(near)).not.toContain("CloudStack ended its job");
    expect(await abandoned(far)).toContain("CloudStack ended its job");
  });

  it("is abandoned at an age that no wait of the daemon reaches, unless a job is at the volume", async () => {
    expect(await abandoned()).toContain("longer ago than the Volume Daemon ever waits");
    jobs = [job({ command: "attachVolume", status: "pending" })];
    expect(await abandoned()).toBe("");
    // A job of the volume without a time may be this one's: that no other is seen proves nothing.
    jobs = [job({ created: null, completed: null })];
    expect(await abandoned()).toBe("");
    // Nor does one that does not say on which volume it is at work.
    jobs = [job({ instance: "", status: "pending", completed: null })];
    expect(await abandoned()).toBe("");
    jobs = [job({ created: null, completed: null, instance: "another" })];
    expect(await abandoned()).toContain("longer ago than the Volume Daemon ever waits");
  });
});
