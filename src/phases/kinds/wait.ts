/** `wait`: a fixed time of the site's clock, shown as a countdown. */
import { ok } from "../../ports/result.ts";
import type { ReadSpec } from "../spec.ts";
import type { ReadForm, StepKind } from "../step-kind.ts";

interface WaitSpec extends ReadSpec {
  readonly kind: "wait";
  readonly seconds: number;
}

const pause: ReadForm<WaitSpec> = {
  fields: { seconds: "seconds" },
  answer: "null",
  counterpart: null,
  outline: ({ seconds }) => `waits ${seconds} s`,
  ask: async ({ seconds }, _scope, ports) => {
    await ports.clock.sleep(seconds);
    return ok(null);
  },
  waitS: ({ seconds }) => seconds,
};

export const wait: StepKind = {
  summary: "Lets a fixed time pass.",
  reads: { "": pause },
  change: null,
};
