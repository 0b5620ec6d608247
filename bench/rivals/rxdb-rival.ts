import { createRxDatabase, type RxCollection, type RxDatabase, type RxJsonSchema } from "rxdb";
import { getRxStorageMemory } from "rxdb/plugins/storage-memory";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Rival } from "./rival.ts";

/** A record with the fields that a selector can read, as top-level fields. */
type RxRecord = FileMetadata & { readonly functionNames: readonly string[]; readonly documents: readonly string[] };

/**
 * RxDB over its memory storage, the fastest by its documentation: filled by `bulkInsert`, with an
 * index on (language, path), without dev-mode and without validation. It has no index on arrays.
 */
export class RxdbRival implements Rival {
  readonly name = "RxDB";
  readonly configuration =
    "memory storage, index (language, path), no dev-mode, no schema validation, one instance; arrays by $elemMatch, for which it has no index";
  readonly ordered = true;
  readonly memoises = true;
  readonly #database: RxDatabase;
  readonly #records: RxCollection<RxRecord>;

  private constructor(database: RxDatabase, records: RxCollection<RxRecord>) {
    this.#database = database;
    this.#records = records;
  }

  static async open(records: readonly FileMetadata[]): Promise<RxdbRival> {
    const database = await createRxDatabase({ name: "bench", storage: getRxStorageMemory(), multiInstance: false, eventReduce: false });
    const collections = await database.addCollections<{ records: RxCollection<RxRecord> }>({ records: { schema: SCHEMA } });
    for (let start = 0; start < records.length; start += BATCH) {
      const batch = records.slice(start, start + BATCH).map((record) => ({
        ...record,
        functionNames: record.functions.map(({ name }) => name),
        documents: record.headerSections.referenceDocumentation.map(({ target }) => target),
      }));
      const { error } = await collections.records.bulkInsert(batch);
      if (error.length > 0) throw new Error(`RxDB refused ${error.length} records: ${JSON.stringify(error[0])}`);
    }
    return new RxdbRival(database, collections.records);
  }

  async get(path: string): Promise<unknown> {
    return this.#records.findOne(path).exec();
  }

  async byLanguageAndFunction(language: string, functionName: string): Promise<readonly unknown[]> {
    return this.#records
      .find({ selector: { language, functionNames: { $elemMatch: { $eq: functionName } } }, sort: [{ path: "asc" }] })
      .exec();
  }

  async byReferenceDoc(target: string): Promise<readonly unknown[]> {
    return this.#records.find({ selector: { documents: { $elemMatch: { $eq: target } } }, sort: [{ path: "asc" }] }).exec();
  }

  async firstOfLanguage(language: string, limit: number): Promise<readonly unknown[]> {
    return this.#records.find({ selector: { language }, sort: [{ path: "asc" }], limit }).exec();
  }

  plain(item: unknown): unknown {
    const { functionNames: _functions, documents: _documents, ...record } = (item as { toJSON(): RxRecord }).toJSON();
    return record;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

const BATCH = 2_000;

const TEXT = { type: "string" } as const;
const NUMBER = { type: "number" } as const;
const TEXTS = { type: "array", items: { type: "string" } } as const;
const OBJECTS = { type: "array", items: { type: "object", additionalProperties: true } } as const;

const SCHEMA = {
  version: 0,
  primaryKey: "path",
  type: "object",
  properties: {
    path: { type: "string", maxLength: 100 },
    language: { type: "string", maxLength: 20 },
    headerSections: { type: "object", additionalProperties: true },
    functions: OBJECTS,
    classes: OBJECTS,
    symbols: OBJECTS,
    references: OBJECTS,
    headings: OBJECTS,
    size: NUMBER,
    modifiedAt: NUMBER,
    digest: TEXT,
    extractorVersion: TEXT,
    problems: TEXTS,
    functionNames: TEXTS,
    documents: TEXTS,
  },
  required: ["path", "language"],
  indexes: [["language", "path"]],
} as const satisfies RxJsonSchema<RxRecord>;
