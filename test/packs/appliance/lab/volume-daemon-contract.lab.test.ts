import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  clearFaults,
  cloudstackState,
  downLab,
  fault,
  sqlQuietly,
  upLab,
  type Lab,
} from "../../../../src/packs/appliance/lab/index.ts";
import { scenarios, type Exchange, type Scenario } from "./recorded.ts";
import { compare, compareRows, play } from "./replay.ts";
import { addMachine, addVm, recorderBare, shortName, volumeId } from "./setups.ts";
import { labScale } from "../../../support/pace.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await upLab({ dir: mkdtempSync(join(tmpdir(), "lab-vd-")), world: "bare", scale: labScale(20) });
  await recorderBare(lab);
  // the recorder went through its scenarios with one database; later ones see what earlier ones left
  const ids = [...Array(0x0b).keys()].map((index) => volumeId(index + 1));
  await addMachine(lab, "web-01", Object.fromEntries([...ids, volumeId(0x29)].map((id) => [id, {}])));
  for (const n of [1, 2]) await addVm(lab, `c9a1e200-0000-4000-8000-00000000000${n}`, "Stopped");
});

afterAll(() => downLab(lab, { keep: false }));

/** What has to be so before an exchange. */
async function prepare(name: string, index: number, exchange: Exchange): Promise<void> {
  if (index === 0) {
    await clearFaults(lab);
    await fault(lab, "cloudstack-job-time", { seconds: ["vd-03", "vd-05"].includes(name) ? 3 : 0 });
    if (name === "vd-10") await fault(lab, "cloudstack-no-device", { volume: volumeId(4) });
    if (name === "vd-15") await seedAttached();
    if (name === "vd-17") await sqlQuietly(lab, "update ossea_configs set api_url = 'http://127.0.0.1:9/client/api'");
  }
  if (name === "vd-17" && index === 3) await sqlQuietly(lab, "update ossea_configs set is_active = 0");
  const injected = /^injected: (.*)$/.exec(exchange.note ?? "")?.[1];
  if (injected !== undefined) await inject(JSON.parse(injected) as Record<string, unknown>);
}

/** The volume the cleanup operation takes back from a stopped machine. */
async function seedAttached(): Promise<void> {
  await fetch(`${lab.site.volume_daemon.url}/api/v1/volumes/${volumeId(0x0b)}/attach`, {
    method: "POST",
    body: JSON.stringify({ vm_id: "c9a1e200-0000-4000-8000-000000000002" }),
  });
  await expect
    .poll(() => cloudstackState(lab).volumes[volumeId(0x0b)]?.vm)
    .toBe("c9a1e200-0000-4000-8000-000000000002");
  await expect
    .poll(
      async () => await sqlQuietly(lab, "select id from volume_operations where status in ('pending', 'executing')"),
    )
    .toEqual([]);
}

async function inject(wish: Record<string, unknown>): Promise<void> {
  if (wish["hang"] !== undefined) await fault(lab, "cloudstack-drop-before", { times: 1 });
  else if (wish["job"] !== undefined)
    await fault(lab, "cloudstack-fail-job", { code: Number(wish["job"]), text: String(wish["text"]), times: 1 });
  else if (wish["http"] === 401) await fault(lab, "cloudstack-401", { times: 1 });
  else
    await fault(lab, "cloudstack-refuse", {
      code: Number(wish["http"]),
      cs: Number(wish["cs"]),
      text: String(wish["text"]),
      times: 1,
    });
}

function volumesIn(scenario: Scenario): Set<string> {
  return new Set(JSON.stringify(scenario.exchanges).match(/7b2d4f[0-9a-f]{2}-[0-9a-f-]{27}/g) ?? []);
}

describe("the lab's Volume Daemon answers as the real one was recorded", () => {
  it.each(scenarios("vd").map((scenario) => [scenario.scenario, scenario] as const))("%s", async (_name, scenario) => {
    expect.hasAssertions();
    const ids = new Map<string, string>();
    const only = volumesIn(scenario);
    for (const [index, exchange] of scenario.exchanges.entries()) {
      await prepare(shortName(scenario), index, exchange);
      compare(exchange, await play(lab, scenario.target, exchange, ids), ids);
      if (index === 0 && scenario["db_right_after_post"])
        await compareRows(lab, scenario["db_right_after_post"], only, true);
      if (index === 1 && scenario["db_after_first"]) await compareRows(lab, scenario["db_after_first"], only);
    }
    if (scenario["db_after"]) await compareRows(lab, scenario["db_after"], only);
  });
});
