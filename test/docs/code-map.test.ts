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

describe("the page for contributors", () => {
  const contributing = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  const rows = contributing.split("\n").filter((line) => line.startsWith("| "));

  test("has every folder of the sources in the table of where a change belongs", () => {
    const belongs = rows.filter((line) => /\| `[^|]+ \|$/.test(line));
    expect(folders.filter((folder) => !belongs.some((row) => row.includes(`\`${folder}\``)))).toEqual([]);
  });

  test("has every folder of the repository in its table of folders", () => {
    const kept = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !["coverage", "dist", "node_modules"].includes(entry.name))
      .map(({ name }) => name);
    expect(kept.filter((folder) => !rows.some((row) => row.includes(`\`${folder}\``)))).toEqual([]);
  });

  test("has every check that `npm run check` makes", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const checks = [...(scripts["check"] ?? "").matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name);
    expect(checks.length).toBeGreaterThan(8);
    expect(checks.filter((name) => !rows.some((row) => row.startsWith(`| \`npm run ${name}\` |`)))).toEqual([]);
  });

  test("names files that there are", () => {
    const named = [...contributing.matchAll(/`((?:src|test|scripts|schemas|docs|consistency)\/[\w./-]+\.[a-z]+)`/g)].map(
      ([, path = ""]) => path,
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => path !== "test/the/file.test.ts" && !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
