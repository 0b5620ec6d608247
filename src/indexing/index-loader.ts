import type { RecordTerms } from "../record/terms.ts";
import type { Image } from "./image/image.ts";
import { ImageLayer } from "./image-layer.ts";
import { IndexManager } from "./index-manager.ts";
import { LoadRun } from "./load-run.ts";
import { mergeLayers } from "./merge-layers.ts";
import type { IndexedFields } from "./recent-records.ts";

/**
 * So many records, or so many different terms, are kept as they came before they become an image. Of the two million terms of the
 * Linux kernel, a run of 65,536 takes 80 MB less at the peak than one of 262,144 and no more time; one of 16,384 takes a tenth more time.
 */
const RECORDS_A_RUN = 131_072;
const TERMS_A_RUN = 65_536;

/** Builds an index of records that come in any order, each once. Of more records than fit a run, the runs are merged in the end (external merge sort). */
export class IndexLoader {
  readonly #recordsARun: number;
  readonly #termsARun: number;
  readonly #images: Image[] = [];
  #run = new LoadRun();

  constructor(recordsARun: number = RECORDS_A_RUN, termsARun: number = TERMS_A_RUN) {
    this.#recordsARun = recordsARun;
    this.#termsARun = termsARun;
  }

  /** Precondition, asserted in the end: no other record has this path. */
  add(fields: IndexedFields, revision: number, terms: RecordTerms): void {
    this.#run.add(fields, revision, terms);
  }

  /** Makes an image of a run that is full, in steps of about a millisecond. To be called now and then while records come. */
  *tidy(): Generator<void, void, undefined> {
    if (this.#run.size < this.#recordsARun && this.#run.terms < this.#termsARun) return;
    const full = this.#run;
    this.#run = new LoadRun();
    this.#images.push(yield* full.pack());
  }

  /** In steps of about a millisecond. */
  *finish(maxRecent?: number): Generator<void, IndexManager, undefined> {
    if (this.#run.size > 0) this.#images.push(yield* this.#run.pack());
    const [first, ...others] = this.#images;
    if (first === undefined) return new IndexManager(maxRecent);
    if (others.length === 0) return IndexManager.of(first, maxRecent);
    const { image } = yield* mergeLayers(this.#images.map((run, number) => new ImageLayer(run, number)));
    return IndexManager.of(image, maxRecent);
  }
}
