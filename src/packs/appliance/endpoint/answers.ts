/** The bodies of the answers about the cleanup of a VM. */
import * as z from "zod";

const time = z.iso.datetime({ offset: true });

export const successBody = z.strictObject({
  success: z.literal(true),
  message: z.string(),
  vm_name: z.string(),
  timestamp: time,
});

/** `run_id` and `next` only where there is a run to go on with. */
export const failureBody = z.strictObject({
  success: z.literal(false),
  error: z.string(),
  vm_name: z.string(),
  run_id: z.string().optional(),
  next: z.string().optional(),
});

export const acceptanceBody = z.strictObject({
  success: z.literal(true),
  message: z.string(),
  vm_name: z.string(),
  run_id: z.string(),
  timestamp: time,
});
