import { join } from "node:path";
import { expect, test } from "vitest";
import { openMetadataCache, withProjectSink } from "../../src/cache/opening/open-metadata-cache.ts";
import { resolveProject } from "../../src/cache/opening/resolve-project.ts";
import { type IndexReport, indexSourceTree } from "../../src/extraction.ts";
import { DatabaseUnavailableError } from "../../src/base/errors.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";
import { files, openCache, type OpenedCache } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, temporaryDirectory } from "../support/temporary-database.ts";

const THEIRS: FileMetadata = { ...recordOf({ path: "theirs.ts", functions: ["g"], classes: ["K"] }), digest: "theirs" };

/** A cache with some records, in whose database another project has `THEIRS`. */
async function openBeside(maxItems: number): Promise<OpenedCache> {
  const opened = await openCache(files(3), { maxItems });
  await (await opened.database.openProject("q")).write([THEIRS], []);
  return opened;
}

test("copied records are read at once, by path and by every term, at the revision of the database", async () => {
  const { cache, store } = await openBeside(100);
  const copies = ["f1.ts", "new.ts"].map((path) => ({ ...THEIRS, path: path as ProjectPath, size: 5, modifiedAt: 7 }));
  expect(await cache.getMetadata("f1.ts")).toMatchObject({ functions: [{ name: "f" }] });
  const copied = await cache.source.copy([...copies, { ...THEIRS, path: "other.ts" as ProjectPath, digest: "nobody's" }]);
  expect(copied).toEqual(copies.map(({ path }) => ({ path, problems: [], isChanged: true })));
  expect(cache.revision).toBe(store.revision);
  expect(cache.paths({ functionName: "g" })).toEqual(["f1.ts", "new.ts"]);
  expect(cache.paths({ functionName: "f" })).toEqual(["f0.ts", "f2.ts"]);
  for (const copy of copies) expect(await cache.getMetadata(copy.path)).toEqual(copy);
  expect((await cache.symbols({ name: "K" })).items.map(({ path }) => path)).toEqual(["f1.ts", "new.ts"]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("a copy that finds its row there already shows it, though another process wrote it", async () => {
  const { cache, store } = await openBeside(100);
  const mine = { ...THEIRS, path: "f1.ts" as ProjectPath };
  await cache.getMetadata(mine.path);
  store.writeBehindTheCache(mine.path, mine);
  expect(await cache.source.copy([mine])).toEqual([{ path: mine.path, problems: [], isChanged: false }]);
  expect(cache.peek(mine.path)).not.toMatchObject({ digest: "0".repeat(64) });
  expect(cache.paths({ functionName: "g" })).toEqual(["f1.ts"]);
  expect(await cache.getMetadata(mine.path)).toEqual(mine);
});

test("a copy that is committed resolves, though the database cannot be read afterwards, and no read leaves it out", async () => {
  const { cache, database } = await openBeside(100);
  const mine = { ...THEIRS, path: "f1.ts" as ProjectPath };
  await cache.getMetadata(mine.path);
  database.gate = (step) =>
    step === "copy" ? Promise.resolve() : Promise.reject(new DatabaseUnavailableError("unreachable", "connection lost"));
  expect(await cache.source.copy([mine])).toHaveLength(1);
  expect(cache.peek(mine.path)).toBeUndefined();
  await expect(cache.getMetadata(mine.path)).rejects.toMatchObject({ code: "E_DATABASE_UNAVAILABLE" });
  await expect(cache.source.unreadable([mine.path])).rejects.toMatchObject({ code: "E_DATABASE_UNAVAILABLE" });
  database.gate = () => Promise.resolve();
  expect(await cache.getMetadata(mine.path)).toEqual(mine);
});

test("a copy takes effect after a large update that was called before it", async () => {
  const { cache } = await openBeside(100);
  const many = files(1_500);
  const mine = { ...THEIRS, path: "f1400.ts" as ProjectPath };
  await Promise.all([cache.update(many), cache.source.copy([mine])]);
  expect(await cache.getMetadata(mine.path)).toEqual(mine);
});

test.each(["a sink", "a cache"])("a run into %s parses files of which the database has only rows that cannot be read", async (kind) => {
  using first = new TemporaryTree();
  using second = new TemporaryTree();
  for (const tree of [first, second]) for (const name of ["a", "b"]) tree.write(`${name}.c`, `int ${name}(void) { return 1; }\n`);
  const database = join(temporaryDirectory(), "metadata.db");
  const index = async (root: string): Promise<IndexReport> => {
    const project = await resolveProject({ project: root, call: { database }, environment: {} });
    if (kind === "a sink") return withProjectSink(project, {}, (sink) => indexSourceTree(root, sink, { workers: 1 }));
    await using cache = await openMetadataCache({ project: root, database, environment: {} });
    return await indexSourceTree(root, cache, { workers: 1 });
  };
  await index(first.root);
  foreignConnection(database).exec("UPDATE file SET functions = '[{\"name\": 1}]' WHERE path = 'a.c'");
  expect(await index(second.root)).toMatchObject({ files: 2, added: 2, changed: 0, takenOver: 1, byLanguage: { c: 2 } });
  await using cache = await openMetadataCache({ project: second.root, database, environment: {} });
  expect(cache.paths({ functionName: "a" })).toEqual(["a.c"]);
  expect(cache.paths({ functionName: "b" })).toEqual(["b.c"]);
  expect(cache.unreadable().size).toBe(0);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});
