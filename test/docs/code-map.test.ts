import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const architecture = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe("the page of the architecture", () => {
  test("has every folder of the sources in its code map, and in the picture", () => {
    const [picture = ""] = /```\n[^]*?```/.exec(architecture) ?? [];
    expect(folders.filter((folder) => !architecture.includes(`\n| \`${folder}\` |`))).toEqual([]);
    expect(folders.filter((folder) => !new RegExp(String.raw`\b${folder}\b`).test(picture))).toEqual([]);
  });

  test("names files that there are", () => {
    const named = [...architecture.matchAll(/`((?:src\/)?[a-z-]+\/[\w./-]+\.ts)`/g)].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => ![path, `src/${path}`].some((at) => existsSync(join(ROOT, at))))).toEqual([]);
  });
});

test("the table of where a change belongs has every folder of the sources", () => {
  const contributing = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  const rows = contributing.split("\n").filter((line) => /\| `[^|]+ \|$/.test(line));
  expect(folders.filter((folder) => !rows.some((row) => row.includes(`\`${folder}\``)))).toEqual([]);
});
