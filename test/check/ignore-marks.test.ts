import { expect, test } from "vitest";
import { withoutMarked } from "../../src/check/ignore-marks.ts";

test("a mark has its reason without the end of the comment, and a line made to be slow is read in linear time", () => {
  const reasonOf = (line: string): string | undefined =>
    withoutMarked({ path: "a.ts", findings: [], lines: [line], cited: new Set([1]) }).findings[0]?.problem;
  expect(reasonOf("<!-- metacache-ignore: it is made -->")).toBe("nothing on this line needs to be ignored (it is made)");
  expect(reasonOf("/* metacache-ignore: a - b * **/")).toBe("nothing on this line needs to be ignored (a - b)");
  const slow = `${"-".repeat(300_000)}x`;
  expect(reasonOf(`// metacache-ignore: ${slow}`)).toContain(slow);
});
