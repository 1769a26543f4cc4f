/** Whether a raw step changes the world. */
import type { RawStep } from "./schema.ts";
import { findForm, VARIANT } from "./variants.ts";

/** Whether a raw step changes the world. */
export const isChange = (raw: RawStep): boolean => findForm(raw[VARIANT])?.does === "change";
