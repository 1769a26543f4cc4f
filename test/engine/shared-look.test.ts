/** Looks that several targets share, and the two clocks beside each other. */
import { describe, expect, it } from "vitest";
import { ClockWatch } from "../../src/engine/clock-watch.ts";
import { sharedHolders, sharedLook } from "../../src/engine/shared-look.ts";
import { share } from "../../src/packs/appliance/connections/share.ts";
import type { Ports } from "../../src/ports/ports.ts";
import type { ProcessLook } from "../../src/ports/process.ts";
import { err, ok, type Result } from "../../src/ports/result.ts";
import { Outside, SILENT } from "./course.ts";

describe("the wall clock", () => {
  const watched = () => {
    const time = { mono: 0, wall: Date.parse("2026-11-22T03:12:00Z") };
    const clock = new ClockWatch({ monoMs: () => time.mono }, () => new Date(time.wall).toISOString());
    return (mono: number, wall: number) => {
      time.mono += mono;
      time.wall += wall;
      return clock.look();
    };
  };
  it("that goes with the other one does not jump, nor where a kernel slews it", () => {
    const look = watched();
    expect(look(10_000, 11_999)).toBeNull();
    // A long thought: half of what is allowed.
    expect(look(3_600_000, 3_600_000 + 1_800)).toBeNull();
  });

  it("jumps ahead and back, each time once", () => {
    const look = watched();
    expect(look(1_000, 61_000)).toEqual({
      seconds: 60,
      before: "2026-11-22T03:12:01.000Z",
      after: "2026-11-22T03:13:01.000Z",
    });
    expect(look(1_000, 1_000)).toBeNull();
    expect(look(0, -5_000)?.seconds).toBe(-5);
    expect(look(0, 2_000)?.seconds).toBe(2);
  });
});

describe("looks that are shared", () => {
  it("ask each different question once, and give each target its own volumes", async () => {
    const outside = new Outside();
    const asked: string[] = [];
    const ports = outside.ports;
    const spied = {
      ...ports,
      share,
      volume: {
        ...ports.volume,
        look: (ids: readonly string[], appliance: string) => {
          asked.push(`look ${ids.join("+")} at ${appliance}`);
          return ports.volume.look(ids, appliance);
        },
        operations: (id: string) => {
          asked.push(`operations ${id}`);
          return ports.volume.operations(id);
        },
      },
      cloudstack: {
        ...ports.cloudstack,
        list: (command: string) => {
          asked.push(command);
          return Promise.resolve(ok([]));
        },
      },
      process: {
        ...ports.process,
        service: (name: string) => {
          asked.push(name);
          return Promise.resolve(ok([]));
        },
      },
    } as unknown as Ports;
    const portsOf = sharedLook(spied, () => Promise.resolve(ok([])));
    const [one, two] = [portsOf(), portsOf()];
    const looks = await Promise.all([
      one.volume.look(["a"], "x"),
      one.volume.look(["b", "a"], "x"),
      one.volume.look(["c"], "y"),
      two.volume.look(["a"], "x"),
    ]);
    expect(looks.map((look) => (look.ok ? look.value.map(({ volume_id }) => volume_id) : null))).toEqual([
      ["a"],
      ["a", "b"],
      ["c"],
      ["a"],
    ]);
    await Promise.all([one.volume.operations("a"), two.volume.operations("a"), two.volume.operations("b")]);
    await Promise.all([
      one.cloudstack.list("l", { id: "1" }),
      two.cloudstack.list("l", { id: "1" }),
      two.cloudstack.list("l", { id: "2" }),
    ]);
    await Promise.all([one.process.service("api"), two.process.service("api")]);
    expect(asked).toEqual([
      "look a+b at x",
      "look c at y",
      "look a at x",
      "operations a",
      "operations b",
      "l",
      "l",
      "api",
    ]);
  });

  it("walk the process table once for all that ask before it begins, and rest in proportion", async () => {
    const outside = new Outside();
    const walks: string[] = [];
    const holders = (devices: readonly string[]): Promise<Result<ProcessLook[], never>> => {
      walks.push(devices.join("+"));
      outside.ms += 20;
      return Promise.resolve(ok(devices.map((device) => ({ device }) as ProcessLook)));
    };
    const ports = { ...outside.ports, process: { ...outside.ports.process, holders } };
    const walk = sharedHolders({ ports });
    const both = await Promise.all([walk(["a"]), walk(["b"])]);
    expect(both).toMatchObject([{ value: [{ device: "a" }] }, { value: [{ device: "b" }] }]);
    expect([walks, outside.slept]).toEqual([["a+b"], []]);
    await walk(["a"]);
    // Three times as long as the walk took.
    expect(outside.slept).toEqual([0.06]);
    outside.ms += 1_000;
    await walk(["a"]);
    expect(outside.slept).toHaveLength(1);
  });

  it("give what fails to everybody that asked", async () => {
    const outside = new Outside();
    outside.silence = SILENT;
    const [one] = [sharedLook(outside.ports, () => Promise.resolve(err(SILENT)))()];
    expect(await one.volume.look(["a"], "x")).toEqual(err(SILENT));
    expect(await one.process.holders(["d"])).toEqual(err(SILENT));
  });
});
