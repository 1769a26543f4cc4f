/** The bodies of answers as schemas: types, OpenAPI and the tests are made from them. */
import * as z from "zod";
import { receiptSchema } from "../engine/receipt-schema.ts";
import { id } from "../runbooks/field-schema.ts";

/** Every error of the endpoint itself. */
export const problem = z.strictObject({ error: z.string(), request: z.string() });

const target = z.strictObject({ key: z.string(), label: z.string() });
const standing = z.enum(["queued", "running", "paused", "left-in-the-middle", "closed"]);

export const runList = z.strictObject({
  version: z.literal(2),
  runs: z.array(
    z.strictObject({
      run_id: z.string(),
      runbook: z.string(),
      created: z.string(),
      status: standing,
      in_doubt: z.boolean(),
      targets: z.array(target),
    }),
  ),
});

const step = z.strictObject({
  step: z.string(),
  item: z.string(),
  title: z.string(),
  does: z.enum(["read", "change", "gate"]),
  status: z.string(),
  mark: z.string().nullable(),
  /** How the mark is known: seen, said, or concluded. */
  basis: z.enum(["observation", "statement", "inference"]),
  says: z.string(),
});

export const runState = z.strictObject({
  version: z.literal(2),
  run_id: z.string(),
  status: standing,
  /** null while it waits for its turn. */
  runbook: z.string().nullable(),
  seq: z.int(),
  exit: z.int().nullable(),
  says: z.string(),
  next: z.string().nullable(),
  targets: z.array(
    z.strictObject({
      key: z.string(),
      label: z.string(),
      status: z.string(),
      says: z.string(),
      phases: z.array(
        z.strictObject({ phase: z.string(), title: z.string(), status: z.string(), steps: z.array(step) }),
      ),
    }),
  ),
  /** What a boss asks, with the events that each sentence rests on; null while the run waits for its turn. */
  receipt: receiptSchema.nullable(),
});

const part = z.strictObject({ well: z.boolean(), says: z.string() });

/** `says` is empty for callers without the token: an error may name hosts. */
export const health = (parts: readonly string[]) =>
  z.strictObject({
    well: z.boolean(),
    ...Object.fromEntries(parts.map((name) => [name, part])),
    /** The databases and HTTP services that the site names, by their names; a place of their own, for any name is one. */
    connections: z.record(z.string(), part).optional(),
  });

const time = z.iso.datetime({ offset: true });

/** What is asked of `POST /api/v1/runs`. */
export const order = z.strictObject({
  runbook: id,
  target: z.string().min(1).max(1000).describe("the name or the key of one target of the runbook"),
  inputs: z
    .record(z.string().max(100), z.union([z.string().max(1000), z.number()]))
    .default({})
    .describe("inputs of the runbook that its standing grant lets callers say"),
});

const about = { runbook: z.string(), target: z.strictObject({ key: z.string(), label: z.string() }) };

export const orderDone = z.strictObject({
  success: z.literal(true),
  message: z.string(),
  ...about,
  run_id: z.string(),
  timestamp: time,
});

/** `target` as the caller named it. `run_id` and `next` only where there is a run to go on with. */
export const orderFailure = z.strictObject({
  success: z.literal(false),
  error: z.string(),
  runbook: z.string(),
  target: z.string(),
  run_id: z.string().optional(),
  next: z.string().optional(),
});
