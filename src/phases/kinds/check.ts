/** `check`: asks nobody; its expectation is about what was read before. */
import { ok } from "../../ports/result.ts";
import type { StepKind } from "../step-kind.ts";

export const check: StepKind = {
  summary: "Compares what was read before; it asks nobody.",
  reads: {
    "": {
      fields: {},
      answer: "null",
      counterpart: null,
      outline: () => "compares what was read",
      ask: () => Promise.resolve(ok(null)),
    },
  },
  change: null,
};
