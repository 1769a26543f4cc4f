/** What the appliance calls its things, for the screen. */
import type { SiteWords } from "../../../ui/words.ts";

export const WORDS: SiteWords = {
  target: "VM",
  targets: "VMs",
  list: "the appliance's database",
  sources: "database, daemon, CloudStack and process table",
  world: "the database, the daemon and CloudStack",
  record: "context",
  place: "vCenter",
};
