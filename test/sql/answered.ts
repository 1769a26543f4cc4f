/** They look like changes, or like nothing that reads, and a server answers them without changing anything. */
export const ANSWERED: readonly string[] = [
  "SET STATEMENT max_statement_time=1 FOR SELECT 1",
  "USE other",
  "SELECT PREVIOUS VALUE FOR s",
  "TABLE t",
  "EXPLAIN UPDATE t SET a=1",
  "EXPLAIN DELETE FROM t",
  "EXPLAIN FORMAT=JSON UPDATE t SET a=1",
  "EXPLAIN ANALYZE SELECT 1",
  "DESCRIBE UPDATE t SET a=1",
  "HELP 'select'",
  "CHECKSUM TABLE t",
  "VALUES (1), (2)",
];
