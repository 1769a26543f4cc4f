import { defineConfig } from "vitest/config";

// Two projects: `quick` needs nothing but Node; `lab` starts real MariaDB servers and daemons on loopback.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "quick",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: ["test/**/*.lab.test.ts", "test/**/*.soak.test.ts"],
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
