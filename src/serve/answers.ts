/** The bodies of answers as schemas: types, OpenAPI and the tests are made from them. */
import * as z from "zod";
import { receiptSchema } from "../engine/receipt-schema.ts";

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
  z.strictObject({ well: z.boolean(), ...Object.fromEntries(parts.map((name) => [name, part])) });
