/** What is carried out was shown whole before, by every command that shows it, and nothing is vouched for that nobody knows. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shippedFile } from "../src/cli/runbook/source.ts";
import { keyOf, query } from "./support/effects.ts";
import { anIncident, RUNBOOK, type Incident } from "./support/incident.ts";
import { APPROVE, tell } from "./support/told.ts";

let incident: Incident;
let key: string;
beforeAll(async () => {
  incident = await anIncident();
  await incident.world("stuck-virtio");
  key = await keyOf(incident.lab, "pgtest1");
});
afterAll(() => incident.down());

const LINES = ['echo "looks in $PATH only"', "rm -rf /tmp/handrail-nothing-here", "echo 'the  end'"];

/** The shipped runbooks with a shell text of these lines at the end of the cleanup. */
function runbooks(name: string, lines: readonly string[]): string {
  const file = join(incident.root, name);
  const source = readFileSync(shippedFile(), "utf8");
  // The cleanup says its own: it takes no more what the file's runbooks share.
  const script = lines.map((line) => `          ${line}\n`).join("");
  const text = `    finally:\n      - id: own-text\n        title: A text of somebody's own\n        kind: script\n        script: |\n${script}`;
  const changed = source.replace(/(?<=  - id: failed-execution-cleanup\n)/u, text);
  expect(changed).not.toBe(source);
  writeFileSync(file, changed);
  return file;
}

describe("a shell text", () => {
  it("is shown line by line by explain, grant and the first page, and nobody says that it only looks", async () => {
    const file = runbooks("text.yaml", LINES);
    const explained = (await incident.cli("explain", [RUNBOOK], { file })).out;
    const granted = await incident.cli("grant", [RUNBOOK], { vm: [key], file, o: join(incident.root, "shown.json") });
    const asked = (await incident.cli("run", [RUNBOOK], { vm: [key], file })).out;
    for (const shown of [explained, granted.out, asked]) {
      const lines = shown.split("\n");
      const at = lines.findIndex((line) => line.includes(LINES[0] ?? ""));
      expect(at).toBeGreaterThan(0);
      for (const [next, line] of LINES.entries()) expect(lines[at + next]).toContain(line);
      expect(shown).not.toMatch(/only looks|\[reads\] A text/u);
    }
    expect(explained).toContain("[changes] A text of somebody's own");
    expect(granted.out).toMatch(/binds the shell text "A text of somebody's own", 3 lines .*sha256 [0-9a-f]{16}/u);
    expect(asked).toMatch(/as root \(uid 0\)|as \S+ \(uid \d+\)/u);
  });

  it("of one byte more than was granted is refused, with the line that changed", async () => {
    const grant = join(incident.root, "granted.json");
    const file = runbooks("granted.yaml", LINES);
    expect((await incident.cli("grant", [RUNBOOK], { vm: [key], file, o: grant })).exit).toBe(0);
    const other = runbooks("other.yaml", LINES.with(1, `${LINES[1] ?? ""}/`));
    const said = await incident.cli("run", [RUNBOOK], { vm: [key], file: other, grant });
    expect(said.exit).toBe(5);
    expect(said.err).toContain(
      `at line 2: it was "rm -rf /tmp/handrail-nothing-here", and is "rm -rf /tmp/handrail-nothing-here/"`,
    );
  });

  it("is run by nothing that reads a start-up file of the account", async () => {
    await incident.world("stuck-virtio");
    const grant = join(incident.root, "started.json");
    const file = runbooks("started.yaml", LINES);
    await incident.cli("grant", [RUNBOOK], { vm: [key], file, o: grant });
    const said = await incident.cli("run", [RUNBOOK], { vm: [key], file, grant });
    expect(said.exit).toBe(0);
    const report = (await incident.cli("report", [said.run])).out;
    // A shell around ours would read the account's file, since its input is a socket: what that sets would be seen here.
    expect(report).toContain("looks in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin only");
  });
});

describe("two VMs of one name", () => {
  const no: readonly [RegExp, string] = [/and Enter to approve|Press a to approve/u, "\u001b"];

  it("are told apart on every page, and each has a word of its own", async () => {
    const words: string[] = [];
    for (const at of [0, 1]) {
      await incident.world("same-name");
      const rows = await query(
        incident.lab,
        "select context_id id from vm_replication_contexts where vm_name = 'pgtest1'",
      );
      const vm = [String(rows[at]?.["id"])];
      const told = await tell(incident, "run", [RUNBOOK], { values: { vm }, answers: [APPROVE, APPROVE, no] });
      words.push(/Type (\S+) and Enter to approve/u.exec(told.shown)?.[1] ?? "");
      expect(told.shown).toMatch(/^pgtest1 {2}\S+ {2}\(when chosen: vcenter_host\s+\S+,/mu);
    }
    expect(new Set(words).size).toBe(2);
    for (const word of words) expect(word).toMatch(/^pgtest1-[a-z0-9]{4,16}$/u);
    await incident.world("same-name");
    const rows = await query(
      incident.lab,
      "select context_id id from vm_replication_contexts where vm_name = 'pgtest1'",
    );
    const both = await tell(incident, "run", [RUNBOOK], {
      values: { vm: rows.map(({ id }) => String(id)) },
      answers: [no],
    });
    const names = both.shown.match(/^pgtest1 @ \S+/gmu) ?? [];
    expect(new Set(names).size).toBe(2);
  });
});

describe("what can be undone", () => {
  it("is said in the same words on the whole page of a statement that asks for a typed name", async () => {
    await incident.world("stuck-virtio");
    const sql = "update vm_replication_contexts set current_status = 'discovered' where vm_name = 'QUAD-DC-01'";
    const told = await tell(incident, "sql", [sql], {
      values: { touches: ["vm_replication_contexts=1"] },
      answers: [[/Type (\S+) and Enter to approve/u, "\u001b"]],
    });
    expect(told.exit).toBe(4);
    expect(told.shown).toContain("undo: complete");
    expect(told.shown).toContain("GET_LOCK");
    expect(told.shown).toContain("Every step can be undone");
    expect(told.shown).not.toMatch(/cannot be undone/iu);
  });

  it("is not denied by explain of a DELETE whose preview decides it", async () => {
    const { out } = await incident.cli("explain", ["virtio-recovery"], { json: true });
    const { phases } = JSON.parse(out) as {
      phases: { steps: { marks: string; how: string[] }[]; rung: { box_s: number } | null }[];
    };
    const deletes = phases.flatMap(({ steps }) => steps).filter(({ how }) => how[0]?.startsWith("DELETE") === true);
    expect(deletes.length).toBeGreaterThan(0);
    for (const { marks, how } of deletes) {
      expect(marks).toBe("changes");
      expect(how.join()).toContain("undo: not known yet");
    }
    // Rungs and their boxes stand there as well.
    expect(phases.map(({ rung }) => rung?.box_s ?? 0).filter((box) => box > 0).length).toBeGreaterThanOrEqual(3);
  });
});

it("ends with the first page where that is all that was approved", async () => {
  await incident.world("stuck-virtio");
  const told = await tell(incident, "run", [RUNBOOK], {
    values: { vm: [key] },
    answers: [APPROVE, [/Press a to approve/u, "n"]],
  });
  expect(told.exit).toBe(4);
  expect(told.shown).toContain("Beside the pages that are asked about, this run does:");
  expect(told.shown).toContain("GET_LOCK");
});
