/** What the appliance is called, and its things. Nothing else is loaded with it: the help of every command needs no more. */
import type { PackNames } from "../pack.ts";
import { WORDS } from "./board/words.ts";

export const NAMES: PackNames = {
  product: "the appliance",
  unit: "appliance",
  target: { noun: "VM", option: "vm" },
  words: WORDS,
  standing: { jobType: "test", says: "test failovers only" },
  faultExample: "cloudstack-fail-job command=revertSnapshot",
};
