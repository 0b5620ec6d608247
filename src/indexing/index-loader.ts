import type { RecordTerms } from "../record/terms.ts";
import type { Image } from "./image/image.ts";
import { ImageLayer } from "./layers/image-layer.ts";
import { IndexManager } from "./index-manager.ts";
import { LoadBatch } from "./load-batch.ts";
import { mergeLayers } from "./layers/merge-layers.ts";
import type { IndexedFields } from "./layers/recent-records.ts";

/**
 * A batch becomes an image at this many records, or this many different terms. With the two million
 * terms of the Linux kernel, batches of 65,536 terms take 80 MB less at the peak than batches of
 * 262,144 terms, and no more time. Batches of 16,384 terms take a tenth more time.
 */
const RECORDS_A_BATCH = 131_072;
const TERMS_A_BATCH = 65_536;

/**
 * Builds an index from records that come in any order, each once. If the records do not fit one
 * batch, the batches are merged at the end (external merge sort).
 */
export class IndexLoader {
  readonly #recordsABatch: number;
  readonly #termsABatch: number;
  readonly #images: Image[] = [];
  #batch = new LoadBatch();

  constructor(recordsABatch: number = RECORDS_A_BATCH, termsABatch: number = TERMS_A_BATCH) {
    this.#recordsABatch = recordsABatch;
    this.#termsABatch = termsABatch;
  }

  /** Precondition, asserted at the end: no other record has this path. */
  add(fields: IndexedFields, revision: number, terms: RecordTerms): void {
    this.#batch.add(fields, revision, terms);
  }

  /**
   * Makes an image of the batch if it is full, in steps of about a millisecond. Call it now and
   * then while records come.
   */
  *tidy(): Generator<void, void, undefined> {
    if (this.#batch.size < this.#recordsABatch && this.#batch.terms < this.#termsABatch) return;
    const full = this.#batch;
    this.#batch = new LoadBatch();
    this.#images.push(yield* full.pack());
  }

  /** Each step takes about a millisecond. */
  *finish(maxRecent?: number): Generator<void, IndexManager, undefined> {
    if (this.#batch.size > 0) this.#images.push(yield* this.#batch.pack());
    const [first, ...others] = this.#images;
    if (first === undefined) return new IndexManager(maxRecent);
    if (others.length === 0) return IndexManager.of(first, maxRecent);
    const { image } = yield* mergeLayers(this.#images.map((batch, number) => new ImageLayer(batch, number)));
    return IndexManager.of(image, maxRecent);
  }
}
