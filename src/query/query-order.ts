import { assert } from "../base/assert.ts";
import type { IndexManager } from "../indexing/index-manager.ts";
import type { RecordId } from "../indexing/record-id.ts";
import { comparePaths } from "../record/project-path.ts";
import type { CursorKey } from "./cursor.ts";
import type { OrderField } from "./metadata-query.ts";

/** The total order of an answer: by a field, equal values by path; the same in every process. */
export class QueryOrder {
  readonly #index: IndexManager;
  readonly #valueOf: (id: RecordId) => string | number;
  readonly #sign: 1 | -1;
  readonly compare: (a: RecordId, b: RecordId) => number;

  constructor(index: IndexManager, field: OrderField, descending: boolean) {
    this.#index = index;
    this.#valueOf = valueOf(index, field);
    this.#sign = descending ? -1 : 1;
    this.compare =
      field === "path"
        ? (a, b) => this.#sign * index.comparePathsOf(a, b)
        : (a, b) => this.#compareTo(a, this.#valueOf(b), index.pathOf(b));
  }

  keyOf(id: RecordId): CursorKey {
    return { value: this.#valueOf(id), path: this.#index.pathOf(id) };
  }

  isAfter(id: RecordId, { value, path }: CursorKey): boolean {
    return this.#compareTo(id, value, path) > 0;
  }

  #compareTo(id: RecordId, value: string | number, path: string): number {
    const own = this.#valueOf(id);
    if (own !== value) return own < value ? -this.#sign : this.#sign;
    return this.#sign * comparePaths(this.#index.pathOf(id), path);
  }
}

function valueOf(index: IndexManager, field: OrderField): (id: RecordId) => string | number {
  switch (field) {
    case "path":
      return (id) => index.pathOf(id);
    case "size":
      return (id) => index.sizeOf(id);
    case "modifiedAt":
      return (id) => index.modifiedAtOf(id);
    case "language": {
      // The frequent first: one or two tests tell most records' language, without reading their terms.
      const byCount = [...index.termsWithCounts("language")].sort((a, b) => b[1] - a[1]);
      const postings = byCount.map(([term]) => ({ term, posting: index.posting("language", term) }));
      return (id) => {
        const found = postings.find(({ posting }) => posting?.has(id) === true);
        assert(found !== undefined, "a record has a language");
        return found.term;
      };
    }
  }
}
