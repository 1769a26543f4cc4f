import { defineConfig } from "vitest/config";

// Two projects: `quick` needs nothing but Node; `lab` starts real MariaDB servers and daemons on loopback.
export default defineConfig({
  test: {
    // The lab tests mostly wait for servers and timers, so more of them than there are cores may wait side by side.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: "quick",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: ["test/**/*.lab.test.ts", "test/**/*.soak.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "lab",
          include: ["test/**/*.lab.test.ts"],
          globalSetup: [],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: { name: "soak", include: ["test/**/*.soak.test.ts"], testTimeout: 3_600_000, hookTimeout: 120_000 },
      },
    ],
  },
});
