import Loki from "lokijs";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Rival } from "./rival.ts";

/** A record with the fields that LokiJS can search, as top-level fields. */
type LokiDocument = FileMetadata & { readonly functionNames: readonly string[]; readonly documents: readonly string[] };

/**
 * LokiJS as its documentation recommends it: a unique index on the path, a binary index on the
 * language. It has no index on arrays.
 */
export class LokiRival implements Rival {
  readonly name = "LokiJS";
  readonly configuration =
    "unique: path; indices: language; adaptive indices off while filling; no cloning, no meta; arrays by $contains, for which it has no index";
  readonly ordered = false;
  readonly #collection: Loki.Collection<LokiDocument>;

  constructor(records: readonly FileMetadata[]) {
    const database = new Loki("bench", { env: "NODEJS", adapter: new Loki.LokiMemoryAdapter() });
    this.#collection = database.addCollection<LokiDocument>("records", {
      unique: ["path"],
      indices: ["language"],
      adaptiveBinaryIndices: false,
      clone: false,
      disableMeta: true,
    });
    // LokiJS writes its own key into the documents, so it cannot take the frozen records as they
    // are.
    this.#collection.insert(
      records.map((record) => ({
        ...record,
        functionNames: record.functions.map(({ name }) => name),
        documents: record.headerSections.referenceDocumentation.map(({ target }) => target),
      })),
    );
    this.#collection.ensureAllIndexes(true);
  }

  get(path: string): unknown {
    return this.#collection.by("path", path);
  }

  byLanguageAndFunction(language: string, functionName: string): readonly unknown[] {
    return this.#collection
      .chain()
      .find({ language })
      .find({ functionNames: { $contains: functionName } })
      .data();
  }

  byReferenceDoc(target: string): readonly unknown[] {
    return this.#collection.find({ documents: { $contains: target } });
  }

  firstOfLanguage(language: string, limit: number): readonly unknown[] {
    return this.#collection.chain().find({ language }).simplesort("path").limit(limit).data();
  }

  plain(item: unknown): unknown {
    const { $loki: _key, functionNames: _functions, documents: _documents, ...record } = item as LokiDocument & { readonly $loki: number };
    return record;
  }

  close(): void {
    this.#collection.clear();
  }
}
