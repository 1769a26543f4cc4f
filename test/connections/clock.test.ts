import { describe, expect, it } from "vitest";
import { bootId, siteClock } from "../../src/connections/clock.ts";

describe("the site's clock", () => {
  it("divides waits by the scale and gives the time back multiplied", async () => {
    const clock = siteClock(100);
    const from = clock.monoMs();
    expect(await clock.sleep(10)).toBe(true);
    const real = clock.monoMs() - from;
    expect(real).toBeGreaterThanOrEqual(98);
    expect(clock.since(from)).toBeGreaterThanOrEqual(9.8);
  });

  it("ends a wait early when it is told to", async () => {
    const clock = siteClock(1);
    expect(await clock.sleep(60, AbortSignal.timeout(20))).toBe(false);
    expect(await clock.sleep(60, AbortSignal.abort())).toBe(false);
  });

  it("names the boot where the kernel does", () => {
    expect(bootId("/nowhere")).toBe("");
  });
});
