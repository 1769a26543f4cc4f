/** Built-in functions of either server that do more than compute, by what they do. */
const REASONS: Readonly<Record<string, string>> = {
  "takes or gives back a lock of the whole server": "GET_LOCK RELEASE_LOCK RELEASE_ALL_LOCKS",
  "waits, or keeps the server busy, as long as its caller says":
    "SLEEP BENCHMARK MASTER_POS_WAIT SOURCE_POS_WAIT MASTER_GTID_WAIT WAIT_FOR_EXECUTED_GTID_SET WSREP_SYNC_WAIT_UPTO_GTID WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS",
  "counts up": "NEXTVAL SETVAL UUID_SHORT",
  "is remembered for later statements": "LAST_INSERT_ID",
  "gives a default's expression, which may be a NEXTVAL": "DEFAULT",
  "reads a file of the server": "LOAD_FILE",
  "is of the server's own catalogue, and answers nobody else":
    "CAN_ACCESS_COLUMN CAN_ACCESS_DATABASE CAN_ACCESS_EVENT CAN_ACCESS_RESOURCE_GROUP CAN_ACCESS_ROUTINE CAN_ACCESS_TABLE CAN_ACCESS_TRIGGER CAN_ACCESS_USER CAN_ACCESS_VIEW GET_DD_COLUMN_PRIVILEGES GET_DD_CREATE_OPTIONS GET_DD_INDEX_PRIVATE_DATA GET_DD_INDEX_SUB_PART_LENGTH GET_DD_PROPERTY_KEY_VALUE GET_DD_SCHEMA_OPTIONS GET_DD_TABLESPACE_PRIVATE_DATA GET_DD_TABLE_PRIVATE_DATA IS_VISIBLE_DD_OBJECT REMOVE_DD_PROPERTY_KEY CONVERT_CPU_ID_MASK CONVERT_INTERVAL_TO_USER_INTERVAL",
};

/** Each name with the reason. scripts/functions.ts leaves these out of the lists of functions that only compute. */
export const ACTING: ReadonlyMap<string, string> = new Map(
  Object.entries(REASONS).flatMap(([reason, names]) => names.split(" ").map((name) => [name, reason] as const)),
);
