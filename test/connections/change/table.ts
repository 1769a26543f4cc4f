/** A small table as the catalogue would describe it, and what a change does to its rows. */
import type { Described } from "../../../src/connections/mysql/change/catalogue.ts";
import { columnsOf, type ColumnInfo } from "../../../src/connections/mysql/change/columns.ts";
import type { Row } from "../../../src/connections/mysql/change/row.ts";
import type { TableInfo } from "../../../src/connections/mysql/change/table.ts";
import type { TableTarget } from "../../../src/connections/mysql/change/targets.ts";
import type { TableImage } from "../../../src/connections/mysql/change/trial.ts";

/** What `information_schema` says of a column, in the order in which it is asked. */
export interface Listed {
  readonly name: string;
  readonly type?: string;
  readonly charset?: string | null;
  readonly nullable?: boolean;
  readonly extra?: string;
  readonly expression?: string;
  readonly fallback?: string;
}

const rowOf = ({ name, type = "int(11)", charset = null, nullable, extra = "", expression, fallback }: Listed): Row => [
  name,
  type.replace(/[( ].*/u, ""),
  type,
  charset,
  charset === null ? null : `${charset}_bin`,
  nullable === true ? "YES" : "NO",
  extra,
  expression ?? null,
  fallback ?? null,
];

export const described = (columns: readonly Listed[], more: Partial<Described> = {}): Described =>
  ({ columns: columns.map(rowOf), tables: [["BASE TABLE", "InnoDB", "3"]], indexes: [], ...more }) as Described;

export function columnOf(listed: Listed): ColumnInfo {
  const [column] = columnsOf(described([listed]));
  if (column === undefined) throw new Error(`${listed.name} is no column`);
  return column;
}

export function tableOf(columns: readonly Listed[], more: Partial<TableInfo> = {}): TableInfo {
  return {
    schema: "db",
    table: "jobs",
    label: "jobs",
    keyColumns: ["id"],
    unique: [["id"]],
    indexed: new Set(["id"]),
    columns: columnsOf(described(columns)),
    triggers: [],
    rows: 3,
    versioned: false,
    ...more,
  };
}

export const targetOf = (info: TableInfo, more: Partial<TableTarget> = {}): TableTarget => ({
  verb: "UPDATE",
  info,
  alias: info.table,
  assignments: [],
  volatile: new Set(),
  newKeys: [],
  ...more,
});

export function imageOf(
  target: TableTarget,
  oldRows: readonly Row[] | null,
  newRows: readonly Row[] | null,
  by: readonly string[] = [],
): TableImage {
  const keys = (oldRows ?? newRows ?? []).map(([id]) => [id ?? ""]);
  return { target, keys, oldRows, newRows, by, passedBack: false };
}
