import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/replay-seed.ts", "test/support/verify-after-each.ts"],
    pool: "forks",
    // Tests wait for databases and processes half of their time: a machine of two cores runs two files at once.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Processes and threads that tests start need not strip and compile every source anew.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), "metacache-compile-cache") },
    // Nets against a test that hangs: a loaded machine needs a tenth of it.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 120_000 } },
    reporters: [process.env["CI"] === undefined ? "default" : "dot", "./scripts/closing-line-reporter.ts"],
  },
});

export default config;
