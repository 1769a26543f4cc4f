import { quoteName } from "../../../sql/dissect.ts";
import type { Dialect } from "./dialect.ts";

const named = (channel: string): string => (channel === "" ? "" : ` FOR CHANNEL '${channel}'`);

/**
 * MySQL from 8.0.23 on. It refuses to lock what is no table (3569), so the tables are named; it gives no rows back from an
 * INSERT; and its tables hold no halves of surrogate pairs.
 */
export const mysql: Dialect = {
  name: "MySQL",
  level: "@@session.transaction_isolation",
  locking: (aliases) => `FOR UPDATE OF ${[...new Set(aliases)].map(quoteName).join(", ")}`,
  isBroken: () => "FALSE",
  telling: null,
  // From 9.6 on a plain EXPLAIN answers with a tree.
  explain: "EXPLAIN FORMAT=TRADITIONAL",
  // The catalogue shows an expression inside a literal: with its quotes escaped.
  expression: (text) => text.replaceAll("\\'", "'"),
  // A literal stands there without its quotes.
  fallback: (text, extra) => (/default_generated/i.test(extra) ? text.replaceAll("\\'", "'") : ""),
  // Since 9.6 the server itself carries out what foreign keys pass on, and counts it; before, InnoDB did and nobody counted.
  counters: "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_delete', 'Handler_update')",
  replica: {
    sources: "SHOW REPLICA STATUS",
    hostColumn: "Source_Host",
    portColumn: "Source_Port",
    running: null,
    status: (channel) => `SHOW REPLICA STATUS${named(channel)}`,
    start: (channel) => `START REPLICA${named(channel)}`,
    stop: (channel) => `STOP REPLICA${named(channel)}`,
  },
};
