/** Where a runbook's values come from, nothing of them becomes SQL text: inputs, names of VMs, facts and items. */
import { expect, test } from "vitest";
import type { Scope } from "../../src/phases/expression.ts";
import type { SqlChange } from "../../src/ports/sql.ts";
import type { SqlChangeSpec } from "../../src/phases/kinds/sql-change.ts";
import { changeKind } from "../../src/phases/kinds/index.ts";
import { bindNamed } from "../../src/sql/bind.ts";
import { PAYLOADS } from "../support/payloads.ts";
import { good } from "../support/result.ts";

const SQL = "UPDATE t SET note = :note, part = :item WHERE name = :name AND job IN (:jobs)";
const SPEC: SqlChangeSpec = {
  kind: "sql.change",
  sql: SQL,
  params: { note: "inputs.note", name: "target.vm_name", jobs: "facts.jobs", item: "item.id" },
  touches: { table: "t", rows: { at_most: "1" }, within: { column: "name", in: "[target.vm_name]" } },
};

const scopeOf = (text: string): Scope => ({
  run: { id: "run" },
  inputs: { note: text },
  target: { vm_name: text },
  facts: { jobs: [text, `${text}2`] },
  decisions: {},
  done: {},
  left: "",
  accepted: [],
  reverted: [],
  item: { id: text },
});

test("2000 hostile inputs, VM names, facts and items stay values, in every mode of the server", () => {
  for (const text of PAYLOADS) {
    const change = good(changeKind("sql.change").request(SPEC, scopeOf(text))) as unknown as SqlChange;
    expect(change.sql).toBe(SQL);
    expect(change.values).toEqual({ note: text, name: text, jobs: [text, `${text}2`], item: text });
    expect(change.touches.within?.values).toEqual([text]);
    for (const noBackslashEscapes of [false, true]) {
      const bound = good(bindNamed(change.sql, change.values, { noBackslashEscapes, ansiQuotes: false }));
      expect(bound.sql).toBe("UPDATE t SET note = ?, part = ? WHERE name = ? AND job IN (?, ?)");
      expect(bound.values).toEqual([text, text, text, text, `${text}2`]);
    }
  }
});
