import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/runbooks/diagnostic.ts";
import { problemsText } from "../../src/runbooks/diagnostic.ts";
import { loadRunbooks, type RunbookFile } from "../../src/runbooks/load.ts";

const shipped = readFileSync(new URL("../../runbooks.yaml", import.meta.url), "utf8");

function good(source: string): RunbookFile {
  const loaded = loadRunbooks(source, "f.yaml");
  if (!loaded.ok) throw new Error(loaded.error.map((problem) => problemsText([problem], source)).join("\n"));
  return loaded.value;
}

function bad(source: string): readonly Diagnostic[] {
  const loaded = loadRunbooks(source, "f.yaml");
  if (loaded.ok) throw new Error("it was accepted");
  return loaded.error;
}

/** The shipped file with one thing changed. Fails when there is nothing to change, so that no case rots. */
function changed(from: string | RegExp, to: string): string {
  const made = shipped.replace(from, to);
  if (made === shipped) throw new Error(`nothing matches ${String(from)}`);
  return made;
}

describe("the shipped runbooks", () => {
  it("have no problem", () => {
    expect(good(shipped).runbooks.map(({ runbook }) => runbook.id)).toContain("failed-execution-cleanup");
  });

  it("bring the holds of the runbook that they use along", () => {
    const [cleanup, virtio] = good(shipped).runbooks.map(({ runbook }) => (runbook.holds ?? []).map(({ id }) => id));
    expect(cleanup).toContain("nobody-moves-a-volume");
    expect(virtio).toEqual([...(virtio ?? []).slice(0, 4), ...(cleanup ?? [])]);
  });

  it("keep their digest when only layout and comments change, and lose it when a word does", () => {
    const [digest] = good(shipped).runbooks.map((loaded) => loaded.digest);
    expect(good(`# a comment\n${shipped}\n# another\n`).runbooks[0]?.digest).toBe(digest);
    expect(good(changed("Clean up a failed test failover", "Clean up")).runbooks[0]?.digest).not.toBe(digest);
  });
});

describe("a file with a mistake is refused, with its place and a hint", () => {
  const cases: readonly [what: string, source: string, message: RegExp, hint?: RegExp][] = [
    ["broken YAML", "handrail: 1\nrunbooks: [", /./u],
    ["nothing", "", /empty/u],
    ["two documents", `${shipped}\n---\nhandrail: 1\n`, /one document/u],
    ["a directive", `%YAML 1.1\n---\n${shipped}`, /directive/u],
    ["an alias", changed("severity: high", "severity: &a high\n    title2: *a"), /alias|anchor/u],
    ["a tag", changed("severity: high", "severity: !!js/function high"), /tag/u],
    ["a repeated key", changed("severity: high", "severity: high\n    severity: low"), /unique/u],
    ["a merge key", changed("severity: high", "severity: high\n    <<: {a: b}"), /not allowed/u],
    ["a prototype key", changed("severity: high", "severity: high\n    __proto__: {a: b}"), /not allowed|no field/u],
    ["an unknown key", changed("severity: high", "severety: high"), /no field severety/u],
    ["an unknown kind", changed("process.holders:", "kind: proces\n        devices:"), /no kind proces$/u, /process/u],
    [
      "an unknown word for a kind",
      changed("process.holders:", "proces.holders:"),
      /no kind proces/u,
      /process\.holders/u,
    ],
    ["an unknown op", changed("op: health", "op: helth"), /no such op/u],
    ["an unknown word for an op", changed("volume.look:", "volume.lok:"), /no kind volume\.lok/u, /volume\.look/u],
    ["a control character", changed("severity: high", 'severity: high\n    warnings: ["\\e[2J"]'), /unique|control/u],
    ["an unknown probe", changed("ensure: volume-is-off", "ensure: volume-is-of"), /no probe/u, /volume-is-off/u],
    [
      "a misspelt fact",
      changed("{ volumeid: { each: facts.volume_ids } }", "{ volumeid: { each: facts.volume_idz } }"),
      /volume_idz/u,
      /volume_ids/u,
    ],
    ["text compared with a number", changed("j.job_type == 'test')", "j.job_type == 1)"), /no such overload/u],
    ["a number bound to SQL", changed(":vm{item.daemon_vm}", ":vm{1 + 1}"), /is int/u, /string/u],
    [
      "a list that is none",
      changed("foreach: { in: facts.to_detach,", "foreach: { in: facts.appliance,"),
      /not a list/u,
    ],
    ["a change without verify", changed(/verify: modes-are-home\n/u, "\n"), /verified/u],
    ["a change without touches", changed(/touches: \{ table: ossea_volumes, at_most: "1".*\n/u, "\n"), /touches/u],
    [
      "an UPDATE without WHERE",
      changed(/WHERE volume_id = :volume\{item\.volume_id\} AND vm_context_id = .*<> 'detached'/u, ""),
      /without WHERE|has no value|does not occur/u,
    ],
    [
      "a WHERE that is not bound to the targets",
      changed(
        "WHERE context_id = :context{target.context_id} AND current_status IN",
        "WHERE :context = :context{target.context_id} AND current_status IN",
      ),
      /other targets/u,
    ],
    [
      "text pasted into SQL",
      changed("WHERE volume_uuid = :volume{item.volume_id} AND", "WHERE volume_uuid = '${item.volume_id}' AND"),
      /pasted/u,
    ],
    [
      "a value without a placeholder",
      changed(":vm{item.daemon_vm}\n", ":vm{item.daemon_vm}\n            params: { contxt: target.context_id }\n"),
      /:contxt does not occur/u,
    ],
    [
      "a read that writes",
      changed(
        "SELECT volume_id FROM ossea_volumes WHERE COALESCE(status, '') <> 'deleted'",
        "SELECT sleep(1) FROM ossea_volumes",
      ),
      /pure read/u,
    ],
    [
      "another table than the contract's",
      changed("touches: { table: device_mappings,", "touches: { table: ossea_volumes,"),
      /not ossea_volumes/u,
    ],
    ["431 without an already probe", changed("ensure: volume-is-off\n", "verify: volume-is-off\n"), /does not prove/u],
    ["a lowered risk", changed(/cloudstack\.deleteSnapshot: .*\n/u, "$&            risk: change\n"), /never lower/u],
    [
      "a destroy that does not say why it cannot be undone",
      changed("undo: { none: a deleted snapshot cannot be brought back }", ""),
      /cannot be undone/u,
    ],
    ["a step id used twice", changed("- id: revert\n", "- id: delete\n"), /there twice/u],
    [
      "a forbidden command",
      changed("cloudstack.stopVirtualMachine:", "cloudstack.cancelVirtualMachine:"),
      /forbidden/u,
    ],
    [
      "a statement about a forbidden table",
      changed("DELETE FROM device_mappings WHERE volume_uuid", "DELETE FROM vm_disks WHERE volume_uuid"),
      /forbidden by this runbook: the replication's own records/u,
    ],
    [
      "a hold of no probe",
      changed("probe: no-new-failover,", "probe: no-new-failovr,"),
      /no probe/u,
      /no-new-failover/u,
    ],
    ["a hold from no phase", changed("from: analyse }", "from: analyze }"), /no phase analyze/u, /analyse/u],
    [
      "a hold that ends before it begins",
      changed("until: reset }", "until: preflight }"),
      /no phase preflight behind/u,
    ],
    ["two holds of one id", changed("id: job-open,", "id: no-other-failover,"), /there twice/u],
    [
      "a hold that asks for what its phase does not know yet",
      changed("probe: snapshots-are-there, from: analyse", "probe: snapshots-are-there, from: preflight"),
      /to_revert/u,
    ],
    [
      "a hold whose probe is true of nothing",
      changed(/none_expected: where no snapshot has to be reverted, none has to be there\n/u, "\n"),
      /true of nothing/u,
    ],
    [
      "a step that stays until an earlier phase",
      changed("stays_until: reattach", "stays_until: analyse"),
      /no phase analyse from/u,
    ],
    [
      "a choice that is advised for no reason",
      changed(
        "- { id: stop, title: Stop here; the cleanup has changed nothing, then: stop }",
        "- { id: stop, title: Stop, then: stop, advised: 'true' }",
      ),
      /advised for a reason/u,
      /because/u,
    ],
    [
      "a choice advised by what nobody reads",
      changed("advised: facts.engine == 'blocked'", "advised: facts.engin == 'blocked'"),
      /engin/u,
    ],
    ["no runbooks", "handrail: 1\nrunbooks: []\n", /./u],
    ["another version", changed("handrail: 1", "handrail: 2"), /./u],
    ["a file that is too large", `${shipped}\n#${"x".repeat(300_000)}`, /larger/u],
    ["something nested without end", `handrail: ${"[".repeat(80)}${"]".repeat(80)}`, /./u],
  ];

  it.each(cases)("%s", (_what, source, message, hint) => {
    const problems = bad(source);
    const found = problems.find((problem) => message.test(problem.message));
    if (found === undefined) throw new Error(JSON.stringify(problems.slice(0, 5)));
    expect(found.line).toBeGreaterThan(0);
    expect(found.hint ?? "").toMatch(hint ?? /^/u);
  });

  it("all its mistakes at once", () => {
    const source = changed("severity: high", "severety: high").replace("process.holders:", "proces.holders:");
    expect(bad(source).length).toBeGreaterThan(1);
  });

  it("and shows the line with a caret under the place", () => {
    const source = changed("severity: high", "severety: high");
    const problem = bad(source).find(({ message }) => message.includes("severety"));
    const text = problem === undefined ? "" : problemsText([problem], source);
    const [, line, caret] = text.split("\n");
    expect(line?.slice(caret?.indexOf("^") ?? 0).startsWith("severety")).toBe(true);
  });
});
