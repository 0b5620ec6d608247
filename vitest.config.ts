import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/replay-seed.ts", "test/support/verify-after-each.ts"],
    pool: "forks",
    testTimeout: 60_000,
    reporters: [process.env["CI"] === undefined ? "default" : "dot", "./scripts/closing-line-reporter.ts"],
  },
});

export default config;
