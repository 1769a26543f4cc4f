/** The options of a run over many targets, for the command table. */
import type { OptionSpec } from "./command.ts";
import { TARGET, TARGETS } from "./target.ts";

/** From so many targets on a run is a batch without being told to: fewer are one incident, and are looked at together. */
export const BATCH_FROM = 9;
export const PARALLEL = 8;

export const batchOptions: Readonly<Record<string, OptionSpec>> = {
  "max-parallel": {
    takes: "N",
    says: `so many ${TARGETS} may be in the middle of something at once (${PARALLEL} from ${BATCH_FROM} ${TARGETS} on, else 1)`,
  },
  "max-failures": {
    takes: "N",
    says: `begin no further ${TARGET} once more than N have failed (a tenth of them, at least 2)`,
  },
  canary: {
    says: `carry the first ${TARGET} to its end before the others are begun (so from ${BATCH_FROM} ${TARGETS} on)`,
  },
  "no-canary": { says: "begin all of them at once" },
  "one-page": { says: "approve all that is left on one page, once the looking is done" },
  retry: { takes: "RUN", says: `the ${TARGETS} that RUN did not recover` },
};
