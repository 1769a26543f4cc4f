/** Columns of a statement that are not written out: text each, but for those that a runbook says to be something else. */
import { resultColumns } from "../sql/result-columns.ts";
import { didYouMean } from "../text/near.ts";
import { record, type Add, type Path, type Raw } from "./raw.ts";

/** Fills the `columns` of a query in where its text tells them, and complains about one that it does not have. */
export function columnsOf(node: Raw, path: Path, add: Add): void {
  const { columns: raw = {} } = node;
  const columns = record(raw);
  if (columns === null) return;
  const names = resultColumns(String(node["sql"]));
  if (names === null) return needColumns(node, path, add);
  for (const name of Object.keys(columns).filter((column) => !names.includes(column)))
    add([...path, "columns", name], `the statement answers with no column ${name}`, didYouMean(name, names));
  node["columns"] = Object.fromEntries(names.map((name) => [name, columns[name] ?? "text"]));
}

/** Of a query whose text does not tell them they have to be written out. */
function needColumns(node: Raw, path: Path, add: Add): void {
  if (node["columns"] !== undefined) return;
  const hint = "name each (… AS name), or write them under columns";
  add([...path, "sql"], "the statement does not tell its columns", hint);
  node["columns"] = {};
}
