import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMetadataCache, withProjectSink } from "../../src/cache/opening/open-metadata-cache.ts";
import { resolveProject } from "../../src/cache/opening/resolve-project.ts";
import { type IndexReport, indexSourceTree } from "../../src/extraction.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";
import { foreignConnection, temporaryDirectory } from "../support/temporary-database.ts";

async function indexInto(database: string, root: string): Promise<IndexReport> {
  const project = await resolveProject({ project: root, call: { database }, environment: {} });
  return withProjectSink(project, {}, (sink) => indexSourceTree(root, sink, { workers: 1 }));
}

test("what a run stores without a cache is what a cache finds, and the next run finds it unchanged", async () => {
  using tree = new TemporaryTree();
  tree.write("a.c", "int a(void) { return 1; }\n").write("b.py", "def b(): pass\n").write("gone.c", "int g(void) { return 1; }\n");
  const database = join(temporaryDirectory(), "metadata.db");
  expect(await indexInto(database, tree.root)).toMatchObject({ files: 3, added: 3, unchanged: 0, removed: 0 });

  tree.write("b.py", "def changed(): pass\n");
  unlinkSync(tree.at("gone.c"));
  expect(await indexInto(database, tree.root)).toMatchObject({ files: 2, added: 0, changed: 1, unchanged: 1, removed: 1 });

  await using cache = await openMetadataCache({ project: tree.root, database, environment: {} });
  expect(cache.paths({})).toEqual(["a.c", "b.py"]);
  expect(cache.paths({ functionName: "changed" })).toEqual(["b.py"]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
  expect(await cache.source.runs()).toMatchObject({ complete: { files: 2, skipped: 0 } });
});

test("a run without a cache makes a row again that cannot be read", async () => {
  using tree = new TemporaryTree();
  tree.write("a.c", "int a(void) { return 1; }\n").write("b.c", "int b(void) { return 1; }\n");
  const database = join(temporaryDirectory(), "metadata.db");
  await indexInto(database, tree.root);
  foreignConnection(database).exec("UPDATE file SET functions = '[{\"name\": 1}]' WHERE path = 'a.c'");
  expect(await indexInto(database, tree.root)).toMatchObject({ files: 2, unchanged: 1 });
  await using cache = await openMetadataCache({ project: tree.root, database, environment: {} });
  expect(cache.paths({ functionName: "a" })).toEqual(["a.c"]);
  expect(cache.unreadable().size).toBe(0);
});
