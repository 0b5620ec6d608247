import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_FILE_NAME, readProjectFile } from "../../src/config/project-file.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

test("a project without a project file has none, and neither has a root that does not exist or is a file", () => {
  const root = temporaryDirectory();
  writeFileSync(join(root, "file"), "");
  expect(readProjectFile(root)).toBeUndefined();
  expect(readProjectFile(join(root, "absent"))).toBeUndefined();
  expect(readProjectFile(join(root, "file"))).toBeUndefined();
});

test("the project file is handed out as text with its path", () => {
  const root = temporaryDirectory();
  writeFileSync(join(root, PROJECT_FILE_NAME), '{ "maxItems": 500 }');
  expect(readProjectFile(root)).toEqual({ path: join(root, PROJECT_FILE_NAME), text: '{ "maxItems": 500 }' });
});

test("a project file that is there but cannot be read is an error, not an absence", () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, PROJECT_FILE_NAME));
  expect(() => readProjectFile(root)).toThrow("cannot be read");
});
