import { and, BTreeIndex, type Collection, createCollection, eq, inArray, queryOnce } from "@tanstack/db";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Rival } from "./rival.ts";

/** A record with the fields that a where-clause can read, as top-level fields. */
type Row = FileMetadata & { readonly functionNames: readonly string[]; readonly documents: readonly string[] };

/**
 * TanStack DB, asked by `queryOnce`, as its documentation recommends for questions that are asked
 * once: B-tree indexes on language and path. It has no index on arrays.
 */
export class TanStackRival implements Rival {
  readonly name = "TanStack DB";
  readonly configuration = "one collection, BTreeIndex on language and on path, queryOnce; arrays by inArray, for which it has no index";
  readonly ordered = true;
  readonly #collection: Collection<Row, string>;

  private constructor(collection: Collection<Row, string>) {
    this.#collection = collection;
  }

  static async open(records: readonly FileMetadata[]): Promise<TanStackRival> {
    const collection = createCollection<Row, string>({
      id: "records",
      getKey: ({ path }) => path,
      startSync: true,
      gcTime: 0,
      defaultIndexType: BTreeIndex,
      sync: {
        sync({ begin, write, commit, markReady }) {
          begin();
          for (const record of records) {
            const functionNames = record.functions.map(({ name }) => name);
            const documents = record.headerSections.referenceDocumentation.map(({ target }) => target);
            write({ type: "insert", value: { ...record, functionNames, documents } });
          }
          void commit();
          markReady();
        },
      },
    });
    await collection.preload();
    collection.createIndex(({ language }) => language);
    collection.createIndex(({ path }) => path);
    return new TanStackRival(collection);
  }

  get(path: string): unknown {
    return this.#collection.get(path);
  }

  byLanguageAndFunction(language: string, functionName: string): Promise<readonly unknown[]> {
    return queryOnce((query) =>
      query
        .from({ record: this.#collection })
        .where(({ record }) => and(eq(record.language, language), inArray(functionName, record.functionNames)))
        .orderBy(({ record }) => record.path),
    );
  }

  byReferenceDoc(target: string): Promise<readonly unknown[]> {
    return queryOnce((query) =>
      query
        .from({ record: this.#collection })
        .where(({ record }) => inArray(target, record.documents))
        .orderBy(({ record }) => record.path),
    );
  }

  firstOfLanguage(language: string, limit: number): Promise<readonly unknown[]> {
    return queryOnce((query) =>
      query
        .from({ record: this.#collection })
        .where(({ record }) => eq(record.language, language))
        .orderBy(({ record }) => record.path)
        .limit(limit),
    );
  }

  plain(item: unknown): unknown {
    const { functionNames: _functions, documents: _documents, ...record } = item as Row;
    // It adds fields of its own to its rows, with names that begin with `$`.
    return Object.fromEntries(Object.entries(record).filter(([key]) => !key.startsWith("$")));
  }

  async close(): Promise<void> {
    await this.#collection.cleanup();
  }
}
