import { appendFileSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** A point in the binary log. */
export type LogPoint = { file: string; size: number };

/** Something a daemon or CloudStack did, as its own process wrote it down. */
export type Effect = { by: string; action: string } & Record<string, unknown>;

/** Appends one effect; one write of one line, so that processes do not tear each other's lines. */
export function recordEffect(dir: string, effect: Effect): void {
  const line = JSON.stringify({ at: new Date().toISOString(), log: logPoint(dir), ...effect });
  appendFileSync(ledgerFile(dir), `${line}\n`);
}

/** Where the effects of the daemons are written. */
export function ledgerFile(dir: string): string {
  return join(dir, "ledger.jsonl");
}

/** How far the binary log reaches now; an effect stands after every transaction before this point. */
export function logPoint(dir: string): LogPoint {
  const last = binaryLogs(dir).at(-1);
  return last ? { file: last, size: statSync(join(dir, "data", last)).size } : { file: "", size: 0 };
}

/** The binary logs of the lab's server, oldest first. */
export function binaryLogs(dir: string): string[] {
  const data = join(dir, "data");
  if (!existsSync(data)) return [];
  return readdirSync(data)
    .filter((name) => /^binlog\.\d+$/.test(name))
    .sort();
}
