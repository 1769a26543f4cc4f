import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Connections } from "../../../../src/connections/connect.ts";
import { connect, portsOf } from "../../../../src/packs/appliance/connections/connect.ts";
import { parseSite } from "../../../../src/packs/appliance/site-schema.ts";
import type { VolumeOperation } from "../../../../src/packs/appliance/ports/volume.ts";
import { makeRedactor } from "../../../../src/text/redact.ts";
import * as lab from "../../../../src/packs/appliance/lab/index.ts";
import { bad, good } from "../../../support/result.ts";
import { labScale } from "../../../support/pace.ts";

let appliance: lab.Lab;
let world: Connections;
let oma = "";
const secrets: { name: string; value: string }[] = [];
const redact = (text: string): string => makeRedactor({ secrets, salt: "test" }).redact(text);
const keep = (secret: { name: string; reveal(): string }): void =>
  void secrets.push({ name: secret.name, value: secret.reveal() });

/** The volumes of the stuck machines, those of `name` first. */
const volumes = async (name: string): Promise<string[]> => {
  const { rows } = good(
    await world.sql.read(
      {
        sql: "SELECT v.volume_id FROM ossea_volumes v JOIN vm_replication_contexts c ON c.context_id = v.vm_context_id WHERE c.vm_name = :name AND c.current_status <> 'discovered' ORDER BY v.id",
        values: { name },
      },
      { volume_id: "text" },
    ),
  );
  return rows.map((row) => row["volume_id"] as string);
};
const wheres = async (ids: readonly string[]) => good(await world.volume.look(ids, oma)).map((one) => one.where);

const ended = async (id: string): Promise<VolumeOperation> => {
  for (;;) {
    const operation = good(await world.volume.operation(id));
    if (operation.status === "completed" || operation.status === "failed") return operation;
    await world.clock.sleep(1);
  }
};

beforeAll(async () => {
  appliance = await lab.upLab({
    dir: mkdtempSync(join(tmpdir(), "handrail-lab-")),
    scale: labScale(50),
    world: "mixed-volumes",
  });
});
beforeEach(() => {
  world = portsOf(good(parseSite(appliance.site)), { redact, keep });
});
afterEach(() => world.close());
afterAll(() => lab.downLab(appliance, { keep: false }));

const load = async (name: string): Promise<void> => {
  await world.close();
  await lab.loadWorld(appliance, name);
  world = good(await connect(good(parseSite(appliance.site)), { redact, keep }));
  const { rows } = good(
    await world.sql.read(
      { sql: "SELECT oma_vm_id FROM ossea_configs WHERE is_active = 1", values: {} },
      { oma_vm_id: "text" },
    ),
  );
  oma = rows[0]?.["oma_vm_id"] as string;
};

describe("the appliance in the lab", () => {
  it("has its volumes where the world says, by the daemon and CloudStack", async () => {
    await load("mixed-volumes");
    expect(await wheres(await volumes("web-frontend-02"))).toEqual(["appliance", "detached", "appliance"]);
    await load("mixed-volumes:test-vm");
    expect(await wheres(await volumes("web-frontend-02"))).toEqual(["appliance", "elsewhere", "detached"]);
    expect(await wheres(["00000000-dead-4000-8000-000000000000"])).toEqual(["missing"]);
  });

  it.each(["mapping-desync", "mapping-desync:no-mapping"])("shows the disagreement of %s", async (name) => {
    await load(name);
    expect((await wheres(await volumes("pgtest1")))[0]).toBe("disagree");
  });

  it.each(["daemon-down", "daemon-down:unhealthy", "daemon-down:broken-db"])("believes nothing in %s", async (name) => {
    await load(name);
    expect(bad(await world.volume.look(await volumes("pgtest1"), oma)).kind).toBe("unreachable");
    expect((await world.volume.health()).ok).toBe(name === "daemon-down:broken-db");
  });

  it("says the same of operations that are asked for together and of each alone", async () => {
    await load("stuck-virtio");
    const ids = await Promise.all(
      (await volumes("web-frontend-02")).map(async (volume) => {
        const submitted = await world.volume.submit({ op: "detach", volume, vm: "" });
        return submitted.kind === "accepted" ? submitted.id : "";
      }),
    );
    expect(new Set(ids).size).toBe(3);
    const together = await Promise.all(ids.map(ended));
    expect(together.map(({ id, status }) => [id, status])).toEqual(ids.map((id) => [id, "completed"]));
    for (const [at, id] of ids.entries()) expect(good(await world.volume.operation(id))).toEqual(together[at]);
  });

  it("detaches and attaches a volume, following the operation", async () => {
    await load("mixed-volumes");
    const [volume = ""] = await volumes("web-frontend-02");
    for (const [op, where] of [
      ["detach", "detached"],
      ["attach", "appliance"],
    ] as const) {
      const sent = await world.volume.submit({ op, volume, vm: oma });
      expect(sent.kind).toBe("accepted");
      expect(await ended(sent.kind === "accepted" ? sent.id : "")).toMatchObject({
        type: op,
        status: "completed",
        error: "",
      });
      expect(await wheres([volume])).toEqual([where]);
    }
    const types = good(await world.volume.operations(volume)).map((one) => one.type);
    expect(types.slice(0, 2).toSorted()).toEqual(["attach", "detach"]);
  });

  it("carries the 431 of a detached volume's detach, and only the look says whether it matters", async () => {
    await load("mixed-volumes");
    const [, volume = ""] = await volumes("web-frontend-02");
    const sent = await world.volume.submit({ op: "detach", volume, vm: "" });
    expect(await ended(sent.kind === "accepted" ? sent.id : "")).toMatchObject({ status: "failed", code: "431" });
  });

  it.each([
    ["daemon-drop-before", "unknown"],
    ["daemon-drop-after", "unknown"],
    ["daemon-error-after", "unknown"],
    ["daemon-garbage", "unknown"],
    ["daemon-down", "not-applied"],
  ])("never hides what %s does to a request", async (name, kind) => {
    await load("mixed-volumes");
    const [volume = ""] = await volumes("web-frontend-02");
    await lab.fault(appliance, name);
    expect(await world.volume.submit({ op: "detach", volume, vm: "" })).toMatchObject({
      kind: "ended",
      outcome: { kind },
    });
    await lab.clearFaults(appliance);
    const ledger = await lab.readLedger(appliance);
    const effects = ledger.filter((entry) => entry.by === "cloudstack" && JSON.stringify(entry).includes(volume));
    expect(effects.length).toBeLessThanOrEqual(1);
  });

  it("reads CloudStack with the appliance's own keys, and never shows them", async () => {
    await load("mixed-volumes");
    const rows = good(await world.cloudstack.list("listVirtualMachines", { id: oma }));
    expect(rows[0]?.["id"]).toBe(oma);
    await lab.fault(appliance, "cloudstack-401");
    const refused = bad(await world.cloudstack.list("listVolumes", {}));
    await lab.clearFaults(appliance);
    expect(refused).toMatchObject({ kind: "refused", code: "401" });
    await lab.killProcess(appliance, "cloudstack");
    const gone = bad(await world.cloudstack.list("listVolumes", {}));
    await lab.startProcess(appliance, "cloudstack");
    expect(gone.kind).toBe("unreachable");
    const shown = JSON.stringify([rows, refused, gone]);
    expect(shown).not.toContain(appliance.config.apiKey);
    expect(shown).not.toContain(appliance.config.secretKey);
  });

  it("refuses CloudStack when not exactly one configuration is active", async () => {
    await load("mixed-volumes");
    await lab.sqlQuietly(appliance, "update ossea_configs set is_active = 0");
    expect(bad(await world.cloudstack.list("listVolumes", {})).message).toMatch(/No row of ossea_configs/);
  });

  it("follows a CloudStack job to its end, and its failure with code and text", async () => {
    await load("mixed-volumes");
    const snapshots = good(await world.cloudstack.list("listSnapshots", {}));
    const id = snapshots[0]?.["id"] as string;
    const follow = async () => {
      const sent = await world.cloudstack.submit("deleteSnapshot", { id });
      for (;;) {
        const job = good(await world.cloudstack.job(sent.kind === "accepted" ? sent.id : ""));
        if (job.status !== "pending") return job;
        await world.clock.sleep(1);
      }
    };
    await lab.fault(appliance, "cloudstack-fail-job", {
      command: "deleteSnapshot",
      code: 530,
      text: "Failed to delete",
    });
    expect(await follow()).toMatchObject({
      command: "deleteSnapshot",
      status: "failed",
      code: "530",
      error: "Failed to delete",
    });
    await lab.clearFaults(appliance);
    expect(await follow()).toMatchObject({ status: "done", code: "", error: "" });
    const deletions = async (): Promise<number> =>
      good(await world.cloudstack.jobs()).filter((job) => job.command === "deleteSnapshot").length;
    expect(await deletions()).toBe(0);
    await lab.fault(appliance, "cloudstack-lists-ended");
    expect(await deletions()).toBe(2);
    await lab.clearFaults(appliance);
    expect(await world.cloudstack.submit("deleteSnapshot", { id })).toMatchObject({
      outcome: { kind: "not-applied", code: "431" },
    });
  });

  it("shows a blocked engine's processes under the API", async () => {
    await load("stuck-virtio:alive");
    const looks = good(await world.volume.look(await volumes("web-frontend-02"), oma));
    const holders = good(await world.process.holders(looks.map((one) => one.device_path)));
    expect(holders.map((one) => one.program)).toEqual(
      expect.arrayContaining(["inject-virtio-drivers.sh", "virt-v2v-in-place", "qemu-system-x86_64"]),
    );
    const [api, ...others] = good(await world.process.service("api"));
    expect(others).toEqual([]);
    expect(holders.every((one) => one.parents.includes(`(${api?.pid})`))).toBe(true);
    expect(holders.every((one) => one.started >= (api?.started ?? 0))).toBe(true);
    await lab.killProcess(appliance, "api", { children: true });
    expect(good(await world.process.service("api"))).toEqual([]);
    expect(good(await world.process.holders(looks.map((one) => one.device_path)))).toEqual([]);
    await lab.startProcess(appliance, "api");
  });
});
