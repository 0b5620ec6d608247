import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_FILE_NAME, readProjectFile } from "../../src/config/project-file.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

test("a project without a project file has none, and neither has a root that does not exist or is a file", async () => {
  const root = temporaryDirectory();
  writeFileSync(join(root, "file"), "");
  expect(await readProjectFile(root)).toBeUndefined();
  expect(await readProjectFile(join(root, "absent"))).toBeUndefined();
  expect(await readProjectFile(join(root, "file"))).toBeUndefined();
});

test("the project file is handed out as text with its path", async () => {
  const root = temporaryDirectory();
  writeFileSync(join(root, PROJECT_FILE_NAME), '{ "maxItems": 500 }');
  expect(await readProjectFile(root)).toEqual({ path: join(root, PROJECT_FILE_NAME), text: '{ "maxItems": 500 }' });
});

test("a project file that is there but cannot be read is an error, not an absence", async () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, PROJECT_FILE_NAME));
  await expect(readProjectFile(root)).rejects.toMatchObject({ code: "E_CONFIG", message: expect.stringContaining("cannot be read") });
});
