/** The options of a run over many targets, for the command table. */
import type { OptionSpec } from "./command.ts";

/** From so many targets on a run is a batch without being told to: fewer are one incident, and are looked at together. */
export const BATCH_FROM = 9;
export const PARALLEL = 8;

export const batchOptions: Readonly<Record<string, OptionSpec>> = {
  "max-parallel": {
    takes: "N",
    says: `so many VMs may be in the middle of something at once (${PARALLEL} from ${BATCH_FROM} VMs on, else 1)`,
  },
  "max-failures": {
    takes: "N",
    says: "begin no further VM once more than N have failed (a tenth of them, at least 2)",
  },
  canary: { says: `carry the first VM to its end before the others are begun (so from ${BATCH_FROM} VMs on)` },
  "no-canary": { says: "begin all of them at once" },
  "one-page": { says: "approve all that is left on one page, once the looking is done" },
  retry: { takes: "RUN", says: "the VMs that RUN did not recover" },
};
