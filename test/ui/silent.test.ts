/** What does not answer is said where somebody looks first: on the board, and on the first page of a VM. */
import { afterEach, expect, test } from "vitest";
import { panelsOf } from "../../src/packs/appliance/board/panels.ts";
import { ok } from "../../src/ports/result.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { findingsOf, makeWorld, vmNamed } from "./world.ts";

const WHY = "The Volume Daemon at http://127.0.0.1:8090 does not answer: connect ECONNREFUSED 127.0.0.1:8090.";
let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

test("a daemon that does not answer is on the board, and goes when it answers again", async () => {
  const world = makeWorld();
  world.silent = [WHY];
  const s = (screen = await openScreen(world));
  await s.waitFor("VMs need you");
  expect(s.text()).toContain("! The Volume Daemon at http://127.0.0.1:8090 does not answer");
  world.silent = [];
  await s.advance(11_000);
  await s.waitFor(/VMs need you(?![\s\S]*does not answer)/u);
});

test("what was asked of a VM and did not answer stands on its first page", async () => {
  const world = makeWorld();
  const whole = findingsOf();
  const volumes = whole.volumes.map((volume) => ({ ...volume, look: null }));
  const detail = panelsOf({ ...whole, volumes, missing: [WHY] });
  const s = (screen = await openScreen({
    ...world,
    sources: { ...world.sources, detail: () => Promise.resolve(ok(detail)) },
  }));
  await s.waitFor("pgtest1");
  await s.press("enter");
  await s.waitFor("not known");
  expect(s.text()).toContain("! The Volume Daemon at http://127.0.0.1:8090 does not answer");
  expect(s.text()).not.toContain("not asked");
});

test("an unfinished live failover is counted, though nothing here recovers it; a finished one is not", async () => {
  const world = makeWorld();
  const live = { stuck: false, row: { current_status: "failed_over_live", job_type: "live" } };
  const finished = { stuck: false, row: { current_status: "failed_over_live", job_type: "" } };
  world.vms = [vmNamed("mail-01", live), vmNamed("archive-01", finished)];
  const s = (screen = await openScreen(world));
  await s.waitFor("no VM of 2 is stuck");
  expect(s.text()).toContain("1 in an unfinished live failover");
});

test("a place that spells an escape is shown once escaped, and no mark of a cut stands where only blanks were cut", async () => {
  const world = makeWorld();
  world.vms = [vmNamed("pgtest1", { row: { vcenter_host: "dc\\x41" } })];
  const s = (screen = await openScreen(world, { columns: 79 }));
  await s.waitFor("dc\\x5cx41");
  await s.press("enter");
  await s.waitFor("TOGETHER");
  expect(s.text()).toContain("dc\\x5cx41");
  expect(s.text()).not.toMatch(/(?:TOGETHER|on the appliance|detached) *…/u);
});
