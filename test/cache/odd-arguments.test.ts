import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MetacacheError } from "../../src/base/errors.ts";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { ComponentRegistry } from "../../src/component/component-registry.ts";
import { resolveConfig } from "../../src/config/config-sources.ts";
import { parseMemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import { indexSourceTree } from "../../src/extraction/run/index-source-tree.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";
import { type AttachedCache, attachMetadataCache } from "../../src/threads/reader/attached-cache.ts";
import type { CacheHandle } from "../../src/threads/owner/cache-share.ts";
import { files, openCache } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";

/**
 * What a fault in a program, or a hostile caller, may hand over. Each is made again: some can be
 * used once.
 */
const ODD: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1.5,
  () => NaN,
  () => Infinity,
  () => 2 ** 53,
  () => 5n,
  () => "",
  () => "a.ts",
  // Not even root can make a database there.
  () => "/dev/null/absolute",
  () => "nul\0",
  () => "\ud800",
  () => "x".repeat(100_000),
  () => "é\u4e2d".repeat(100_000),
  () => "latest",
  () => Symbol("odd"),
  () => () => undefined,
  () => MetacacheError,
  () => [],
  () => [undefined],
  () => [null, 5, Symbol("odd")],
  // oxlint-disable-next-line no-sparse-arrays
  () => [, "a.ts"],
  () => Object.assign([], { length: 4_294_967_295 }),
  () => ["a.ts", ["a.ts"]],
  () => ({}),
  () => ({ path: 5 }),
  () => ({ prefix: "" }),
  () => Object.create(null) as unknown,
  () => ({ [Symbol("odd")]: 1 }),
  () => ({ toString: () => ({}), valueOf: () => ({}) }),
  () => ({
    toString() {
      throw new TypeError("no text");
    },
  }),
  () => new Set(["a.ts"]),
  () => new Map([["path", "a.ts"]]),
  () => new Date(NaN),
  () => /(?<=a)b/,
  () => Promise.resolve("a.ts"),
  () => new Uint8Array(8),
  () => new SharedArrayBuffer(8),
  () => new WeakMap(),
  () => new Proxy({}, {}),
  () => new Proxy([], {}),
  () => throwing({}),
  () => throwing([]),
  revoked,
  circular,
  () => globalThis,
];

function throwing(target: object): unknown {
  const fail = (): never => {
    throw new RangeError("the caller's own fault");
  };
  return new Proxy(target, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail });
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

function circular(): unknown {
  const value: Record<string, unknown> = { path: "a.ts" };
  value["self"] = value;
  value["functions"] = [value];
  return value;
}

/** The odd values alone, and each in every field of something that is right but for it. */
function oddFor(right: Readonly<Record<string, unknown>>): readonly (() => unknown)[] {
  const nested = Object.keys(right).flatMap((key) => ODD.map((odd) => () => ({ ...right, [key]: odd() })));
  const getters = Object.keys(right).map((key) => () => {
    const value = { ...right };
    return Object.defineProperty(value, key, {
      enumerable: true,
      get: () => {
        throw new RangeError("the caller's own fault");
      },
    });
  });
  return [...ODD, ...nested, ...getters];
}

const QUERY = {
  language: ["typescript"],
  referenceDoc: { prefix: "d" },
  functionName: "f",
  className: [{ prefix: "c" }, "d"],
  pathPattern: "a",
  pathPrefix: "a",
  orderBy: "path",
  limit: 5,
  cursor: undefined,
  select: ["path"],
};
const DOC = { intent: "", designPrinciples: [], implementationDetails: [], designDecisions: [] };
const RECORD = {
  ...recordOf({ path: "odd.ts" }),
  functions: [{ name: "f", className: "C", parameters: [], lineRange: { start: 1, end: 2 }, docSections: DOC }],
};
const queries = oddFor(QUERY);
const records = [
  ...oddFor(RECORD),
  ...ODD.map((odd) => () => [RECORD, odd()]),
  ...ODD.map((odd) => () => ({ ...RECORD, functions: [odd(), { ...RECORD.functions[0], lineRange: odd() }] })),
  ...ODD.map((odd) => () => ({
    ...RECORD,
    headerSections: { ...RECORD.headerSections, referenceDocumentation: [odd(), { target: odd(), line: odd() }] },
  })),
];
const readOptions = oddFor({ consistency: "cached", signal: undefined });
const waitOptions = oddFor({ timeoutMs: 1, signal: undefined });

type Code = MetacacheError["code"];

/** A call that resolves, or fails by one of these codes: never by a bare error. */
async function judge(call: () => unknown, codes: readonly Code[]): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof MetacacheError && codes.includes(error.code) && error.message.length < 1_000_000) return undefined;
    const code = error instanceof MetacacheError ? `${error.code}: ` : "bare: ";
    return code + String((error as Error).stack).slice(0, 600);
  }
}

async function faultsOf(values: readonly (() => unknown)[], call: (value: never) => unknown, codes: readonly Code[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, value] of values.entries()) {
    const fault = await judge(() => call(value() as never), codes);
    if (fault !== undefined) faults.push(`value ${index}: ${fault}`);
  }
  return faults;
}

interface Called {
  readonly cache: MetadataCache | AttachedCache;
}
const owner: { cache?: MetadataCache } = {};
const attached: { cache?: AttachedCache; worker?: Worker } = {};

/** Odd values that are names of files make them here. */
const folder = mkdtempSync(join(tmpdir(), "metacache-test-"));
const workingDirectory = process.cwd();

beforeAll(async () => {
  process.chdir(folder);
  owner.cache = (await openCache(files(3), { maxItems: 100 })).cache;
  attached.worker = new Worker(join(import.meta.dirname, "../threads/failing-owner.ts"));
  const [handle] = (await once(attached.worker, "message")) as [CacheHandle];
  attached.cache = await attachMetadataCache(handle);
});

afterAll(async () => {
  attached.cache?.detach();
  await attached.worker?.terminate();
  await owner.cache?.shutdown();
  process.chdir(workingDirectory);
  rmSync(folder, { recursive: true, force: true });
});

const CALLS: readonly (readonly [
  string,
  readonly (() => unknown)[],
  (cache: Called["cache"], value: never) => unknown,
  readonly Code[],
])[] = [
  ["peek", ODD, (cache, value) => cache.peek(value), ["E_PATH"]],
  ["getMetadata by path", ODD, (cache, value) => cache.getMetadata(value), ["E_PATH"]],
  ["getMetadata with options", readOptions, (cache, value) => cache.getMetadata("f0.ts", value), ["E_ARGUMENT"]],
  ["query", queries, (cache, value) => cache.query(value), ["E_QUERY"]],
  ["query with options", readOptions, (cache, value) => cache.query({}, value), ["E_ARGUMENT"]],
  ["paths", queries, (cache, value) => cache.paths(value), ["E_QUERY"]],
  ["count", queries, (cache, value) => cache.count(value), ["E_QUERY"]],
  ["update", records, (cache, value) => cache.update(value), ["E_RECORD", "E_PATH"]],
  ["remove", [...ODD, ...ODD.map((odd) => () => ["a.ts", odd()])], (cache, value) => cache.remove(value), ["E_PATH"]],
  ["waitForRevision by revision", ODD, (cache, value) => cache.waitForRevision(value, { timeoutMs: 1 }), ["E_ARGUMENT", "E_TIMEOUT"]],
  ["waitForRevision with options", waitOptions, (cache, value) => cache.waitForRevision(0, value), ["E_ARGUMENT"]],
];

test.for(CALLS)("%s answers odd values, or refuses them by code", async ([, values, call, codes]) => {
  expect(await faultsOf(values, (value) => call(owner.cache as MetadataCache, value), codes)).toEqual([]);
});

test.for(CALLS)("%s of a worker's cache answers odd values, or refuses them by code", async ([, values, call, codes]) => {
  expect(await faultsOf(values, (value) => call(attached.cache as AttachedCache, value), codes)).toEqual([]);
});

test.for<[string, readonly (() => unknown)[], (cache: MetadataCache, value: never) => unknown, readonly Code[]]>([
  ["explain", queries, (cache, value) => cache.explain(value), ["E_QUERY"]],
  ["explain with options", oddFor({ answer: "page", run: true }), (cache, value) => cache.explain({}, value), ["E_ARGUMENT"]],
  ["terms", ODD, (cache, value) => cache.terms(value), ["E_ARGUMENT"]],
  ["invalidate", ODD, (cache, value) => cache.invalidate(value), ["E_PATH"]],
])("%s answers odd values, or refuses them by code", async ([, values, call, codes]) => {
  expect(await faultsOf(values, (value) => call(owner.cache as MetadataCache, value), codes)).toEqual([]);
});

const OPENING: readonly Code[] = ["E_CONFIG", "E_SOURCE", "E_DATABASE_UNAVAILABLE"];

/** Closes what an odd value opened all the same. */
async function closing(opened: Promise<AsyncDisposable | { close(): Promise<void> }>): Promise<void> {
  const it = await opened;
  await ("close" in it ? it.close() : it[Symbol.asyncDispose]());
}

test.for<[string, readonly (() => unknown)[], (value: never) => unknown, readonly Code[]]>([
  ["parseFileMetadata", records, (value) => parseFileMetadata(value), ["E_RECORD", "E_PATH"]],
  ["parseProjectPath", ODD, (value) => parseProjectPath(value), ["E_PATH"]],
  ["parseMemoryCacheConfig", oddFor({ maxItems: 100, evictionStrategy: "lru" }), (value) => parseMemoryCacheConfig(value), ["E_CONFIG"]],
  ["resolveConfig", oddFor({ call: {}, flags: {}, environment: {}, file: undefined }), (value) => resolveConfig(value), ["E_CONFIG"]],
  [
    "openMetadataCache",
    oddFor({
      project: "p",
      database: "/dev/null/x.db",
      name: "n",
      flags: {},
      environment: {},
      logger: undefined,
      clock: undefined,
      maxItems: 100,
      onLoadProgress: undefined,
    }),
    (value) => (isEmpty(value) ? undefined : closing(openMetadataCache(value))),
    OPENING,
  ],
  [
    "openSqliteDatabase",
    oddFor({ file: "/dev/null/x.db", readOnly: true, busyTimeoutMs: 1, clock: undefined, logger: undefined }),
    (value) => closing(openSqliteDatabase(value)),
    OPENING,
  ],
  [
    "openPostgresDatabase",
    oddFor({ url: "postgres://u@127.0.0.1:1/d", timeoutMs: 1, clock: undefined, logger: undefined }),
    (value) => closing(openPostgresDatabase(value)),
    OPENING,
  ],
  ["attachMetadataCache", ODD, (value) => attachMetadataCache(value), ["E_CONFIG", "E_CLOSED"]],
  ["indexSourceTree by root", ODD, (value) => indexSourceTree(value, owner.cache as MetadataCache), ["E_CONFIG", "E_SOURCE"]],
  ["indexSourceTree by sink", ODD, (value) => indexSourceTree("/nowhere", value), ["E_CONFIG", "E_SOURCE"]],
  [
    "indexSourceTree with options",
    oddFor({ signal: undefined, onProgress: undefined, maxFileBytes: 1, budgetMs: 1, workers: 1, clock: undefined, logger: undefined }),
    (value) => indexSourceTree("/nowhere", owner.cache as MetadataCache, value),
    ["E_CONFIG", "E_SOURCE"],
  ],
  [
    "the registry's register",
    oddFor({ name: "x", dependencies: [], isInitialized: false, initialize: () => undefined, shutdown: () => undefined }),
    (value) => new ComponentRegistry(resolveConfig({})).register(value),
    ["E_COMPONENT"],
  ],
  ["the registry's getComponent", ODD, (value) => new ComponentRegistry(resolveConfig({})).getComponent(value), ["E_COMPONENT"]],
])("%s takes odd values, or refuses them by code", async ([, values, call, codes]) => {
  expect(await faultsOf(values, call, codes)).toEqual([]);
});

/** Without options, the cache of the working directory would be opened: this repository's. */
function isEmpty(value: unknown): boolean {
  try {
    return value === undefined || (typeof value === "object" && value !== null && (value as { project?: unknown }).project === undefined);
  } catch {
    return false;
  }
}

test.for(["/path/to/code", 5, null, [], () => undefined])("openMetadataCache(%s) is refused in one clear line", async (options) => {
  await expect(openMetadataCache(options as never)).rejects.toMatchObject({
    code: "E_CONFIG",
    message: expect.stringMatching(
      /^openMetadataCache: options must be an object, not [^\n]{1,60}: give \{ project: "\/path\/to\/code" \}$/,
    ) as string,
  });
});

test("a page that ends at a very long term has a cursor that goes on from there", async () => {
  const { cache } = await openCache([
    { ...recordOf({ path: "a.ts" }), language: "é".repeat(200_000) },
    { ...recordOf({ path: "b.ts" }), language: "\u4e2d".repeat(200_000) },
  ]);
  const first = await cache.query({ orderBy: "language", limit: 1, select: ["path"] });
  const second = await cache.query({ orderBy: "language", limit: 1, select: ["path"], cursor: first.nextCursor });
  expect([...first.items, ...second.items].map(({ path }) => path)).toEqual(["a.ts", "b.ts"]);
});
