import { readFileSync } from "node:fs";
import { join } from "node:path";
import { binaryLogs, type LogPoint } from "./appliance/ledger.ts";

/** One statement that changed rows, as the server's binary log has it. */
export type Change = {
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
export function readBinaryLog(dir: string, from: LogPoint): Change[] {
  const files = binaryLogs(dir).filter((file) => file >= from.file);
  return files.flatMap((file) => readOne(join(dir, "data", file), file, file === from.file ? from.size : 0));
}

function readOne(path: string, file: string, startOffset: number): Change[] {
  const data = readFileSync(path);
  const changes: Change[] = [];
  let open: Change[] = [];
  let transaction = "";
  for (let offset = 4; offset + 19 <= data.length;) {
    const type = data.readUInt8(offset + 4);
    const length = data.readUInt32LE(offset + 9);
    if (length < 19 || offset + length > data.length) break; // the server is still writing it
    const body = data.subarray(offset + 19, offset + length);
    const end = offset + length;
    const log = { file, size: end };
    const start = (statement: string) => {
      open.push({ at: time(data.readUInt32LE(offset)), statement, tables: [], transaction, log });
    };
    if (type === gtid) transaction = `${body.readUInt32LE(8)}-1-${body.readBigUInt64LE(0)}`;
    if (type === anonymous) transaction = `${file}:${offset}`;
    if (type === annotate) start(body.toString("utf8"));
    // its first byte is a length, which is too short for most of them
    if (type === rowsQuery) start(body.toString("utf8", 1));
    if (type === tableMap) noteTable(open.at(-1), body);
    const statement = type === query ? queryText(body) : "";
    if (type === query && !/^(BEGIN|COMMIT)$/i.test(statement)) start(statement);
    if (type === xid || type === query) {
      if (statement !== "BEGIN") {
        changes.push(...open.map((change) => Object.assign(change, { log })));
        open = [];
      }
    }
    offset = end;
  }
  return changes.filter((change) => change.log.size > startOffset);
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function noteTable(change: Change | undefined, body: Buffer): void {
  const databaseLength = body.readUInt8(8);
  const tableLength = body.readUInt8(10 + databaseLength);
  const table = body.toString("utf8", 11 + databaseLength, 11 + databaseLength + tableLength);
  if (change && !change.tables.includes(table)) change.tables.push(table);
}

function queryText(body: Buffer): string {
  const databaseLength = body.readUInt8(8);
  return body.toString("utf8", 13 + body.readUInt16LE(11) + databaseLength + 1);
}
