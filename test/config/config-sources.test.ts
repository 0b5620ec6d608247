import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/base/errors.ts";
import { type ConfigSources, resolveConfig } from "../../src/config/config-sources.ts";
import { parseMemoryCacheConfig } from "../../src/config/memory-cache-config.ts";

describe("the order of sources", () => {
  const file = {
    path: "metacache.json",
    text: JSON.stringify({ maxItems: 300, evictionBatchSize: 3, staleAfterSeconds: 33, database: "sqlite:file.db" }),
  };
  const environment = {
    METACACHE_MAX_ITEMS: "400",
    METACACHE_EVICTION_BATCH_SIZE: "4",
    METACACHE_DATABASE: "sqlite:env.db",
    HOME: "/root",
  };

  test("without any source, the configuration is the defaults and names no database", () => {
    expect(resolveConfig({})).toEqual({
      indexing: { maxFileBytes: 1_048_576, languages: undefined, exclude: [], tombstoneDays: 30 },
      check: { ignore: [], rules: {} },
      memoryCache: parseMemoryCacheConfig(),
      database: undefined,
      name: undefined,
      warnings: [],
    });
  });

  test("a call is stronger than the environment, that than the project file, and that than the defaults, option by option", () => {
    const { memoryCache } = resolveConfig({ call: { maxItems: 500, evictionStrategy: undefined }, environment, file });
    expect(memoryCache).toEqual(parseMemoryCacheConfig({ maxItems: 500, evictionBatchSize: 4, staleAfterSeconds: 33 }));
  });

  test("a flag is stronger than the environment", () => {
    const { memoryCache } = resolveConfig({
      flags: { maxItems: "600", evictionStrategy: "lfu", syncIntervalSeconds: undefined },
      environment,
      file,
    });
    expect(memoryCache).toEqual(
      parseMemoryCacheConfig({ maxItems: 600, evictionStrategy: "lfu", evictionBatchSize: 4, staleAfterSeconds: 33 }),
    );
  });

  test("the database says which source names it, since a relative path starts elsewhere for each", () => {
    expect(resolveConfig({ environment, file }).database).toEqual({ location: "sqlite:env.db", from: "environment" });
    expect(resolveConfig({ file }).database).toEqual({ location: "sqlite:file.db", from: "file" });
    expect(resolveConfig({ call: { database: "sqlite:call.db" }, environment, file }).database).toEqual({
      location: "sqlite:call.db",
      from: "call",
    });
  });
});

describe("the environment", () => {
  test.each(["10_000", "1e3", "", " 500", "500 ", "0x1F4", "0500", "+500", "500.0", "5,000", "five"])(
    "the text %j is no integer",
    (text) => {
      expect(problemsOf({ environment: { METACACHE_MAX_ITEMS: text } })).toEqual([
        `METACACHE_MAX_ITEMS must be an integer from 100 to 1000000 in plain digits, not ${JSON.stringify(text)}`,
      ]);
    },
  );

  test.each(["99", "-500", "0", "1000001", "9".repeat(400)])("the number %s is out of range, and the variable is named", (text) => {
    expect(problemsOf({ environment: { METACACHE_MAX_ITEMS: text } })).toEqual([
      expect.stringMatching(/^METACACHE_MAX_ITEMS must be an integer from 100 to 1000000, not /),
    ]);
  });

  test("a variable that begins with METACACHE_ and is not known is a warning, which names the one that may be meant, and never its value", () => {
    const environment = { METACACHE_MAXITEMS: "secret", METACACHE_SOMETHING_ELSE: "/", PATH: "/bin" };
    const { warnings, memoryCache } = resolveConfig({ environment });
    expect(warnings).toEqual([
      "the environment variable METACACHE_MAXITEMS is unknown and has no effect: did you mean METACACHE_MAX_ITEMS?",
      expect.stringMatching(
        /^the environment variable METACACHE_SOMETHING_ELSE is unknown and has no effect: the known ones are METACACHE_DATABASE, /,
      ),
    ]);
    expect(memoryCache.maxItems).toBe(10_000);
  });

  test("an empty database or strategy is a problem, not the default", () => {
    expect(problemsOf({ environment: { METACACHE_DATABASE: "", METACACHE_EVICTION_STRATEGY: "" } })).toEqual([
      "METACACHE_DATABASE must not be empty",
      'METACACHE_EVICTION_STRATEGY must be one of "lru", "lfu", "s3-fifo", "w-tinylfu", not ""',
    ]);
  });

  test("every integer in range is read as itself", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 1_000_000 }), (maxItems) => {
        expect(resolveConfig({ environment: { METACACHE_MAX_ITEMS: String(maxItems) } }).memoryCache.maxItems).toBe(maxItems);
      }),
    );
  });
});

describe("flags", () => {
  test("a problem names the flag as it is typed", () => {
    expect(problemsOf({ flags: { maxItems: "lots", syncIntervalSeconds: "1" } })).toEqual(
      ['an integer from 100 to 1000000 in plain digits, not "lots"', "an integer from 10 to 3600, not 1"].map(
        (problem, index) => `${index === 0 ? "--max-items" : "--sync-interval-seconds"} must be ${problem}`,
      ),
    );
  });
});

describe("the project file", () => {
  const problemsOfText = (text: string): readonly string[] => problemsOf({ file: { path: "/code/metacache.json", text } });

  test("every problem names the file and the option within it", () => {
    expect(problemsOfText('{ "maxItems": "500", "evictionStrategy": null, "maxitems": 500 }')).toEqual([
      expect.stringMatching(/^\/code\/metacache\.json: maxitems is unknown; use one of database, name, maxItems, /),
      '/code/metacache.json: maxItems must be an integer from 100 to 1000000, not "500"',
      '/code/metacache.json: evictionStrategy must be one of "lru", "lfu", "s3-fifo", "w-tinylfu", not null',
    ]);
  });

  test.each(["", "{", "maxItems: 5", "{ 'maxItems': 500 }"])("the text %j is refused as not JSON", (text) => {
    expect(problemsOfText(text)).toEqual([expect.stringMatching(/^\/code\/metacache\.json: is not JSON \(.+\)$/)]);
  });

  test.each(["null", "[]", "5", '"lru"'])("the JSON %s is refused as no object", (text) => {
    expect(problemsOfText(text)).toEqual([expect.stringMatching(/^\/code\/metacache\.json: must be an object, not /)]);
  });

  test("names that objects inherit are unknown options like others", () => {
    expect(problemsOfText('{ "__proto__": {}, "constructor": 1 }')).toEqual([
      expect.stringContaining("__proto__ is unknown"),
      expect.stringContaining("constructor is unknown"),
    ]);
  });

  test("a byte order mark at its beginning does not matter", () => {
    expect(resolveConfig({ file: { path: "metacache.json", text: '\uFEFF{ "maxItems": 500 }' } }).memoryCache.maxItems).toBe(500);
  });
});

test("one error reports the problems of all sources, overridden ones included", () => {
  const sources: ConfigSources = {
    call: { maxItems: 500, maxByte: 1 },
    environment: { METACACHE_MAX_ITEMS: "1e3" },
    file: { path: "metacache.json", text: '{ "maxItems": 1 }' },
  };
  expect(problemsOf(sources)).toEqual([
    expect.stringMatching(/^maxByte is unknown/),
    expect.stringMatching(/^METACACHE_MAX_ITEMS must be/),
    expect.stringMatching(/^metacache\.json: maxItems must be/),
  ]);
});

function problemsOf(sources: ConfigSources): readonly string[] {
  try {
    resolveConfig(sources);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  return [];
}

describe("a list", () => {
  test("is one in a call and in the file, and texts separated by commas elsewhere", () => {
    const list = ["vendor/", "*.min.js"];
    const indexing = { maxFileBytes: 5, languages: undefined, exclude: list, tombstoneDays: 30 };
    const text = JSON.stringify({ exclude: list, maxFileBytes: 5 });
    expect(resolveConfig({ file: { path: "metacache.json", text } })).toMatchObject({ indexing });
    const environment = { METACACHE_EXCLUDE: "vendor/, *.min.js", METACACHE_MAX_FILE_BYTES: "5" };
    expect(resolveConfig({ environment })).toMatchObject({ indexing });
    expect(resolveConfig({ flags: { exclude: "vendor/,*.min.js", maxFileBytes: "5" } })).toMatchObject({ indexing });
    expect(resolveConfig({ call: { languages: ["go"] } })).toMatchObject({ indexing: { languages: ["go"] } });
  });

  test("is refused if it is not one, with the place of what is wrong", () => {
    expect(problemsOf({ call: { exclude: "vendor/", languages: ["go", "", 3] } })).toEqual([
      "languages[1] must not be empty",
      "languages[2] must be a string, not 3",
      'exclude must be a list, not "vendor/"',
    ]);
    expect(problemsOf({ flags: { languages: "go,,rust" } })).toEqual(["--languages[1] must not be empty"]);
  });
});
