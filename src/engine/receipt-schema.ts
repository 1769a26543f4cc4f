/** The shape of a receipt, version 2, for whoever reads it as JSON: `report --json`, the endpoint, notices. */
import * as z from "zod";
import type { Receipt } from "./receipt.ts";

const time = z.string().describe("ISO 8601, UTC");
const basis = z
  .enum(["observation", "statement", "inference"])
  .describe("seen by Handrail, said by somebody, or concluded from the journal");
const evidence = z
  .tuple([z.string()], z.string())
  .describe("ids of the journal's events that it rests on, at least one");
const claim = { message: z.string(), basis, evidence, at: time };

const end = z.strictObject({
  ...claim,
  kind: z.enum([
    "open",
    "recovered",
    "recovered-unproven",
    "nothing-changed",
    "undone",
    "undone-in-part",
    "changes-pending",
    "criteria-not-met",
    "failed",
    "refused",
    "stopped",
    "in-doubt",
    "unreachable",
  ]),
});
const criterion = z.strictObject({
  ...claim,
  kind: z.enum(["met", "met-of-nothing", "not-met", "not-seen", "not-asked"]),
  criterion: z.string(),
});
const effect = z.strictObject({
  what: z.string().describe("a table, or what was asked of the other side"),
  verb: z.string().describe("update, delete or insert for rows; empty for requests"),
  count: z.int(),
  undoable: z.enum(["yes", "in-part", "by-other-means", "no", "taken-back", "taken-back-in-part"]),
  reason: z.string(),
  steps: z.array(z.string()),
  evidence: z.array(z.string()),
});
const approval = z.strictObject({
  approval: z.string(),
  title: z.string(),
  risk: z.string(),
  page_digest: z.string(),
  steps: z.int(),
  result: z.enum(["open", "approved", "rejected", "expired"]),
  by: z.string(),
  method: z.string(),
  message: z.string(),
  at: time,
  evidence: z.string(),
});
const decision = z.strictObject({
  gate: z.string(),
  asks: z.string(),
  target: z.string().nullable(),
  choice: z.string(),
  by: z.string(),
  method: z.string(),
  note: z.string(),
  at: time,
  evidence: z.string(),
});
const settledLine = z.strictObject({
  step: z.string(),
  item: z.string(),
  target: z.string().nullable(),
  outcome: z.enum(["applied", "not-applied", "unknown"]),
  basis: z.enum(["observation", "statement"]),
  message: z.string(),
  by: z.string(),
  at: time,
  evidence: z.string(),
});

const broken = z.strictObject({
  hold: z.string().describe("id of the condition, or of the step that came undone"),
  target: z.string().nullable(),
  message: z.string().describe("what was seen"),
  at: time,
  evidence: z.string(),
  over: time.nullable().describe("when it was seen to be so again; null while it was not"),
});

const input = z.strictObject({
  name: z.string(),
  value: z.string(),
  source: z.enum(["option", "answer", "default"]),
  by: z.string().describe("who gave it; empty where the runbook itself says it"),
  at: time,
  evidence: z.string(),
});

/** A receipt. Fields are added, never changed, within a version. */
export const receiptSchema = z.strictObject({
  schema: z.literal(2),
  run_id: z.string(),
  runbook: z.strictObject({ id: z.string(), title: z.string(), digest: z.string() }),
  site: z.string(),
  lab: z.string().nullable(),
  dry: z.boolean(),
  logged: z.boolean(),
  server: z.string(),
  status: z.enum(["closed", "paused", "open"]),
  exit: z.int().nullable(),
  from: time,
  to: time,
  inputs: z.array(input).describe("what the run was told before it began"),
  targets: z.array(z.strictObject({ key: z.string(), label: z.string(), end, criteria: z.array(criterion) })),
  effect: z.strictObject({ ...claim, kind: z.enum(["none", "made", "in-doubt"]) }),
  effects: z.array(effect),
  undo: z.boolean(),
  approvals: z.array(approval),
  decisions: z.array(decision),
  settled: z.array(settledLine),
  broken: z.array(broken),
  notes: z.array(z.strictObject({ text: z.string(), by: z.string(), at: time })),
  joblog: z
    .strictObject({ rows: z.record(z.string(), z.int()), behind: z.int(), reason: z.string() })
    .nullable()
    .describe("rows of the run in the product's own log, as counted last; null where nobody counted"),
  actors: z.array(z.string()),
  open: z.array(z.string()),
}) satisfies z.ZodType<Receipt>;
