import { existsSync, readFileSync } from "node:fs";
import { ledgerFile, type Effect, type LogPoint } from "./appliance/ledger.ts";
import { readBinaryLog, type BinlogChange } from "./binlog.ts";

/** One line of the ledger: something that changed the appliance, who did it, and when. */
export type LedgerEntry = { at: string; log: LogPoint } & Effect;

/** All effects since the world was set up, in order: those of the daemons and every committed SQL change. */
export function ledgerOf(dir: string, from: LogPoint): LedgerEntry[] {
  const file = ledgerFile(dir);
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  const effects = lines.map((line) => JSON.parse(line) as LedgerEntry);
  const changes = readBinaryLog(dir, from).map(asEntry);
  // a daemon's line says how far the binary log reached: what lies before that point came before it
  return [...changes, ...effects].sort((a, b) => compare(a.log.file, b.log.file) || a.log.size - b.log.size);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function asEntry(change: BinlogChange): LedgerEntry {
  const { at: time, log, statement, tables, transaction } = change;
  const handrail = /\/\*\s*handrail\s+(.*?)\*\//s.exec(statement);
  const ours = /\/\*\s*lab by=(\S+)\s*\*\//.exec(statement);
  const by = handrail ? "handrail" : (ours?.[1] ?? "unknown");
  const bare = statement.replace(/\s*\/\* lab by=\S+ \*\//, "");
  return { at: time, log, by, action: "sql", statement: bare, tables, transaction, ...fields(handrail?.[1] ?? "") };
}

function fields(tag: string): Record<string, string> {
  return Object.fromEntries([...tag.matchAll(/(\w+)=(\S+)/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
}
