import type { QueryEngine } from "../query/query-engine.ts";
import { prepareOrphans } from "../query/references/orphan-documents.ts";
import { prepareReferences } from "../query/references/prepared-references.ts";
import type { RecordOf } from "../query/references/references-page.ts";
import type {
  AnswerState,
  DanglingAnswer,
  OrphansAnswer,
  OrphansQuery,
  ReferencesAnswer,
  ReferencesQuery,
} from "../query/references/references-query.ts";
import type { ReadOptions } from "./cache-calls.ts";
import { NO_OPTIONS } from "./call-options.ts";
import type { ProvedAnswer } from "./tree-freshness.ts";

/** Makes an answer of the index, and of records. It is right if `recordOf` has returned every record that it was asked for. */
export type Make<T> = (engine: QueryEngine, recordOf: RecordOf) => T;

/** A question about references: how it is asked in another thread, and how it is checked. `prepare` throws `E_QUERY`. */
export interface ReferenceQuestion<T> {
  readonly method: "references" | "danglingReferences" | "orphanDocuments";
  readonly args: readonly unknown[];
  readonly prepare: () => Make<T>;
}

/** What a cache says of references, in every thread. */
export abstract class ReferenceCalls {
  /**
   * Who refers to a document or another file (`target`, `path`), or with `direction: "out"` what it refers to, to `depth` steps: in tagged headers, comments and links, each
   * resolved against the paths of the answer's revision. The index alone answers, at the cost of two searches for each file on the way. `places` read the records of the page,
   * and a section in `target` those that refer to the target.
   *
   * Throws `E_QUERY` with every problem of the query; `E_ARGUMENT` for wrong options; `E_DATABASE_UNAVAILABLE`.
   */
  async references(query: ReferencesQuery, options: ReadOptions = NO_OPTIONS): Promise<ReferencesAnswer & ProvedAnswer> {
    const prepare = (): Make<Omit<ReferencesAnswer, keyof AnswerState>> => {
      const prepared = prepareReferences(query);
      return (engine, recordOf) => engine.references(prepared, recordOf);
    };
    return this.askReferences({ method: "references", args: [query], prepare }, options);
  }

  /**
   * Every reference that means nothing that exists, with why, and which files have its name. The index knows which files have one, at the cost of a look-up or two for each
   * reference of the project; their records say where. A name without a slash counts in links alone. Throws `E_ARGUMENT` and `E_DATABASE_UNAVAILABLE` like `references`.
   */
  async danglingReferences(options: ReadOptions = NO_OPTIONS): Promise<DanglingAnswer & ProvedAnswer> {
    return this.askReferences({ method: "danglingReferences", args: [], prepare: () => MAKE_DANGLING }, options);
  }

  /**
   * The documents (Markdown, reStructuredText, AsciiDoc) that no way of references from the roots reaches. The index alone answers, at the cost of a look-up or two for each
   * reference on the way. Throws like `references`, and `E_QUERY` for a root that does not exist.
   */
  async orphanDocuments(query: OrphansQuery = NO_QUERY, options: ReadOptions = NO_OPTIONS): Promise<OrphansAnswer & ProvedAnswer> {
    const prepare = (): Make<Omit<OrphansAnswer, keyof AnswerState>> => {
      const roots = prepareOrphans(query);
      return (engine) => engine.orphanDocuments(roots);
    };
    return this.askReferences({ method: "orphanDocuments", args: [query], prepare }, options);
  }

  /** @internal */
  protected abstract askReferences<T extends object>(
    question: ReferenceQuestion<T>,
    options: ReadOptions,
  ): Promise<T & AnswerState & ProvedAnswer>;
}

const MAKE_DANGLING: Make<Omit<DanglingAnswer, keyof AnswerState>> = (engine, recordOf) => engine.danglingReferences(recordOf);
const NO_QUERY: OrphansQuery = Object.freeze({});
