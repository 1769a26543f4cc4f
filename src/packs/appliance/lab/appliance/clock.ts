import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as timer } from "node:timers/promises";

const spending = new AsyncLocalStorage<{ ms: number }>();

/**
 * Does `work` and gives back what it gave and how many milliseconds of the lab's time it waited. A limit of the
 * lab's is held against that alone: the delays of a busy machine would count in it `scale` times over.
 */
export async function spentBy<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const spent = { ms: 0 };
  const value = await spending.run(spent, work);
  return { value, ms: spent.ms };
}

/** Waits `ms` of the lab's time. Infinity waits until the process ends or `signal` aborts. */
export async function pause(ms: number, scale: number, signal?: AbortSignal): Promise<void> {
  let restMs = ms / scale;
  while (restMs > 0) {
    const part = Math.min(restMs, 2 ** 30);
    await timer(part, undefined, signal ? { signal } : {});
    restMs -= part;
    const spent = spending.getStore();
    if (spent) spent.ms += part * scale;
  }
}

/** Now as Go prints it with nanoseconds: trailing zeros are dropped. */
export function goNow(): string {
  const extra = String(process.hrtime.bigint() % 1_000_000n).padStart(6, "0");
  return `${new Date().toISOString().slice(0, -1)}${extra}`.replace(/\.?0+$/, "") + "Z";
}

/** Now in whole seconds, as Go prints it. */
export function goSecond(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** Now as the database driver writes a Go time: UTC, whole seconds. */
export function sqlNow(): string {
  return new Date().toISOString().slice(0, 19).replace("T", " ");
}

/** A database time as Go's JSON shows it; fractions keep their significant digits. */
export function goTime(value: string): string {
  return `${value
    .replace(" ", "T")
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "")}Z`;
}

/** The same for a column that may be null. */
export function goTimeOrNull(value: string | null): string | null {
  return value === null ? null : goTime(value);
}
