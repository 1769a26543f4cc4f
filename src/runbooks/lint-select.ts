/** Rules of the question that lists the targets of a runbook. */
import { classifyAtBest } from "../sql/classify.ts";
import { namedIn } from "../sql/dissect.ts";
import { didYouMean } from "../text/near.ts";
import type { Path, Report } from "./node.ts";
import type { RawRunbook } from "./schema.ts";

function selectSql(sql: string, report: Report): void {
  if (classifyAtBest(sql).class !== "read")
    report("read-pure", ["select", "sql"], "this is not known to be a pure read");
  if (namedIn(sql).length > 0) report("select-values", ["select", "sql"], "the query for targets takes no values");
}

/** A pure read without values, and columns that it has. */
export function selectRules(runbook: RawRunbook, report: Report): void {
  const { sql, columns, key, label, show } = runbook.select;
  if (sql !== undefined) selectSql(sql, report);
  const names: readonly (readonly [Path, string])[] = [
    [["key"], key],
    [["label"], label],
    ...show.map((name, index) => [["show", index], name] as const),
  ];
  for (const [path, name] of names) {
    if (columns[name] === undefined)
      report(
        "select-column",
        ["select", ...path],
        `${name} is no column of the query`,
        didYouMean(name, Object.keys(columns)),
      );
  }
}
