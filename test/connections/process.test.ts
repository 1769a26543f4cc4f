import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, closeSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deviceOf, names } from "../../src/connections/proc/device.ts";
import { parseStat } from "../../src/connections/proc/table.ts";
import { processPort, type ProcessOptions, type Service } from "../../src/connections/process.ts";
import { LINUX, needs } from "../support/needs.ts";
import { good } from "../support/result.ts";

const DEVICE = "/dev/disk/by-id/virtio-7b2d4f019c314e028a17";
let root: string;

/** Writes a process as /proc would show it. */
function fake(pid: number, parent: number, comm: string, argv: readonly string[], files: readonly string[] = []): void {
  const folder = join(root, String(pid));
  mkdirSync(join(folder, "fd"), { recursive: true });
  const rest = Array.from({ length: 17 }, () => "0").join(" ");
  writeFileSync(join(folder, "stat"), `${pid} (${comm}) S ${parent} ${rest} ${pid}00 0 0\n`);
  writeFileSync(join(folder, "cmdline"), argv.map((word) => `${word}\0`).join(""));
  for (const [fd, target] of files.entries()) symlinkSync(target, join(folder, "fd", String(fd)));
}

const api = (more: Partial<Service> = {}): Pick<ProcessOptions, "services"> => ({
  services: {
    api: {
      title: "the OMA API",
      elsewhere: null,
      port: 8082,
      names: ["oma-api", "sendense-hub"],
      identity: "listener",
      ...more,
    },
  },
});

const options = (more: Partial<ProcessOptions> = {}): ProcessOptions => ({
  machine: "the appliance",
  elsewhere: null,
  ...api(),
  redact: (text) => text,
  clock: { sleep: () => Promise.resolve(true) },
  root,
  ...more,
});

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "handrail-proc-"));
  writeFileSync(join(root, "stat"), "cpu 1 2 3\nbtime 1760000000\nprocesses 9\n");
  fake(1, 0, "systemd", ["/sbin/init"]);
  fake(123, 1, "oma-api", ["/opt/migratekit/bin/oma-api", "-port", "8082", "-db-pass", "wellknown"], ["socket:[4242]"]);
  fake(124, 123, "inject-virtio-d", ["/bin/bash", "/opt/migratekit/bin/inject-virtio-drivers.sh", DEVICE, "job"]);
  fake(125, 124, "virt-v2v-in-pla", ["virt-v2v-in-place", "-i", "disk", DEVICE]);
  fake(126, 125, "qemu (kvm) x)", ["qemu", "-drive", `file=${DEVICE},format=raw`], ["/dev/null"]);
  fake(127, 1, "dd", ["dd"], ["/dev/vdb1"]);
  fake(128, 1, "dd", ["dd", "if=/dev/vdba"], ["/dev/vdba"]);
  mkdirSync(join(root, "net"));
  writeFileSync(
    join(root, "net/tcp"),
    "  sl  local_address\n   0: 0100007F:1F92 0100007F:9999 01 0:0 0:0 0 0 0 77 1\n",
  );
  writeFileSync(
    join(root, "net/tcp6"),
    "  sl  local_address\n   0: 00000000000000000000000000000000:1F92 0:0000 0A 0:0 0:0 0 0 0 4242 1\n",
  );
});
afterAll(() => rmSync(root, { recursive: true }));

describe("a process table that is not wholly readable", () => {
  /** A table of its own with process 1, and whatever is made beside it. */
  function table(name: string, make: (folder: string) => void): ProcessOptions {
    const folder = join(root, name);
    mkdirSync(join(folder, "1", "fd"), { recursive: true });
    writeFileSync(join(folder, "stat"), "btime 1760000000\n");
    const rest = Array.from({ length: 17 }, () => "0").join(" ");
    writeFileSync(join(folder, "1/stat"), `1 (init) S 0 ${rest} 100 0 0\n`);
    writeFileSync(join(folder, "1/cmdline"), "init\0");
    make(folder);
    return options({ root: folder });
  }

  const process9 = (folder: string, argv = "dd\0"): void => {
    mkdirSync(join(folder, "9"));
    const rest = Array.from({ length: 17 }, () => "0").join(" ");
    writeFileSync(join(folder, "9/stat"), `9 (dd) S 1 ${rest} 900 0 0\n`);
    writeFileSync(join(folder, "9/cmdline"), argv);
  };

  const unknown = {
    ok: false,
    error: { kind: "unreachable", message: expect.stringContaining("is not known: 1 of them") },
  };

  it("says nothing of who holds a disk where the files of a process may not be looked at", async () => {
    // a file in the place of the folder refuses to be listed, as a folder of another user does
    const hidden = table("files", (folder) => {
      process9(folder);
      writeFileSync(join(folder, "9/fd"), "");
    });
    expect(await processPort(hidden).holders([DEVICE])).toMatchObject(unknown);
  });

  it("says nothing of it where a process may not be read at all, or where there is no process 1", async () => {
    const hidden = table("all", (folder) => {
      mkdirSync(join(folder, "9", "stat"), { recursive: true });
      mkdirSync(join(folder, "9", "cmdline"));
    });
    expect(await processPort(hidden).holders([DEVICE])).toMatchObject(unknown);
    const unreadable = table("garbled", (folder) => {
      process9(folder);
      writeFileSync(join(folder, "9/stat"), "9 dd S 1\n");
    });
    expect(await processPort(unreadable).holders([DEVICE])).toMatchObject(unknown);
    const invisible = table("hidepid", (folder) => rmSync(join(folder, "1"), { recursive: true }));
    expect(await processPort(invisible).holders([DEVICE])).toMatchObject(unknown);
  });

  it("still shows who is seen to hold it, and misses nobody who has ended meanwhile", async () => {
    const named = table("named", (folder) => {
      process9(folder, `dd\0if=${DEVICE}\0`);
      writeFileSync(join(folder, "9/fd"), "");
    });
    expect(good(await processPort(named).holders([DEVICE])).map(({ pid }) => pid)).toEqual([9]);
    const ended = table("ended", (folder) => mkdirSync(join(folder, "9")));
    expect(good(await processPort(ended).holders([DEVICE]))).toEqual([]);
  });

  it("says nothing of the API where a table of sockets may not be read, nor of a disk whose link may not be followed", async () => {
    // a folder in the place of the file refuses to be read
    const sockets = table("sockets", (folder) => {
      mkdirSync(join(folder, "net", "tcp6"), { recursive: true });
      writeFileSync(join(folder, "net/tcp"), "  sl  local_address\n");
    });
    expect(await processPort(sockets).service("api")).toMatchObject({ ok: false, error: { kind: "unreachable" } });
    // a link that leads to itself can be followed by nobody
    const loop = join(root, "loop");
    symlinkSync(loop, loop);
    const links = table("links", () => undefined);
    expect(await processPort(links).holders([loop])).toMatchObject({ ok: false, error: { kind: "unreachable" } });
  });

  it("counts only what its owner may look into in a lab", async () => {
    const hidden = table("lab", (folder) => {
      process9(folder);
      writeFileSync(join(folder, "9/fd"), "");
    });
    expect(good(await processPort({ ...hidden, own: true }).holders([DEVICE]))).toEqual([]);
  });
});

describe("the holders of a device", () => {
  it("are found by their arguments, with who started them", async () => {
    const found = good(await processPort(options()).holders([DEVICE]));
    expect(found.map((one) => one.program)).toEqual(["inject-virtio-drivers.sh", "virt-v2v-in-place", "qemu (kvm) x)"]);
    expect(found[1]).toMatchObject({
      pid: 125,
      start_ticks: "12500",
      started: 1_760_000_125,
      device: DEVICE,
      parents: "oma-api(123) > inject-virtio-drivers.sh(124)",
    });
  });

  it("are found by the files they hold open, a partition counting and a longer name not", async () => {
    expect(good(await processPort(options()).holders(["/dev/vdb"])).map((one) => one.pid)).toEqual([127]);
  });

  it("are found under the name that a by-id link leads to", () => {
    const link = join(root, "by-id");
    writeFileSync(join(root, "vdc"), "");
    symlinkSync(join(root, "vdc"), link);
    const device = deviceOf(link);
    expect(names(device, [join(root, "vdc")])).toBe(true);
    expect(names(device, [`x=${link}-part1`])).toBe(true);
    expect(names(device, [join(root, "vdcd"), `${link}2`.replace("by-id2", "by-idx")])).toBe(false);
  });

  it("are refused where the appliance is another host or there is no process table", async () => {
    expect(await processPort(options({ elsewhere: "appliance.example" })).holders([DEVICE])).toMatchObject({
      error: { kind: "refused" },
    });
    expect(await processPort(options({ root: "/nowhere" })).service("api")).toMatchObject({
      error: { kind: "unreachable" },
    });
  });
});

describe("the appliance's API", () => {
  it("is who listens on its port, and its password is not shown", async () => {
    const [found, ...more] = good(await processPort(options()).service("api"));
    expect(found).toMatchObject({ pid: 123, program: "oma-api", parents: "" });
    expect(found?.args).toBe("/opt/migratekit/bin/oma-api -port 8082 -db-pass ***");
    expect(more).toEqual([]);
  });

  it("is found by its name where the port tells nothing, and by its pid file before both", async () => {
    expect(good(await processPort(options(api({ port: 1 }))).service("api")).map((one) => one.pid)).toEqual([123]);
    expect(good(await processPort(options(api({ port: 1, names: ["nothing"] }))).service("api"))).toEqual([]);
    const pidFile = join(root, "api.pid");
    writeFileSync(pidFile, "127\nmore\n");
    expect(good(await processPort(options(api({ pidFile }))).service("api")).map((one) => one.pid)).toEqual([127]);
    utimesSync(pidFile, 1_700_000_000, 1_700_000_000);
    expect(good(await processPort(options(api({ pidFile }))).service("api"))).toEqual([]);
    expect(good(await processPort(options(api({ pidFile: "/nowhere" }))).service("api"))).toEqual([]);
  });
});

describe("a line of /proc/PID/stat", () => {
  it("is read past a name with spaces and parentheses", () => {
    const line = `7 (a) b (c)) S 1 ${Array.from({ length: 17 }, (_unused, at) => at + 5).join(" ")} 999 0`;
    expect(parseStat(line)).toEqual({
      comm: "a) b (c)",
      parent: 1,
      startTicks: "999",
      cpuTicks: 14 + 15,
      dead: false,
      kernel: false,
    });
    const thread = "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 7 0 0";
    expect(parseStat(thread)).toMatchObject({ comm: "kthreadd", startTicks: "7", kernel: true });
    expect(parseStat("garbage")).toBeNull();
    expect(parseStat("1 (x) S")).toBeNull();
  });
});

describe("the real process table", await needs(LINUX), () => {
  it("shows a child that holds a file and one that listens", async () => {
    const file = join(root, "device");
    const fd = openSync(file, "w");
    const began = Date.now() / 1000;
    const child = spawn("sleep", ["3600"], { stdio: ["ignore", fd, "ignore"] });
    closeSync(fd);
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    const real = processPort({ ...options(api({ port, names: [] })), root: "/proc" });
    const [holder] = good(await real.holders([file]));
    expect(holder).toMatchObject({ pid: child.pid, program: "sleep", args: "sleep 3600" });
    // the kernel's own clock may be a second beside the wall's
    expect(holder?.started).toBeGreaterThan(began - 2);
    expect(holder?.started).toBeLessThan(Date.now() / 1000 + 2);
    expect(good(await real.service("api")).map((one) => one.pid)).toEqual([process.pid]);
    child.kill();
    server.close();
  });
});
