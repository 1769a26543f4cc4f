/** The receipt of a run on the screen. */
import { receiptFrom, type Receipt } from "../../engine/receipt.ts";
import type { RunModel } from "../model.ts";
import type { History } from "./history.ts";

/** Made once for what the history holds: keys ask it, and so does every drawing. */
const receipts = new WeakMap<History, { readonly length: number; readonly receipt: Receipt }>();

/** The receipt of a run as far as its history goes; null before the first event. */
export function receiptIn({ history }: RunModel): Receipt | null {
  if (history.length === 0) return null;
  const entry = receipts.get(history);
  if (entry?.length === history.length) return entry.receipt;
  const receipt = receiptFrom(history.events);
  receipts.set(history, { length: history.length, receipt });
  return receipt;
}
