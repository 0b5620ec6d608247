import { expect, test } from "vitest";
import type { OpenMetadataCacheOptions } from "../../src/cache/opening/open-metadata-cache.ts";
import type { CacheOptions } from "../../src/cache/cache-options.ts";
import type { ConfigSources } from "../../src/config/config-sources.ts";
import type { PostgresDatabaseOptions } from "../../src/database/postgres/open-postgres-database.ts";
import type { SqliteDatabaseOptions } from "../../src/database/sqlite/open-sqlite-database.ts";
import type { IndexOptions } from "../../src/extraction/run/index-source-tree.ts";
import type { FileMetadataInput } from "../../src/record/file-metadata.ts";
import type { ReadOptions, WaitOptions } from "../../src/calls/cache-calls.ts";
import type { MetadataQuery } from "../../src/query/metadata-query.ts";
import type { ExplainOptions } from "../../src/query/query-explanation.ts";

/** The names of the optional fields that refuse `undefined` under `exactOptionalPropertyTypes`. */
type Refusing<T> = {
  [K in keyof T]-?: Pick<T, K> extends Required<Pick<T, K>> ? never : { [P in K]: undefined } extends Pick<T, K> ? never : K;
}[keyof T];

/** Compiles only if nothing refuses. */
type Accepts<T> = [Refusing<T>] extends [never] ? true : Refusing<T>;

test("every optional field that a caller gives may be given as undefined", () => {
  // What is not `true` does not compile: the type names the field.
  const accepted: [
    Accepts<OpenMetadataCacheOptions>,
    Accepts<CacheOptions>,
    Accepts<ConfigSources>,
    Accepts<PostgresDatabaseOptions>,
    Accepts<SqliteDatabaseOptions>,
    Accepts<IndexOptions>,
    Accepts<ReadOptions>,
    Accepts<WaitOptions>,
    Accepts<ExplainOptions>,
    Accepts<MetadataQuery>,
    Accepts<FileMetadataInput>,
    Accepts<FileMetadataInput["functions"][number]>,
    Accepts<FileMetadataInput["headerSections"]["referenceDocumentation"][number]>,
  ] = [true, true, true, true, true, true, true, true, true, true, true, true, true];
  expect(accepted).not.toContain(false);
});

test("the type of the check above names a field that refuses", () => {
  const refusing: Accepts<{ readonly given?: string; readonly other?: string | undefined }> = "given";
  expect(refusing).toBe("given");
});
