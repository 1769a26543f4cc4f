/** A kind of step is one file and one row: with them it stands on every page and in every reader, without them nowhere. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyOf } from "./support/effects.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { openPty } from "./support/pty.ts";

const root = new URL("..", import.meta.url).pathname;

const KIND = `/** beacon: a light on a roof, for a test. */
import { clean } from "../../text/sentence.ts";
import type { JsonObject } from "../../ports/json.ts";
import { ok } from "../../ports/result.ts";
import type { ChangeKind } from "../change-kind.ts";
import type { ChangeSpec, Expression } from "../spec.ts";
import type { StepKind } from "../step-kind.ts";
import { text } from "../values.ts";

interface BeaconSpec extends ChangeSpec {
  readonly colour: Expression;
}

const colourOf = (request: JsonObject): string => String(request["colour"]);

const change: ChangeKind<BeaconSpec> = {
  forms: { light: { colour: "text" } },
  limit: 7,
  every: 1,
  counterpart: "the keeper of the beacon",
  looks: "whether the roof is lit",
  risk: () => "destroy",
  outline: () => ["Beacon: light it"],
  request: (spec, scope) => {
    const colour = text("colour", spec.colour, scope);
    return colour.ok ? ok({ colour: colour.value }) : colour;
  },
  describe: (request) => \`Light the beacon in \${colourOf(request)}\`,
  requestLines: (request) => [\`BEACON light \${clean(colourOf(request))}\`],
  wayBack: () => ({ kind: "none", why: ["what was seen cannot be unseen"] }),
  preview: () => Promise.resolve(ok(null)),
  previewLines: () => [],
  seal: (preview) => preview,
  effects: () => [{ what: "beacon lit", verb: "", count: 1 }],
  prepare: () => Promise.resolve(ok({})),
  dispatch: () => Promise.resolve({ kind: "ended", outcome: { kind: "applied", evidence: {} } }),
  poll: () => Promise.reject(new Error("a beacon is lit at once")),
  settle: () => Promise.resolve({ kind: "ended", outcome: { kind: "unknown", message: "it is day", evidence: {} } }),
  trace: () => "effect",
};

export const beacon: StepKind = {
  summary: "A light on a roof.",
  reads: {
    see: {
      fields: {},
      answer: "list<Light>",
      counterpart: "the watchman",
      outline: () => "the watchman: what burns",
      ask: () => Promise.resolve(ok([{ colour: "red", lumens: 900 }])),
    },
  },
  change,
  rows: { Light: { colour: "string", lumens: "int" } },
};
`;

const RUNBOOK = `handrail: 1
runbooks:
  - id: signal
    title: Signal that help is needed
    summary: Lights the beacon.
    severity: low
    strategy: sequence
    select:
      sql: SELECT context_id, vm_name, vcenter_host FROM vm_replication_contexts
      columns: { context_id: text, vm_name: text, vcenter_host: text }
      key: context_id
      label: vm_name
      stuck: "false"
      show: [vcenter_host]
    probes:
      lit: { title: the roof is lit, kind: beacon, op: see, expect: "result.exists(l, l.colour == 'red' && l.lumens > 800)" }
    phases:
      - id: signal
        title: Light the beacon
        steps:
          - id: light
            title: Light the beacon for \${target.vm_name}
            kind: beacon
            op: light
            colour: "'red'"
            verify: lit
            undo: { none: what was seen cannot be unseen }
    success:
      - { id: lit, probe: lit }
`;

/** What the kind alone says of itself. */
const FACTS = ["BEACON light red", "by the keeper of the beacon, at most 7 s", "what was seen cannot be unseen"];

let incident: Incident;
let copy: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  incident = await anIncident();
  copy = mkdtempSync(join(tmpdir(), "handrail-kind-"));
  const parts =
    "src scripts/build.mjs scripts/package packaging/licences bin package.json package-lock.json tsconfig.json runbooks.yaml LICENSE".split(
      " ",
    );
  for (const name of parts) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  writeFileSync(join(copy, "src/phases/kinds/beacon.ts"), KIND);
  const table = join(copy, "src/phases/kinds/index.ts");
  writeFileSync(
    table,
    readFileSync(table, "utf8")
      .replace("\nimport { check }", '\nimport { beacon } from "./beacon.ts";\nimport { check }')
      .replace("process: processKind,", "beacon, process: processKind,"),
  );
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: copy, stdio: "pipe" });
  writeFileSync(join(copy, "signal.yaml"), RUNBOOK);
  env = { ...process.env, ...incident.env };
  await incident.world("stuck-virtio");
});
afterAll(async () => {
  await incident.down();
  rmSync(copy, { recursive: true, force: true });
});

function handrail(...args: readonly string[]): { readonly exit: number; readonly out: string } {
  const all = [...args, "--file", join(copy, "signal.yaml")];
  try {
    return { exit: 0, out: execFileSync(join(copy, "bin/handrail"), all, { env, encoding: "utf8", stdio: "pipe" }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { exit: status, out: `${stdout}${stderr}` };
  }
}

const stored = (...args: readonly string[]): string =>
  execFileSync(join(copy, "bin/handrail"), [...args, "--lab"], { env, encoding: "utf8" });

describe("a kind that a test adds", () => {
  it("compiles with its file and its row", () => {
    expect(execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", copy], { cwd: copy, encoding: "utf8" })).toBe("");
  });

  it("is checked, explained, asked about, carried out and told by every reader", async () => {
    const key = await keyOf(incident.lab, "pgtest1");
    expect(handrail("explain", "signal").out).toContain("[cannot be undone] Light the beacon for ‹vm_name›");
    const plain = handrail("run", "signal", "--vm", key, "--lab", "--plain");
    expect(plain.exit).toBe(5);
    // The first page changes nothing; the grant's run shows the other.
    const grant = join(copy, "signal.grant");
    expect(handrail("grant", "signal", "--vm", key, "--lab", "-o", grant).exit).toBe(0);
    const json = handrail("run", "signal", "--vm", key, "--lab", "--json", "--grant", grant);
    expect(json.exit).toBe(0);
    const report = stored("report", "last");
    const replay = stored("replay", "last", "--plain");
    for (const fact of FACTS) for (const shown of [report, replay]) expect(shown).toContain(fact);
    for (const fact of ["BEACON light red", '"counterpart":"the keeper of the beacon"', "cannot be unseen"])
      expect(json.out).toContain(fact);
    expect(report).toContain("beacon lit");
  });

  it("stands on the screen", async () => {
    const key = await keyOf(incident.lab, "pgtest1");
    const args = ["run", "signal", "--vm", key, "--lab", "--file", join(copy, "signal.yaml")];
    const screen = openPty(join(copy, "bin/handrail"), args, { env, cwd: copy, rows: 50 });
    try {
      await screen.waitFor("APPROVAL to begin");
      await new Promise((resolve) => void setTimeout(resolve, 500));
      await screen.press("a");
      await screen.waitFor("APPROVAL: Light the beacon");
      for (const fact of ["BEACON light red", "what was seen cannot be unseen"]) expect(screen.text()).toContain(fact);
      // What only explains is folded, and unfolds.
      await screen.press("\u001b[C");
      await screen.waitFor("Each request to the keeper of the beacon is given at most 7 s");
    } finally {
      screen.kill();
      await screen.ended;
    }
  });

  it("is nowhere once its file and its row are gone: the tree is again the one that every check compiles", () => {
    rmSync(join(copy, "src/phases/kinds/beacon.ts"));
    cpSync(join(root, "src/phases/kinds/index.ts"), join(copy, "src/phases/kinds/index.ts"));
    expect(execFileSync("/bin/sh", ["-c", "grep -rl beacon src || true"], { cwd: copy, encoding: "utf8" })).toBe("");
    const differing = `diff -r ${join(root, "src")} ${join(copy, "src")}`;
    expect(execFileSync("/bin/sh", ["-c", differing], { encoding: "utf8" })).toBe("");
  });
});
