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

/**
 * Makes an answer from the index and from records. The answer is right only if `recordOf` returned
 * every record that it was asked for.
 */
export type Make<T> = (engine: QueryEngine, recordOf: RecordOf) => T;

/**
 * A question about references, ready to be sent to another thread or to be checked. `prepare`
 * throws `E_QUERY`.
 */
export interface ReferenceQuestion<T> {
  readonly method: "references" | "danglingReferences" | "orphanDocuments";
  readonly args: readonly unknown[];
  readonly prepare: () => Make<T>;
}

/** The calls about references, the same in every thread. */
export abstract class ReferenceCalls {
  /**
   * Finds the files that refer to a document (`target`) or to another file (`path`). With
   * `direction: "out"`, finds what it refers to. Follows references for `depth` steps. References
   * are in tagged headers, comments and links. Each reference is resolved against the paths of the
   * answer's revision.
   *
   * Cost: two searches in the index for each file on the way, and no records. Two things read
   * records too: `places` reads those of the page, and a section in `target` reads those that refer
   * to the target.
   *
   * Throws `E_QUERY` with every problem of the query, `E_ARGUMENT` for wrong options, and
   * `E_DATABASE_UNAVAILABLE`.
   */
  async references(query: ReferencesQuery, options: ReadOptions = NO_OPTIONS): Promise<ReferencesAnswer & ProvedAnswer> {
    const prepare = (): Make<Omit<ReferencesAnswer, keyof AnswerState>> => {
      const prepared = prepareReferences(query);
      return (engine, recordOf) => engine.references(prepared, recordOf);
    };
    return this.askReferences({ method: "references", args: [query], prepare }, options);
  }

  /**
   * Finds every reference that means nothing that exists. Says for each one why, and which files
   * have its name. A name without a slash counts only in links.
   *
   * Cost: one or two look-ups in the index for each reference of the project, to find the files
   * that have such a reference. Then reads the records of these files, to say where it is. Throws
   * `E_ARGUMENT` and `E_DATABASE_UNAVAILABLE` like `references`.
   */
  async danglingReferences(options: ReadOptions = NO_OPTIONS): Promise<DanglingAnswer & ProvedAnswer> {
    return this.askReferences({ method: "danglingReferences", args: [], prepare: () => MAKE_DANGLING }, options);
  }

  /**
   * Finds the documents (Markdown, reStructuredText, AsciiDoc) that no way of references from the
   * roots reaches.
   *
   * Cost: one or two look-ups in the index for each reference on the way, and no records. Throws
   * like `references`, and `E_QUERY` if a root does not exist.
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
