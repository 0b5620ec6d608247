import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/replay-seed.ts", "test/support/verify-after-each.ts"],
    pool: "forks",
    // Nets against a test that hangs, far above what a loaded machine needs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    reporters: [process.env["CI"] === undefined ? "default" : "dot", "./scripts/closing-line-reporter.ts"],
  },
});

export default config;
