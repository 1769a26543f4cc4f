import { defineConfig } from "vitest/config";
import { QUICK } from "../../vitest.config.ts";

/** The quick tests alone, for Stryker, which cannot choose among projects. */
export default defineConfig(QUICK);
