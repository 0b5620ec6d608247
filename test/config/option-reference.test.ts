import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderOptionReference } from "../../src/config/option-reference.ts";

test("docs/configuration.md has the table of options as the program knows them", () => {
  const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
  expect(page).toContain(renderOptionReference());
});
