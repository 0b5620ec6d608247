import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { metacacheIn } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

const root = keptDirectory();

beforeAll(async () => {
  writeFileSync(join(root, "parser.py"), "def parse(): pass\n");
  await metacacheIn(root, "index");
});

test.each([
  ["parsr.py", "Nothing is known about parsr.py: the project has no such file; did you mean parser.py?\n"],
  ["nothing-like-it.go", "Nothing is known about nothing-like-it.go: the project has no such file.\n"],
])("of the unknown path %s, get says why in one sentence with one mark at its end", async (path, expected) => {
  expect((await metacacheIn(root, "get", path)).stdout).toBe(expected);
});
