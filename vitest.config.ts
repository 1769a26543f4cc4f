import { randomUUID } from "node:crypto";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/order.ts";

/** A limit ends a test that hangs; it says nothing of how fast a machine has to be. Milliseconds. */
const HANGS = 900_000;
/** The same where a test is thousands of small ones, or makes all packages twice. */
const HANGS_IN_SOAK = 7_200_000;
/** The same for what a test waits for. */
const patience = { timeout: 300_000, interval: 20 };

/** As the build does it: a runbook that was checked once is kept, as in the program that is shipped. */
const define = { HANDRAIL_BUILD: JSON.stringify(randomUUID()) };

const shared = {
  globalSetup: ["test/support/run.ts"],
  setupFiles: ["test/support/worker.ts"],
  testTimeout: HANGS,
  hookTimeout: HANGS,
  expect: { poll: patience },
};

/** The tests that need nothing but Node. */
export const QUICK = {
  define,
  test: {
    ...shared,
    name: "quick",
    // Ink asks for it as it is loaded: what is drawn has the colours that a terminal is sent.
    env: { FORCE_COLOR: "1" },
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    exclude: ["test/**/*.lab.test.ts", "test/**/*.soak.test.ts"],
    isolate: false,
  },
};

// A worker keeps what it has loaded from one file to the next: modules of ours hold no state of a test. Projects: `quick` needs nothing but Node; `lab` starts real MariaDB servers and daemons on loopback.
export default defineConfig({
  test: {
    // The lab tests mostly wait for servers and timers, so more of them than there are cores may wait side by side.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    reporters: ["default", "./test/support/count.ts"],
    projects: [
      QUICK,
      { define, test: { ...shared, name: "lab", include: ["test/**/*.lab.test.ts"], isolate: false } },
      {
        define,
        test: {
          ...shared,
          name: "soak",
          include: ["test/**/*.soak.test.ts"],
          testTimeout: HANGS_IN_SOAK,
          hookTimeout: HANGS_IN_SOAK,
        },
      },
    ],
  },
});
