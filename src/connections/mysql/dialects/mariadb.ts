import type { Dialect } from "./dialect.ts";

const named = (channel: string): string => (channel === "" ? "" : ` '${channel}'`);

/** MariaDB from 10.6 on. It locks the rows of every table that a SELECT reads, and cannot be told to leave one out. */
export const mariadb: Dialect = {
  name: "MariaDB",
  level: "@@session.tx_isolation",
  locking: () => "FOR UPDATE",
  isBroken: (text) => `BINARY ${text} REGEXP X'ED5BA02DBF5D'`,
  telling: (insert, expressions) => `${insert} RETURNING ${expressions.join(", ")}`,
  explain: "EXPLAIN",
  expression: (text) => text,
  fallback: (text) => text,
  counters: null,
  replica: {
    sources: "SHOW ALL SLAVES STATUS",
    hostColumn: "Master_Host",
    portColumn: "Master_Port",
    running: "SHOW GLOBAL STATUS LIKE 'Slaves_running'",
    status: (channel) => `SHOW REPLICA${named(channel)} STATUS`,
    start: (channel) => `START REPLICA${named(channel)}`,
    stop: (channel) => `STOP REPLICA${named(channel)}`,
  },
};
