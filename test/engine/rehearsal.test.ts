/** What approves by itself in a lab approves nothing anywhere else. */
import { expect, it } from "vitest";
import { approve } from "../../src/engine/ask.ts";
import { Driver, type World } from "../../src/engine/driver.ts";
import type { RunState } from "../../src/engine/state.ts";
import { aDocument } from "../support/document.ts";

const page = aDocument({ approval: "start", phase: "start" });
const operator = {
  approve: () => Promise.resolve({ kind: "approved", method: "rehearsal", by: "a rehearsal", digest: page.digest }),
};
const ports = { clock: { monoMs: () => 0 } };
const wallTime = (): string => "2026-11-22T03:12:00.000Z";

const course = (lab: string | null) => {
  const created = { site: { name: "site", lab, scale: 1 } };
  const state = { run_id: "run", created, approvals: {} } as unknown as RunState;
  return approve(new Driver(state, { operator, grant: null, ports, wallTime } as unknown as World), page);
};

it("is taken for an approval in a lab", async () => {
  const drafts = course("default");
  expect((await drafts.next()).value).toMatchObject({ type: "approval.requested" });
  expect((await drafts.next()).value).toMatchObject({ type: "approval.given", body: { method: "rehearsal" } });
});

it("is a bug on a real site, and gives no approval", async () => {
  const drafts = course(null);
  await drafts.next();
  await expect(drafts.next()).rejects.toThrow("approves nothing on a real site");
});
