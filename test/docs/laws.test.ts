import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const rows = readFileSync(join(ROOT, "docs/laws.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"));

test("the page of the laws has each law once, in the order of their numbers", () => {
  const numbers = rows.flatMap((row) => /^\| (\d+)\. /.exec(row)?.slice(1).map(Number) ?? []);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => at + 1));
});

test("the page of the laws names files that there are", () => {
  const files = new Set(
    ["src", "test"]
      .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }))
      .map((file) => basename(file)),
  );
  const named = rows.flatMap((row) => [...row.matchAll(/`((?!\.)[\w./-]+(?:\.ts|\/))`/g)].map(([, path = ""]) => path));
  expect(named.length).toBeGreaterThan(300);
  const isThere = (path: string): boolean =>
    path.includes("/") ? [path, `src/${path}`].some((at) => existsSync(join(ROOT, at))) : files.has(path);
  expect(named.filter((path) => !isThere(path))).toEqual([]);
});

test("the page of the laws quotes tests that there are, by a part of their names", () => {
  let above: readonly string[] = [];
  const wrong: string[] = [];
  let quotes = 0;
  for (const row of rows) {
    const cell = row.split(" | ").at(-1) ?? "";
    const own = [...cell.matchAll(/`((?:test|scripts)\/[\w./-]+\.ts)`/g)].map(([, file = ""]) => file);
    const files = cell.includes("the same") ? [...above, ...own] : own;
    if (files.length > 0) above = files;
    const texts = files.map((file) => readFileSync(join(ROOT, file), "utf8"));
    for (const [, quoted = ""] of cell.matchAll(/"([^"]+)"/g)) {
      quotes++;
      if (!texts.some((text) => text.includes(quoted))) wrong.push(`${quoted} (${files.join(", ")})`);
    }
  }
  expect(quotes).toBeGreaterThan(200);
  expect(wrong).toEqual([]);
});
