/** Time as the site has it: real, or faster in a lab. */
import { readFileSync } from "node:fs";
import type { ClockPort } from "../ports/clock.ts";

/** A clock whose waits are divided by `scale`. Monotonic: setting the wall clock does not move it. */
export function siteClock(scale: number): ClockPort {
  const monoMs = (): number => Math.floor(Number(process.hrtime.bigint() / 1_000n) / 1_000);
  return {
    scale,
    monoMs,
    since: (mark) => ((monoMs() - mark) / 1_000) * scale,
    sleep: (seconds, signal) => sleep((seconds / scale) * 1_000, signal),
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve(true);
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Names this boot of this host, or '' where the kernel does not say: monotonic times of two boots do not compare. */
export function bootId(file = "/proc/sys/kernel/random/boot_id"): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
