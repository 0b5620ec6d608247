import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, temporaryDirectory } from "../support/temporary-database.ts";

test("references that another program writes by plain SQL count like those of this package", async () => {
  const file = join(temporaryDirectory(), "metadata.db");
  const cache = await openMetadataCache({ project: "p", database: file, environment: {} });
  onTestFinished(() => cache.shutdown());
  await cache.update([recordOf({ path: "docs/D.md", language: "markdown" }), recordOf({ path: "a.c" }), recordOf({ path: "b.c" })]);
  const sql = foreignConnection(file);
  const header = `{"intent":"","designPrinciples":[],"constraints":[],"referenceDocumentation":[{"target":"docs\\\\D.md","line":2}],"changeHistory":[]}`;
  sql.exec(`UPDATE file SET header_sections = '${header}' WHERE path = 'a.c'`);
  sql.exec(`UPDATE file SET file_references = '[{"target":"./docs/D.md","form":"comment","line":7,"column":4}]' WHERE path = 'b.c'`);
  const { items } = await cache.references({ target: "docs/D.md", places: true }, { consistency: "latest" });
  expect(items.map(({ path, forms, places }) => [path, forms, places?.map(({ line }) => line)])).toEqual([
    ["a.c", ["header"], [2]],
    ["b.c", ["comment"], [7]],
  ]);
});
