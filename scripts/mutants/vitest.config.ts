import { defineConfig } from "vitest/config";
import { QUICK } from "../../vitest.config.ts";

const folder = process.env["HANDRAIL_MUTANTS_TESTS"] ?? "test";

/** The quick tests of one folder, for Stryker, which chooses neither among projects nor among folders. */
export default defineConfig({ ...QUICK, test: { ...QUICK.test, include: [`${folder}/**/*.test.{ts,tsx}`] } });
