/** What the code of one layer may know. Everything that is not named here is refused. */
export interface Layer {
  /** Other layers, or single files of them where the rest is to stay unknown. */
  readonly imports: readonly string[];
  /** npm packages. */
  readonly packages?: readonly string[];
  /** Node's modules and its `process`, `Buffer` and `console`: only the edges do I/O. */
  readonly node?: true;
}

/**
 * Every layer by the folder or file below `src/` that is it; a file belongs to the longest name
 * that fits. From the lowest to the highest: a layer imports only what stands above it here, so
 * there are no rings.
 */
export const LAYERS: Readonly<Record<string, Layer>> = {
  base: { imports: [] },
  files: { imports: ["base"], node: true },
  // What references mean: rules alone.
  references: { imports: ["base"] },
  record: { imports: ["base", "references"] },
  config: { imports: ["base"] },
  "config/project-file.ts": { imports: ["base", "files", "config"], node: true },
  component: { imports: ["base", "config"] },
  eviction: { imports: ["base", "record", "config"] },
  indexing: { imports: ["base", "record"] },
  storage: { imports: ["base", "record", "eviction/eviction-strategy.ts", "indexing/record-id.ts", "indexing/layers/renumbering.ts"] },
  // Loads the package when the first pattern is compiled, which is synchronous: only Node's
  // `require` can.
  "query/pattern/linear-engine.ts": { imports: [], packages: ["re2js"], node: true },
  query: { imports: ["base", "references", "record", "indexing", "query/pattern/linear-engine.ts"], packages: ["re2js"] },
  // What a cache can be asked, in every thread.
  calls: { imports: ["base", "references", "record", "query"] },
  database: { imports: ["base", "record", "component"], node: true },
  "database/sqlite": { imports: ["base", "record", "database"], node: true },
  "database/postgres": { imports: ["base", "record", "database"], packages: ["pg"], node: true },
  sync: { imports: ["base", "record", "database/metadata-database.ts"] },
  // The index and residents at one revision, and the stream of what happens to them.
  state: { imports: ["base", "record", "indexing", "storage", "query", "database/metadata-database.ts", "sync/sync-sink.ts"] },
  threads: { imports: ["base", "record", "indexing", "query", "calls", "state", "database/metadata-database.ts"], node: true },
  // What subscribers of Node's channels are told: it opens nothing and writes nothing.
  "cache/statistics/cache-diagnostics.ts": { imports: ["base", "record", "sync"], node: true },
  cache: {
    imports: [
      "base",
      "references",
      "record",
      "config",
      "component",
      "eviction",
      "indexing",
      "storage",
      "query",
      "calls",
      "database/metadata-database.ts",
      "database/checkpoint-store.ts",
      "database/extraction-store.ts",
      "database/source-store.ts",
      "database/forget-tombstones.ts",
      "database/database-component.ts",
      "sync",
      "state",
      "threads",
      "cache/statistics/cache-diagnostics.ts",
    ],
  },
  // What a call, the environment and the project file mean: a folder, a name, a place for the
  // database.
  "cache/opening/worktree.ts": { imports: ["files"], node: true },
  "cache/opening/resolve-project.ts": {
    imports: ["base", "config", "config/project-file.ts", "database", "cache/opening/worktree.ts"],
    node: true,
  },
  // The one place that chooses a database for the cache.
  "cache/opening/project-database.ts": {
    imports: ["base", "database", "database/sqlite", "database/postgres", "cache/opening/resolve-project.ts"],
    node: true,
  },
  // The composition.
  "cache/opening/open-metadata-cache.ts": {
    imports: [
      "base",
      "record",
      "config",
      "component",
      "database",
      "cache",
      "cache/opening/project-database.ts",
      "cache/opening/resolve-project.ts",
    ],
    node: true,
  },
  // Whether references hold: rules over records and paths.
  check: { imports: ["base", "references", "record"] },
  extraction: { imports: ["base", "files", "record"], packages: ["ignore", "web-tree-sitter"], node: true },
  // The same for a tree on disk: what git and the project's own files say of what was found.
  "check/run": {
    imports: ["base", "files", "references", "record", "config", "config/project-file.ts", "check", "extraction"],
    node: true,
  },
  // The tree's events, and looks at what they name. It knows a cache by the calls that it needs.
  watch: { imports: ["base", "files", "record", "calls", "extraction", "sync/shared-task.ts"], node: true },
  // The context server: what a model asks of a cache, and what it is told.
  server: {
    imports: [
      "base",
      "files",
      "record",
      "config",
      "query",
      "database/metadata-database.ts",
      "sync/shared-task.ts",
      "cache",
      "cache/opening/open-metadata-cache.ts",
      "cache/opening/resolve-project.ts",
      "check",
      "extraction",
      "check/run",
      "watch",
    ],
    packages: ["@modelcontextprotocol/server"],
    node: true,
  },
  cli: {
    imports: [
      "base",
      "files",
      "references",
      "record",
      "config",
      "config/project-file.ts",
      "component",
      "eviction",
      "indexing",
      "storage",
      "query",
      "calls",
      "database",
      "database/sqlite",
      "database/postgres",
      "sync",
      "cache",
      "cache/opening/open-metadata-cache.ts",
      "cache/opening/project-database.ts",
      "cache/opening/worktree.ts",
      "cache/opening/resolve-project.ts",
      "threads",
      "check",
      "extraction",
      "check/run",
      "watch",
      "server",
    ],
    packages: ["commander"],
    node: true,
  },
  // What the package exports: lists of names, and nothing else.
  "index.ts": {
    imports: [
      "base",
      "references",
      "record",
      "config",
      "component",
      "storage",
      "query",
      "calls",
      "database",
      "database/sqlite",
      "database/postgres",
      "sync",
      "threads",
      "cache",
      "cache/statistics/cache-diagnostics.ts",
      "cache/opening/open-metadata-cache.ts",
    ],
  },
  "extraction.ts": { imports: ["base", "record", "calls", "extraction", "watch"] },
  "worker.ts": { imports: ["base", "references", "record", "query", "calls", "threads"] },
};

/**
 * The trees of the repository, and which others the code of each may import: its own, and what is
 * named here. What several of them share is in `testing`.
 */
export const TREES: Readonly<Record<string, readonly string[]>> = {
  src: [],
  testing: ["src"],
  bench: ["src", "testing"],
  consistency: ["src", "testing"],
  examples: ["src"],
  scripts: ["src"],
  // It tests the others as well.
  test: ["src", "testing", "bench", "consistency", "examples", "scripts"],
};

/** Expressions that only some files may have, with what to write instead. */
export interface Restriction {
  /**
   * `name`: read a member of it; `name.member`; `name()`; `new name`, and `new name()` only without
   * arguments.
   */
  readonly expressions: readonly string[];
  /** Files below `src/` that may; `edges` are the layers that may import Node's modules. */
  readonly allowedIn: readonly string[] | "edges";
  readonly instead: string;
}

export const RESTRICTIONS: readonly Restriction[] = [
  {
    expressions: [
      "Date.now",
      "Date()",
      "new Date()",
      "setTimeout()",
      "setInterval()",
      "setImmediate()",
      "performance",
      "AbortSignal.timeout",
    ],
    allowedIn: ["base/clock.ts"],
    instead: "take a Clock (src/base/clock.ts), so that tests can own the time",
  },
  {
    expressions: ["new Error", "new TypeError", "new RangeError"],
    allowedIn: [],
    instead: "throw a MetacacheError with a code (src/base/errors.ts)",
  },
  {
    expressions: ["process", "Buffer", "console", "fetch()"],
    allowedIn: "edges",
    instead: "only the edges do I/O: move it there, or take what is needed as an argument",
  },
];
