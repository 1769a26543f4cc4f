import { readFileSync } from "node:fs";
import { join } from "node:path";
import { binaryLogs, type LogPoint } from "./appliance/ledger.ts";

/** One statement that changed rows, as the server's binary log has it. */
export type BinlogChange = {
  at: string;
  statement: string;
  tables: string[];
  transaction: string;
  /** Where its transaction ends. */
  log: LogPoint;
};

const query = 2;
const xid = 16;
const tableMap = 19;
/** The text of a statement that changed rows: MySQL's event, and MariaDB's. */
const rowsQuery = 29;
const annotate = 160;
/** The beginning of a transaction: MySQL's without a number of its own, and MariaDB's. */
const anonymous = 34;
const gtid = 162;

/** Reads every change committed after `from`. The file is read itself: that works while the server is down, too. */
export function readBinaryLog(dir: string, from: LogPoint): BinlogChange[] {
  const files = binaryLogs(dir).filter((file) => file >= from.file);
  return files.flatMap((file) => readOne(join(dir, "data", file), file, file === from.file ? from.size : 0));
}

/** One event of a binary log, and where in its file it begins and ends. */
type BinaryEvent = { type: number; time: string; body: Buffer; offset: number; end: number };

function* eventsIn(data: Buffer): Generator<BinaryEvent> {
  for (let offset = 4; offset + 19 <= data.length;) {
    const length = data.readUInt32LE(offset + 9);
    const end = offset + length;
    if (length < 19 || end > data.length) return; // the server is still writing it
    const time = new Date(data.readUInt32LE(offset) * 1000).toISOString();
    yield { type: data.readUInt8(offset + 4), time, body: data.subarray(offset + 19, end), offset, end };
    offset = end;
  }
}

function readOne(path: string, file: string, startOffset: number): BinlogChange[] {
  const changes: BinlogChange[] = [];
  let open: BinlogChange[] = [];
  let transaction = "";
  for (const event of eventsIn(readFileSync(path))) {
    const log = { file, size: event.end };
    transaction = transactionOf(event, file) ?? transaction;
    const statement = statementOf(event);
    if (statement !== null) open.push({ at: event.time, statement, tables: [], transaction, log });
    noteTable(open.at(-1), event);
    if (endsTransaction(event)) {
      changes.push(...open.map((change) => Object.assign(change, { log })));
      open = [];
    }
  }
  return changes.filter((change) => change.log.size > startOffset);
}

/** The transaction that an event begins, or null. */
function transactionOf({ type, body, offset }: BinaryEvent, file: string): string | null {
  if (type === gtid) return `${body.readUInt32LE(8)}-1-${body.readBigUInt64LE(0)}`;
  return type === anonymous ? `${file}:${offset}` : null;
}

/** The statement whose changes follow, or null. */
function statementOf({ type, body }: BinaryEvent): string | null {
  if (type === annotate) return body.toString("utf8");
  // its first byte is a length, which is too short for most of them
  if (type === rowsQuery) return body.toString("utf8", 1);
  if (type !== query) return null;
  const text = queryText(body);
  return /^(BEGIN|COMMIT)$/i.test(text) ? null : text;
}

function endsTransaction({ type, body }: BinaryEvent): boolean {
  return type === xid || (type === query && queryText(body) !== "BEGIN");
}

/** Tells the change that is open of a table whose rows follow. */
function noteTable(change: BinlogChange | undefined, { type, body }: BinaryEvent): void {
  if (type !== tableMap) return;
  const databaseLength = body.readUInt8(8);
  const tableLength = body.readUInt8(10 + databaseLength);
  const table = body.toString("utf8", 11 + databaseLength, 11 + databaseLength + tableLength);
  if (change && !change.tables.includes(table)) change.tables.push(table);
}

function queryText(body: Buffer): string {
  const databaseLength = body.readUInt8(8);
  return body.toString("utf8", 13 + body.readUInt16LE(11) + databaseLength + 1);
}
