/** The answer to a COMMIT is lost on its way, while a person drives: what is in doubt is said before anything else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { downLab, loadWorld, upLab, type Lab } from "../src/packs/appliance/lab/index.ts";
import { TREE } from "./support/program.ts";
import { openPty, type Pty } from "./support/pty.ts";
import { startProxy, type TcpProxy } from "./support/tcp-proxy.ts";

const state = mkdtempSync(join(tmpdir(), "handrail-commit-"));
const env: NodeJS.ProcessEnv = { ...process.env, XDG_STATE_HOME: state, HANDRAIL_LAB: "commit" };
let lab: Lab;
let proxy: TcpProxy;
let terminal: Pty | null = null;

beforeAll(async () => {
  lab = await upLab({ name: "commit", scale: 20, env });
  proxy = await startProxy(lab.config.ports.mysql);
});
afterAll(async () => {
  await proxy.stop();
  await downLab(lab, { keep: false });
  rmSync(state, { recursive: true, force: true });
});
afterEach(() => {
  terminal?.kill();
  terminal = null;
});

/** A world in which Handrail reaches the database through the proxy. */
async function world(): Promise<void> {
  await loadWorld(lab, "stuck-virtio");
  const site = JSON.parse(readFileSync(lab.siteFile, "utf8")) as { mysql: { port: number } };
  site.mysql.port = proxy.port;
  writeFileSync(lab.siteFile, JSON.stringify(site), { mode: 0o600 });
}

function handrail(args: string): Pty {
  terminal?.kill();
  terminal = openPty("/bin/sh", ["-c", `bin/handrail ${args} --lab; echo "EXIT $?"`], { env, cwd: TREE, rows: 60 });
  return terminal;
}

const approve = async (t: Pty, cut: "before" | "after" | null): Promise<void> => {
  await t.waitFor(ASKED);
  await new Promise((resolve) => void setTimeout(resolve, 600));
  proxy.arm(cut === null ? null : { at: "COMMIT", when: cut });
  const [, name] = /Type (\S+) and Enter/u.exec(t.text()) ?? [];
  await t.press(...(name === undefined ? ["a"] : [...Array.from(name), "enter"]));
};

const ASKED = /Press a to approve|Type \S+ and Enter/u;
const CHANGE = `sql "update vm_replication_contexts set current_status = 'ready_for_failover' where vm_name = 'pgtest2' and current_status = 'failed_over_test'"`;

function expectDoubt(text: string): void {
  expect(text).toContain("is paused (in doubt), exit 3");
  expect(text).toContain("COMMIT was sent, but no answer came");
  expect(text).toContain("something is IN DOUBT: nothing was sent again; resume looks at it first");
}

describe("an answer to COMMIT that is lost is in doubt", () => {
  test.each(["before", "after"] as const)("in a statement of a person, cut %s the server got it", async (cut) => {
    await world();
    const t = handrail(CHANGE);
    await approve(t, cut);
    await t.waitFor(/EXIT \d+/u);
    expect(t.text()).toContain("EXIT 3");
    expectDoubt(t.written().replaceAll(/\r?\n */gu, " "));
    const again = handrail("resume last --plain");
    await again.waitFor(cut === "after" ? /EXIT 0/u : ASKED);
  });

  test("in an undo", async () => {
    await world();
    const t = handrail(CHANGE);
    await approve(t, null);
    await t.waitFor("EXIT 0");
    const undo = handrail("undo last");
    await approve(undo, "after");
    await undo.waitFor(/EXIT \d+/u);
    expect(undo.text()).toContain("EXIT 3");
    expectDoubt(undo.written().replaceAll(/\r?\n */gu, " "));
  });
});
