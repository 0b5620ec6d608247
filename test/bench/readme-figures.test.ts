import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withFigures } from "../../bench/report/readme-figures.ts";
import type { Report } from "../../bench/report/report.ts";

const ROOT = join(import.meta.dirname, "../..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const report = JSON.parse(readFileSync(join(ROOT, "bench/results/benchmark.json"), "utf8")) as Report;

test("the figures of the README are those of the last whole run", () => {
  expect(withFigures(readme, report)).toBe(readme);
});

test("a run without one of the figures, and a README without a place for them, are refused", () => {
  expect(() => withFigures(readme, { ...report, rows: report.rows.filter(({ id }) => id !== "open") })).toThrow(/no figure/);
  expect(() => withFigures("# metacache", report)).toThrow(/README.md has no/);
});
