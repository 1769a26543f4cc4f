/**
 * What a read may contain, beside the functions of each server (dialects/). These are allow-lists: a word that is missing costs a
 * confirmation, a word too many could let a change through unseen.
 */

const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/**
 * Words of the grammar after which a parenthesis is not a call. Each is reserved on every server: tried, a function of that name
 * cannot be called without quotes.
 */
export const BEFORE_PAREN = list(`
  ALL AND ANY AS BETWEEN BY CASE CROSS DISTINCT DIV ELSE EXCEPT EXISTS FROM GROUP HAVING IN INTERSECT IS JOIN KEY INDEX LIKE
  NOT ON OR OVER PARTITION REGEXP RLIKE SELECT SOME STRAIGHT_JOIN THEN UNION USING WHEN WHERE XOR
  DECIMAL DOUBLE NCHAR VARCHAR VARBINARY NUMERIC REAL DATETIME FLOAT DISTINCTROW VALUES
`);

/** Words that have no place in a read, wherever they stand. */
export const NOT_IN_READ = list(`
  INTO OUTFILE DUMPFILE PROCEDURE LOCK UPDATE DELETE NEXTVAL SETVAL CALL DO HANDLER EXECUTE PREPARE
`);

/** First words of statements that change data or structure. Everything else that is no read is unknown. */
export const CHANGE_HEADS = list(`
  UPDATE DELETE INSERT REPLACE TRUNCATE DROP ALTER CREATE RENAME GRANT REVOKE LOAD
`);

/** Why a statement that begins so is no read, where more can be said than that it is not known to be one. */
export const NO_READ: Readonly<Record<string, string>> = {
  ANALYZE: "ANALYZE TABLE writes statistics, and ANALYZE of a change carries it out",
  BEGIN: "it begins a transaction, or a program",
  CALL: "CALL runs a procedure, which may do anything, and end transactions",
  CHECK: "CHECK TABLE may mark a table as broken or as checked",
  COMMIT: "it ends a transaction",
  DO: "DO gives no answer: it is there for what its functions do",
  EXECUTE: "it runs a text that is not seen here",
  FLUSH: "FLUSH closes, rotates or resets what the server holds",
  HANDLER: "HANDLER holds a table open",
  KILL: "KILL ends somebody's statement or connection",
  LOCK: "it locks tables",
  PREPARE: "it keeps a text to be run later",
  PURGE: "PURGE removes logs",
  RESET: "RESET clears what the server holds",
  SET: "SET changes a variable",
  SHUTDOWN: "it stops the server",
  START: "it begins a transaction, or replication",
  STOP: "it stops replication",
  XA: "it works on a distributed transaction",
};
