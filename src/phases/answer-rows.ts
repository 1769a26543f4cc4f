/**
 * Rows of an answer in JSON. What a column asks for has to be there and of its type: what is missing, null or something else makes
 * the whole answer one that nobody understands, never a row that looks empty.
 */
import type { Json, JsonObject } from "../ports/json.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { ColumnType } from "../ports/sql.ts";

export interface RowsSpec {
  /** Names of fields from the answer inwards, `*` for each; the answer itself where it is missing. */
  readonly rows?: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Where in a row a column stands that is no field of its own name; `*`: the name under which the row stands. */
  readonly from?: Readonly<Record<string, string>>;
  /** Columns of text that may be missing or null: they read ''. */
  readonly optional?: readonly string[];
}

/** A row, and the name that `*` stood for. */
interface Place {
  readonly value: Json;
  readonly name: string | null;
}

const MOST_ROWS = 10_000;
/** Of one cell, and of all together: what a journal keeps of an answer. */
const MOST_CELL = 16_384;
const MOST_ALL = 1_048_576;

const isMap = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const member = (value: Json, name: string): Json | undefined =>
  isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** What an answer has in place of what was asked for. */
function kindOf(value: Json | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "boolean" ? "true or false" : `a ${typeof value}`;
}

/** Every member of a map with its name, or every element of a list. */
function eachOf({ value, name }: Place): Place[] | null {
  if (Array.isArray(value)) return (value as readonly Json[]).map((element) => ({ value: element, name }));
  return isMap(value) ? Object.entries(value).map(([key, element]) => ({ value: element, name: key })) : null;
}

const segmentsOf = (path: string): string[] => (path === "" ? [] : path.split("."));

function stepInto(place: Place, segment: string): Place[] | null {
  if (segment === "*") return eachOf(place);
  const value = member(place.value, segment);
  return value === undefined ? null : [{ value, name: place.name }];
}

/** The places of the rows; a list at the end of the way is one row for each of its elements. */
function placesOf(answer: Json, path: string): Result<Place[], string> {
  let places: Place[] = [{ value: answer, name: null }];
  for (const segment of segmentsOf(path)) {
    const next = places.map((place) => stepInto(place, segment));
    if (next.includes(null)) return err(`it has no ${segment} where ${path} says`);
    places = next.flatMap((inner) => inner ?? []);
  }
  return ok(places.flatMap((place) => (Array.isArray(place.value) ? (eachOf(place) ?? []) : [place])));
}

/** The value of a column in a row, before its type is looked at. */
function valueOf({ value, name }: Place, path: string): Json | undefined {
  if (path === "*") return name ?? undefined;
  let inner: Json | undefined = value;
  for (const segment of segmentsOf(path)) inner = inner === undefined ? undefined : member(inner, segment);
  return inner;
}

/** A number is taken for text as its digits: ids come as either. */
function cellOf(value: Json | undefined, type: ColumnType): Json | undefined {
  if (type === "text") return typeof value === "number" ? String(value) : typeof value === "string" ? value : undefined;
  return typeof value === (type === "int" ? "number" : "boolean") ? value : undefined;
}

const TYPE_TEXT: Readonly<Record<ColumnType, string>> = { text: "text", int: "a whole number", bool: "true or false" };

function rowOf(place: Place, { columns, from = {}, optional = [] }: RowsSpec): Result<JsonObject, string> {
  const cells: [string, Json][] = [];
  for (const [column, type] of Object.entries(columns)) {
    const value = valueOf(place, from[column] ?? column);
    const isAbsent = value === undefined || value === null;
    const cell = isAbsent && optional.includes(column) ? "" : cellOf(value, type);
    if (cell === undefined) return err(`its ${column} is ${kindOf(value)}, and has to be ${TYPE_TEXT[type]}`);
    if (typeof cell === "string" && cell.length > MOST_CELL)
      return err(`its ${column} has ${cell.length} characters, and ${MOST_CELL} are the most`);
    cells.push([column, cell]);
  }
  return ok(Object.fromEntries(cells));
}

/** The rows of an answer, or what of it is not as the columns say, as the end of a sentence. */
export function rowsOf(answer: Json, spec: RowsSpec): Result<JsonObject[], string> {
  const places = placesOf(answer, spec.rows ?? "");
  if (!places.ok) return places;
  if (places.value.length > MOST_ROWS) return err(`it has ${places.value.length} rows, and ${MOST_ROWS} are the most`);
  const rows: JsonObject[] = [];
  for (const [index, place] of places.value.entries()) {
    const row = rowOf(place, spec);
    if (!row.ok) return err(`of row ${index + 1} ${row.error}`);
    rows.push(row.value);
  }
  const length = rows.flatMap((row) => Object.values(row)).reduce<number>((sum, cell) => sum + String(cell).length, 0);
  return length > MOST_ALL ? err(`its rows have ${length} characters, and ${MOST_ALL} are the most`) : ok(rows);
}
