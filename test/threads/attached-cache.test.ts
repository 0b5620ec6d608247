import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { attachMetadataCache } from "../../src/threads/reader/attached-cache.ts";
import { type CacheUnderTest, describeMetadataCache } from "../contracts/metadata-cache-contract.ts";
import { describeReferences } from "../contracts/references-contract.ts";
import { OwnerThread } from "../support/owner-thread.ts";

const OPTIONS = { maxItems: 100, sharedBytes: 1_048_576, project: "p" };

async function newDatabase(): Promise<{ readonly file: string } & Pick<CacheUnderTest, "dispose" | "writeElsewhere">> {
  const folder = mkdtempSync(join(tmpdir(), "metacache-test-"));
  const file = join(folder, "metadata.db");
  const database = await openSqliteDatabase({ file });
  const store = await database.openProject("p");
  return {
    file,
    writeElsewhere: async (put, remove) => void (await store.write(put, remove as ProjectPath[])),
    dispose: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openOwn(): Promise<CacheUnderTest> {
  const { file, writeElsewhere, dispose } = await newDatabase();
  const cache = await openMetadataCache({ ...OPTIONS, database: file, environment: {} });
  return {
    cache,
    writeElsewhere,
    clear: async () => cache.clear(),
    shutdown: () => cache.shutdown(),
    dispose: async () => {
      await cache.shutdown();
      await dispose();
    },
  };
}

async function openAttached(): Promise<CacheUnderTest> {
  const { file, writeElsewhere, dispose } = await newDatabase();
  const owner = await OwnerThread.start({ ...OPTIONS, database: file });
  const cache = await attachMetadataCache(owner.handle);
  return {
    cache,
    writeElsewhere,
    clear: async () => void (await owner.tell("clear")),
    shutdown: async () => void (await owner.tell("shutdown")),
    dispose: async () => {
      cache.detach();
      await owner.terminate();
      await dispose();
    },
  };
}

for (const describeCache of [describeMetadataCache, describeReferences]) {
  describeCache("a cache in the thread that owns it", openOwn);
  describeCache("a cache that another thread owns", openAttached);
}
