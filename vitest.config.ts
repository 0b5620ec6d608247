import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/replay-seed.ts", "test/support/verify-after-each.ts"],
    pool: "forks",
    // Processes and threads that tests start need not strip and compile every source anew.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), "metacache-compile-cache") },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As every timeout of a test a net: a loaded machine needs a tenth of it.
    expect: { poll: { timeout: 30_000 } },
    reporters: [process.env["CI"] === undefined ? "default" : "dot", "./scripts/closing-line-reporter.ts"],
  },
});

export default config;
