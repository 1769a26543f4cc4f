/** Columns of a statement that are not written out: text each, but for those that a runbook says to be something else. */
import { givenColumns } from "../sql/result-columns.ts";
import { didYouMean } from "../text/near.ts";
import type { Report } from "./node.ts";
import { record, type Path, type Raw } from "./raw.ts";

/** Fills the `columns` of a query in where its text tells them, and complains about one that it does not have. */
export function columnsOf(node: Raw, path: Path, report: Report): void {
  const { columns: raw = {} } = node;
  const columns = record(raw);
  if (columns === null) return;
  const { names, isWhole } = givenColumns(String(node["sql"]));
  if (names === null) return needColumns(node, path, report);
  for (const name of Object.keys(columns).filter((column) => !names.includes(column)))
    report(
      "columns-given",
      [...path, "columns", name],
      `the statement answers with no column ${name}`,
      didYouMean(name, names) ?? `it answers with ${names.join(", ")}`,
    );
  if (!isWhole) return needColumns(node, path, report);
  // One that it does not have stays, for the schema to look at.
  node["columns"] = { ...Object.fromEntries(names.map((name) => [name, "text"])), ...columns };
}

/** Of a query whose text does not tell them they have to be written out. */
function needColumns(node: Raw, path: Path, report: Report): void {
  if (node["columns"] !== undefined) return;
  report("columns-told", [...path, "sql"], "the statement does not tell its columns");
  node["columns"] = {};
}
