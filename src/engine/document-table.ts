/**
 * The rows of several steps as one table: what becomes the same of a column in every row stands once, and each row has a line
 * with its key and its own values. No row and no value is left out.
 */
import { findKind } from "../phases/kinds/index.ts";
import type { RowTable, TableRow } from "../phases/diff-table.ts";
import type { DocumentStep } from "./approval-document.ts";
import { countText } from "./words.ts";

export interface StepTable {
  /** What is the same of all rows: pieces of a sentence, which are not broken where they fit on a line. */
  readonly common: readonly string[];
  /** For each step its rows: the key, and the values that stand for the holes. */
  readonly rows: readonly (readonly string[])[];
}

const HOLE = "…";

/** One column of all rows: as a text with holes, and what stands in these for each row. */
interface Column {
  readonly text: string;
  readonly values: readonly string[];
}

const isSame = (texts: readonly string[]): boolean => texts.every((text) => text === texts[0]);

function columnOf(rows: readonly TableRow[], index: number): Column {
  const cells = rows.flatMap((row) => row.cells[index] ?? []);
  const [before, after] = [cells.map((cell) => cell.before), cells.map((cell) => cell.after)];
  const [isBefore, isAfter] = [isSame(before), isSame(after)];
  const [first] = cells;
  const values = cells.map((cell) => [...(isBefore ? [] : [cell.before]), ...(isAfter ? [] : [cell.after])]);
  return {
    text: `${first?.column ?? ""} ${isBefore ? (first?.before ?? "") : HOLE} -> ${isAfter ? (first?.after ?? "") : HOLE}`,
    // Where both sides differ they stand as in the other lines of a change.
    values: values.map((sides) => sides.join(" -> ")),
  };
}

/** The tables of all steps, where they are of the same rows' columns; null where one of them says more. */
function alike(steps: readonly DocumentStep[]): readonly RowTable[] | null {
  const tables = steps.flatMap(({ kind, preview }) =>
    preview === null ? [] : (findKind(kind)?.previewTable?.(preview) ?? []),
  );
  const forms = tables.flatMap(({ table, by, rows }) =>
    rows.map(({ cells }) => JSON.stringify([table, by, cells.map(({ column }) => column)])),
  );
  return tables.length === steps.length && forms.length > 1 && isSame(forms) ? tables : null;
}

/** The name of the value that each step's only row has as its key: `:context`; '' where there is none. */
function keyName(steps: readonly DocumentStep[], tables: readonly RowTable[]): string {
  const names = steps.map(({ request_lines: lines }, index) => {
    const [row, ...rest] = tables[index]?.rows ?? [];
    const own = row === undefined || rest.length > 0 ? "" : ` = ${row.key}`;
    return lines.flatMap((text) =>
      own !== "" && text.startsWith(":") && text.endsWith(own) ? [text.slice(0, -own.length)] : [],
    );
  });
  return names[0]?.find((name) => !name.includes(" ") && names.every((each) => each.includes(name))) ?? "";
}

/** The rows of steps that change the same columns of one table; null where they have to be said one by one. */
export function stepTable(steps: readonly DocumentStep[]): StepTable | null {
  const tables = alike(steps);
  const [first] = tables ?? [];
  if (tables === null || first === undefined) return null;
  const all = tables.flatMap(({ rows }) => rows);
  const columns = (all[0]?.cells ?? []).map((_unused, index) => columnOf(all, index));
  const name = keyName(steps, tables);
  const texts = all.map(({ key }, row) => {
    const own = columns.map(({ values: each }) => each[row] ?? "");
    const values = own.filter((value) => value !== "").join(", ");
    return name !== "" ? values : values === "" ? key : `${key}: ${values}`;
  });
  const key = name === "" ? "" : `, which is ${name}`;
  const head = `change ${countText(all.length, "row")} of ${first.table}, by ${first.by}${key};`;
  let place = 0;
  return {
    common: [
      head,
      ...columns.map(
        ({ text }, index) => `${index === 0 ? "in each row: " : ""}${text}${index === columns.length - 1 ? "" : ";"}`,
      ),
    ],
    rows: tables.map(({ rows }) => texts.slice(place, (place += rows.length)).filter((text) => text !== "")),
  };
}
