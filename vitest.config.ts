import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    testTimeout: 60_000,
    reporters: process.env["CI"] === undefined ? ["default", "./scripts/closing-line-reporter.ts"] : ["dot", "./scripts/closing-line-reporter.ts"],
  },
});
