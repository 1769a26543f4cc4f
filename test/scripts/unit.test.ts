/** The unit of the endpoint, as systemd itself reads it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { has, needs } from "../support/needs.ts";

const unit = readFileSync(join(import.meta.dirname, "../../packaging/handrail-serve.service"), "utf8");
const setting = (name: string): string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gmu"))].map(([, value = ""]) => value);

/** A copy that needs nothing to be installed: what it starts is there, and so are its pages. */
function copy(): string {
  const file = join(mkdtempSync(join(tmpdir(), "handrail-unit-")), "handrail-serve.service");
  writeFileSync(file, unit.replace(/^ExecStart=\S+/mu, "ExecStart=/bin/sh").replace(/^Documentation=.*\n/mu, ""));
  return file;
}

const analyze = (...args: string[]) => spawnSync("systemd-analyze", args, { encoding: "utf8" });

describe("systemd", await needs(has("systemd-analyze", "systemd-analyze", ["--version"])), () => {
  it("finds nothing to say about it", () => {
    const { status, stdout, stderr } = analyze("verify", "--man=no", copy());
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
  });

  it("rates what it may do below 3 of 10", () => {
    const { status, stdout } = analyze("security", "--offline=yes", "--no-pager", "--threshold=30", copy());
    expect(stdout).toMatch(/Overall exposure level for handrail-serve\.service: [0-2]\.\d /u);
    expect(status).toBe(0);
  });
});

it("keeps what Handrail has to see: every process, and the links by which disks are known", () => {
  const open = { ProtectProc: "default", ProcSubset: "all", PrivateUsers: "no", PrivateDevices: "no" };
  for (const [name, value] of Object.entries(open)) expect([name, setting(name)]).toEqual([name, [value]]);
  for (const name of ["AmbientCapabilities", "CapabilityBoundingSet"])
    expect(setting(name)).toEqual(["CAP_SYS_PTRACE CAP_DAC_READ_SEARCH"]);
  for (const name of ["PrivateNetwork", "PrivatePIDs", "MemoryDenyWriteExecute"]) expect(setting(name)).toEqual([]);
});

it("ends by SIGTERM in its own time, and is not begun again where a file is wrong", () => {
  expect([setting("KillSignal"), setting("RestartPreventExitStatus")]).toEqual([["SIGTERM"], ["64 65"]]);
  expect(setting("ExecStart")).toEqual(["/usr/bin/handrail serve"]);
});
