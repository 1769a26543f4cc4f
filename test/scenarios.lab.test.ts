/**
 * The cleanup document's "Supported Failure Scenarios", each from the broken state to the verified end by all three
 * ways in: the console, a run without a terminal under a grant, and the endpoint under a standing grant.
 */
import { WHOLE } from "./support/sample.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudstackState } from "../src/packs/appliance/lab/index.ts";
import { before, effects, keyOf } from "./support/effects.ts";
import { byConsole } from "./support/by-console.ts";
import { destroyed, recovered, vmsOf, wholeWay, type Told } from "./support/endings.ts";
import { ask, cleanupPath, endpointOfTest } from "./support/endpoint.ts";
import { anIncident, nameOnlyOnce, type Incident } from "./support/incident.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

const DESTROY = { decide: "destination=destroy", choice: /destroy/iu };

interface Scenario {
  readonly scenario: string;
  readonly world: string;
  readonly vm: string;
  /** What a person decides, where the state asks for it; no grant can. */
  readonly decision: { readonly decide: string; readonly choice: RegExp } | null;
  readonly end: (told: Told) => Promise<void>;
}

const WEB = "web-frontend-02";
const table: readonly Scenario[] = [
  { scenario: "Stuck VirtIO Injection", world: "stuck-virtio", vm: "pgtest1", decision: null, end: wholeWay },
  {
    scenario: "Failed VM Creation",
    world: "failed-vm-creation:nothing-made",
    vm: "pgtest1",
    decision: null,
    end: wholeWay,
  },
  {
    scenario: "Failed VM Creation, a half-made VM left behind",
    world: "failed-vm-creation:half-made",
    vm: "pgtest1",
    decision: DESTROY,
    end: destroyed,
  },
  {
    scenario: "Volume Operation Failures, a detach refused with 431",
    world: "already-detached-431",
    vm: "pgtest1",
    decision: null,
    end: recovered,
  },
  {
    scenario: "Volume Operation Failures, an attach that failed halfway",
    world: "mixed-volumes:test-vm",
    vm: WEB,
    decision: DESTROY,
    end: destroyed,
  },
  { scenario: "Mixed Volume States", world: "mixed-volumes", vm: WEB, decision: null, end: wholeWay },
];

/** Recovers by one way in; gives what was said. */
type WayIn = (scenario: Scenario, key: string) => Promise<string>;

const console: WayIn = async ({ vm, decision }) => {
  expect(await byConsole(incident, vm, ...(decision === null ? [] : [decision.choice]))).toEqual([0]);
  return "";
};

const headless: WayIn = async ({ decision }, key) => {
  const said = await incident.recover({ vm: [key], decide: decision === null ? [] : [decision.decide] });
  expect([said.exit, said.err]).toEqual([0, ""]);
  return said.out;
};

/** Where a person has to decide, a 2xx would be a lie: the caller gets 409, and the run is taken up with the decision. */
const byEndpoint: WayIn = async ({ vm, decision }, key) => {
  const endpoint = await endpointOfTest(incident, { granted: 10 });
  const answer = await ask(endpoint.url, cleanupPath(vm), { method: "POST" });
  if (decision === null) {
    expect(answer.json).toMatchObject({ success: true, vm_name: vm });
    expect(answer.status).toBe(200);
    return "";
  }
  expect([answer.status, answer.json["success"]]).toEqual([409, false]);
  expect(answer.json["next"]).toContain(`handrail resume ${String(answer.json["run_id"])}`);
  expect(await effects(incident.lab)).toEqual([]);
  const said = await incident.resume({ vm: [key], decide: [decision.decide] });
  expect([said.exit, said.err]).toEqual([0, ""]);
  return said.out;
};

const ways: readonly [string, WayIn][] = [
  ["the console", console],
  ["a grant without a terminal", headless],
  ["the endpoint", byEndpoint],
];

/** Each scenario goes one of the ways, in turn; in the soak it goes all of them. */
const waysOf = (at: number): readonly [string, WayIn][] =>
  WHOLE ? ways : ways.filter((_way, way) => way === at % ways.length);

describe.each(table.map((row, at): [string, Scenario, number] => [row.scenario, row, at]))("%s", (_name, row, at) => {
  it.each(waysOf(at))("is recovered through %s", async (_way, recover) => {
    expect.hasAssertions();
    const { lab } = incident;
    await incident.world(row.world);
    await nameOnlyOnce(lab);
    const key = await keyOf(lab, row.vm);
    const was = await before(lab, [key]);
    const cloud = cloudstackState(lab).volumes;
    const attached = was.volumes.filter((id) => cloud[id]?.vm !== null);
    const vms = vmsOf(lab);
    const out = await recover(row, key);
    const told = { exit: 0, out, err: "", run: "", report: "", incident, key, label: row.vm, was, attached, vms };
    await row.end({ ...told, effects: await effects(lab) });
  });
});
