import { existsSync, mkdtempSync, readdirSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type ResultSetHeader } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  attachLab,
  cloudstackState,
  downLab,
  fault,
  killProcess,
  labCommand,
  loadWorld,
  processStates,
  readLedger,
  sqlQuietly,
  startProcess,
  upLab,
  type Lab,
} from "../../../../src/packs/appliance/lab/index.ts";
import { defaultServer } from "../../../../src/packs/appliance/lab/servers/names.ts";

const root = mkdtempSync(join(tmpdir(), "labs-"));
let lab: Lab;
let other: Lab;

beforeAll(async () => {
  [lab, other] = await Promise.all([
    upLab({ dir: join(root, "a"), world: "stuck-virtio:alive", scale: 50 }),
    upLab({ dir: join(root, "b"), world: "stuck-virtio", scale: 50 }),
  ]);
});

afterAll(() => Promise.all([downLab(lab, { keep: false }), downLab(other, { keep: false })]));

/** The processes that have anything to do with a folder. */
function processesOf(dir: string): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => workingFolder(pid).startsWith(dir));
}

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

async function post(path: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${lab.site.volume_daemon.url}${path}`, { method: "POST" });
  return (await response.json()) as Record<string, unknown>;
}

async function firstVolume(): Promise<string> {
  const found = await sqlQuietly(
    lab,
    "select volume_id from ossea_volumes where status = 'attached' order by id limit 1",
  );
  return (found as { volume_id: string }[])[0]?.volume_id ?? "";
}

async function operation(id: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${lab.site.volume_daemon.url}/api/v1/operations/${String(id)}`);
  return (await response.json()) as Record<string, unknown>;
}

describe("two labs side by side", () => {
  it("keeps its temporary tables to itself: a server that starts deletes those it finds", async () => {
    for (const each of [lab, other])
      expect(await sqlQuietly(each, "select @@tmpdir as d")).toEqual([{ d: join(each.dir, "tmp") }]);
  });

  it("share no port, no volume and no device", () => {
    expect(new Set([...Object.values(lab.config.ports), ...Object.values(other.config.ports)]).size).toBe(8);
    const volumes = [lab, other].flatMap((each) => Object.keys(cloudstackState(each).volumes));
    expect(new Set(volumes).size).toBe(volumes.length);
    const devices = [lab, other].flatMap((each) => readdirSync(join(each.dir, "dev/disk/by-id")));
    expect(new Set(devices).size).toBe(devices.length);
  });
});

describe("the ledger", () => {
  it("has each effect once, in order: the daemon's, CloudStack's, and tagged SQL from the binary log", async () => {
    await loadWorld(lab, "stuck-virtio");
    const volume = await firstVolume();
    const { id } = await post(`/api/v1/volumes/${volume}/detach`);
    await expect.poll(async () => (await operation(id))["status"]).toBe("completed");
    const { host, port, user, password, database } = lab.site.mysql;
    const connection = await createConnection({ host, port, user, password, database });
    const tag = "/* handrail run=r1 step=reset attempt=2 */";
    const [result] = await connection.execute<ResultSetHeader>(
      `update failover_jobs set status = 'failed' where id = ? ${tag}`,
      [61],
    );
    await connection.end();
    expect(result.affectedRows).toBe(1);
    const entries = (await readLedger(lab)).filter((entry) => entry.by !== "volume-daemon" || entry.action !== "sql");
    expect(entries.map((entry) => [entry.by, entry.action])).toEqual([
      ["volume-daemon", "detach"],
      ["cloudstack", "detachVolume"],
      ["handrail", "sql"],
    ]);
    expect(entries[0]).toMatchObject({ volume, operation: id, outcome: "accepted" });
    expect(entries[1]).toMatchObject({ id: volume, outcome: "done" });
    expect(entries[2]).toMatchObject({ run: "r1", step: "reset", attempt: "2", tables: ["failover_jobs"] });
  });
});

describe("faults", () => {
  it("lose the answer after the work, or before it", async () => {
    await loadWorld(lab, "stuck-virtio");
    const volume = await firstVolume();
    await fault(lab, "daemon-drop-before", { method: "POST", times: 1 });
    await expect(post(`/api/v1/volumes/${volume}/detach`)).rejects.toThrow("fetch failed");
    expect(await readLedger(lab)).toEqual([]);
    await fault(lab, "daemon-drop-after", { method: "POST", times: 1 });
    await expect(post(`/api/v1/volumes/${volume}/detach`)).rejects.toThrow("fetch failed");
    await expect.poll(() => cloudstackState(lab).volumes[volume]?.vm).toBe(null);
  });

  it.each([
    ["already-detached", null, "The specified volume is not attached to any VM."],
    ["unknown", undefined, "entity does not exist"],
    ["attached", "still there", "does not have VM snapshots"],
  ])("431 on a detach: %s", async (how, vm, text) => {
    await loadWorld(lab, "stuck-virtio");
    const volume = await firstVolume();
    await fault(lab, "daemon-detach-431", { how, volume, times: 1 });
    const { id } = await post(`/api/v1/volumes/${volume}/detach`);
    await expect.poll(async () => (await operation(id))["status"]).toBe("failed");
    expect((await operation(id))["error"]).toContain(text);
    const holder = cloudstackState(lab).volumes[volume]?.vm;
    expect(vm === "still there" ? typeof holder : holder).toBe(vm === "still there" ? "string" : vm);
    const device = await fetch(`${lab.site.volume_daemon.url}/api/v1/volumes/${volume}/device`);
    expect(device.status).toBe(how === "already-detached" ? 404 : 200);
  });

  it("make an operation take its time, and its effect come at the end", async () => {
    await loadWorld(lab, "daemon-slow:60.1");
    const volume = await firstVolume();
    const started = Date.now();
    const { id } = await post(`/api/v1/volumes/${volume}/detach`);
    await expect.poll(async () => (await operation(id))["status"], { interval: 5 }).toBe("completed");
    const seconds = ((Date.now() - started) * lab.scale) / 1000;
    expect(seconds).toBeGreaterThan(60);
  });

  it("report another end than the true one, or know nothing of an operation", async () => {
    await loadWorld(lab, "stuck-virtio");
    const volume = await firstVolume();
    await fault(lab, "daemon-operation-status", { status: "cancelled", times: 1 });
    const { id } = await post(`/api/v1/volumes/${volume}/detach`);
    await expect.poll(async () => (await operation(id))["status"]).toBe("cancelled");
    expect(cloudstackState(lab).volumes[volume]?.vm).toBe(null);
    await fault(lab, "daemon-forget");
    expect(await operation(id)).toEqual({ error: `operation not found: ${String(id)}` });
  });

  it("shut the daemon's port while the process lives, and open it again", async () => {
    await loadWorld(lab, "daemon-down:refused");
    await expect(fetch(`${lab.site.volume_daemon.url}/health`)).rejects.toThrow("fetch failed");
    await loadWorld(lab, "healthy");
    expect((await fetch(`${lab.site.volume_daemon.url}/health`)).status).toBe(200);
  });
});

describe("processes", () => {
  it("can be killed alone; CloudStack finishes its jobs after a restart, the daemon forgets its operations", async () => {
    await loadWorld(lab, "stuck-virtio");
    const volume = await firstVolume();
    await fault(lab, "cloudstack-job-time", { seconds: 20 });
    const { id } = await post(`/api/v1/volumes/${volume}/detach`);
    await expect.poll(() => Object.keys(cloudstackState(lab).jobs).length).toBe(1);
    await Promise.all([killProcess(lab, "daemon"), killProcess(lab, "cloudstack")]);
    expect(processStates(lab.dir)).toEqual({ database: true, api: true, daemon: false, cloudstack: false });
    await Promise.all([startProcess(lab, "daemon"), startProcess(lab, "cloudstack")]);
    await expect.poll(() => cloudstackState(lab).volumes[volume]?.vm).toBe(null);
    expect((await operation(id))["status"]).toBe("executing");
  });

  it("come back with `up` after all of them were killed", async () => {
    for (const role of ["api", "daemon", "cloudstack", "database"] as const) await killProcess(lab, role);
    lab = await upLab({ dir: lab.dir, world: "half-reverted" });
    expect(Object.values(processStates(lab.dir))).toEqual([true, true, true, true]);
    expect(lab.scale).toBe(50);
  });

  it("are all gone after `down`, and so is the folder", async () => {
    const gone = await upLab({ dir: join(root, "c"), world: "stuck-virtio:alive", scale: 50 });
    await expect.poll(() => processesOf(gone.dir).length).toBe(4 + 15);
    await downLab(gone, { keep: false });
    expect(processesOf(gone.dir)).toEqual([]);
    expect(existsSync(gone.dir)).toBe(false);
  });
});

describe("the command", () => {
  async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    let [out, err] = ["", ""];
    const stream = (write: (text: string) => void) => ({ write }) as unknown as NodeJS.WritableStream;
    const code = await labCommand([...words], {
      stdout: stream((text) => (out += text)),
      stderr: stream((text) => (err += text)),
      env: process.env,
    });
    return { code, out, err };
  }

  it("brings a lab up and down, changes its world, shows its ledger", async () => {
    const dir = join(root, "d");
    const up = await run("up", "--dir", dir, "--world", "healthy", "--scale", "10", "--json");
    expect(up).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(up.out)).toMatchObject({ lab: { world: "healthy", scale: 10 } });
    expect((await run("world", "revert-fails:3", "--dir", dir)).out).toContain("revert-fails:3");
    expect((await attachLab({ dir })).world).toBe("revert-fails:3");
    expect(await run("ledger", "--dir", dir, "--json")).toMatchObject({ code: 0, out: "[]\n" });
    expect(await run("fault", "daemon-slow", "seconds=2", "--dir", dir)).toMatchObject({ code: 0 });
    expect((await run("status", "--dir", dir)).code).toBe(0);
    expect((await run("down", "--rm", "--dir", dir)).code).toBe(0);
    expect((await run("status", "--dir", dir)).code).toBe(1);
  });

  it("answers a wrong command line with 64 and a sentence", async () => {
    expect((await run()).code).toBe(64);
    expect(await run("world", "no-such", "--dir", root)).toMatchObject({
      code: 64,
      err: expect.stringContaining("no-such") as string,
    });
    expect((await run("fault", "no-such", "--dir", root)).code).toBe(64);
    for (const [fault, param, says] of [
      [
        "cloudstack-fail-job",
        "comand=revertSnapshot",
        "takes no comand; it takes command, id, code, text, effect (none, done), k, times",
      ],
      ["daemon-operation-status", "status=broken", "takes no status=broken: status (cancelled, failed, completed)"],
      ["cloudstack-job-time", "seconds=soon", "takes no seconds=soon: seconds (or never)"],
    ] as const)
      expect(await run("fault", fault, param, "--dir", root)).toMatchObject({
        code: 64,
        err: expect.stringContaining(says) as string,
      });
    expect((await run("up", "--bogus")).code).toBe(64);
  });

  it("says what to install when there is no server to be had", async () => {
    const env = {
      PATH: "/nowhere",
      XDG_CACHE_HOME: join(root, "cache"),
      HOME: root,
    };
    let err = "";
    const stderr = { write: (text: string) => (err += text) } as unknown as NodeJS.WritableStream;
    const code = await labCommand(["up", "--dir", join(root, "e")], { stdout: stderr, stderr, env });
    expect([code, err]).toEqual([69, expect.stringContaining(`apt-get install ${defaultServer()}-server-core`)]);
  });
});
