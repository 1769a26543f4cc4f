/** `http`: a question to a service of the site, or one request that changes something there, with its job. */
import type { StepKind } from "../../step-kind.ts";
import { httpChange } from "./change.ts";
import { httpGet } from "./read.ts";
import { lacksService } from "./service.ts";

export const http: StepKind = {
  summary:
    "Asks an HTTP service of the site, or sends it one request; no redirect is followed, no change is sent twice.",
  reads: { get: httpGet },
  change: httpChange,
  connection: "http",
  lacks: (spec, ports) => lacksService((spec as { readonly connection?: string }).connection, ports),
};
