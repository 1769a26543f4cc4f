export {
  attachLab,
  clearFaults,
  cloudstackState,
  downLab,
  dumpDatabase,
  fault,
  killProcess,
  labFolder,
  loadSnapshot,
  loadWorld,
  processStates,
  readLedger,
  setCloudstackState,
  sqlQuietly,
  startProcess,
  stayLab,
  tableColumns,
  upLab,
} from "./lab.ts";
export type { Lab, LabSite, UpOptions } from "./lab.ts";
export type { LedgerEntry } from "./ledger.ts";
export type { ApplianceSnapshot } from "./worlds/snapshot.ts";
export { worlds } from "./worlds/table.ts";
export type { LabWorld } from "./worlds/families.ts";
export { faultTable } from "./fault-table.ts";
export { NoServer } from "./servers/find.ts";
export { faultWords } from "./fault-words.ts";
export { labCommand } from "./command.ts";
