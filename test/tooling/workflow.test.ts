import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const workflow = read(".github/workflows/ci.yml");

describe("the workflow for hosted CI", () => {
  test("calls the project's own CI, with the oldest Node that the package runs on and the one of the project", () => {
    const { engines } = JSON.parse(read("package.json")) as { readonly engines: { readonly node: string } };
    const [major = ""] = read(".nvmrc").split(".");
    expect(workflow).toContain(`node: ["${engines.node.replace(">=", "")}", "${major}"]`);
    expect(workflow).toContain("run: .ci/run");
  });

  test("names folders and scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: object };
    const [tests = ""] = /npm test -- (.+)/.exec(workflow) ?? [];
    expect(
      tests
        .split(" ")
        .slice(3)
        .filter((folder) => !existsSync(join(ROOT, folder))),
    ).toEqual([]);
    for (const [, script = ""] of workflow.matchAll(/npm run (\S+)/g)) expect(scripts).toHaveProperty([script]);
  });
});

test("every place that CODEOWNERS names is there", () => {
  const places = read(".github/CODEOWNERS")
    .split("\n")
    .filter((line) => line.startsWith("/"))
    .map((line) => line.split(" ")[0]?.split("*")[0] ?? "");
  expect(places.length).toBeGreaterThan(5);
  expect(places.filter((place) => !existsSync(join(ROOT, place)))).toEqual([]);
});

test("the command refuses every Node below the one that `engines` names", () => {
  const { engines } = JSON.parse(read("package.json")) as { readonly engines: { readonly node: string } };
  expect(read("bin/metacache.js")).toContain(`metacache needs Node ${engines.node.replace(">=", "")} or newer`);
});
