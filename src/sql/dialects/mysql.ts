/** MySQL from 8.0 on. */
import type { Family } from "./family.ts";
import { MYSQL_FUNCTIONS, MYSQL_GAPS } from "./mysql-functions.ts";

export const MYSQL: Family = {
  name: "MySQL",
  functions: MYSQL_FUNCTIONS,
  // 9.6 moved them into a component, where they are loaded functions; every 8 has them built in.
  removals: { "9.0": "MD5 SHA SHA1" },
  gaps: MYSQL_GAPS,
  reserved: "LATERAL",
  show: `
    BINARY BINLOG CHARACTER CHARSET COLLATION COLUMNS COUNT CREATE DATABASES ENGINE ENGINES ERRORS EVENTS EXTENDED FIELDS FULL
    FUNCTION GLOBAL GRANTS INDEX INDEXES KEYS LIBRARY LOCAL MASTER OPEN PLUGINS PRIVILEGES PROCEDURE PROCESSLIST PROFILE PROFILES
    RELAYLOG REPLICA REPLICAS SCHEMAS SESSION SLAVE STATUS STORAGE TABLE TABLES TRIGGERS VARIABLES WARNINGS
  `,
  settable: "",
  lines: {
    setup: (rows) => [
      // Statistics that are read as they are, none of them kept: looking at them writes nothing.
      `SET SESSION max_execution_time = 10000, sql_select_limit = ${rows}, information_schema_stats_expiry = 0`,
      "SET SESSION wait_timeout = 600, lock_wait_timeout = 3",
    ],
    readOnly: "@@session.transaction_read_only",
    loaded: (names) => `SELECT udf_name FROM performance_schema.user_defined_functions WHERE udf_name IN (${names})`,
    showsRoutines: "GRANT SHOW_ROUTINE ON *.*",
    booksKept: "@@performance_schema",
  },
};
