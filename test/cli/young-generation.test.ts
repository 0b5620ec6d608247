import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const MODULE = new URL("../../src/cli/young-generation.ts", import.meta.url).href;

/**
 * Makes V8's young generation grow, in a process of its own, and returns its greatest size in MB:
 * V8 may make it smaller again at any time.
 */
function greatestSize(before: string, options: readonly string[] = []): number {
  const program = `
    import { setImmediate } from "node:timers/promises";
    import { keepYoungGenerationSmall, sizeOfYoungGeneration } from ${JSON.stringify(MODULE)};
    ${before}
    let kept = [];
    let greatest = 0;
    for (let made = 0; made < 4_000_000; made++) {
      kept.push({ made });
      if (kept.length > 400_000) kept = [];
      if (made % 10_000 !== 0) continue;
      greatest = Math.max(greatest, sizeOfYoungGeneration());
      await setImmediate();
    }
    console.log(greatest / 1_048_576);`;
  return Number(execFileSync(process.execPath, [...options, "--input-type=module", "--eval", program], { encoding: "utf8" }));
}

test("the young generation does not grow beyond what a run needs in the process of the command", () => {
  expect(greatestSize("")).toBeGreaterThan(32);
  expect(greatestSize("keepYoungGenerationSmall();")).toBeLessThanOrEqual(32);
});

test("a size of the young generation that the user has chosen is left alone", () => {
  expect(greatestSize("keepYoungGenerationSmall();", ["--max-semi-space-size=32"])).toBeGreaterThan(32);
});
