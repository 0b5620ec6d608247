import { assert } from "../base/assert.ts";
import type { RecordTerms } from "../record/terms.ts";
import type { Image } from "./image/image.ts";
import { ImageLayer } from "./image-layer.ts";
import { finished, IndexManager } from "./index-manager.ts";
import { mergeLayers } from "./merge-layers.ts";
import { type IndexedFields, RecentRecords } from "./recent-records.ts";

/** So many records become an image of their own: larger ones are merged quicker, smaller ones hold up nobody while they are made. */
const RECORDS_A_RUN = 1_024;
/** So many images are merged at a time. */
const MOST_RUNS = 32;

/**
 * Builds an index of records that come in any order, each once: sorted runs, merged in the end (external merge sort). Half the work is done while
 * the records come, and nothing is moved twice.
 */
export class IndexLoader {
  #recent = new RecentRecords();
  readonly #runs: Image[] = [];

  /** Precondition, asserted here or by `finish`: no other record has this path. */
  add(fields: IndexedFields, revision: number, terms: RecordTerms): void {
    assert(this.#recent.get(fields.path) === undefined, "a path that is loaded comes once");
    this.#recent.put(fields, revision, terms);
    if (this.#recent.size >= RECORDS_A_RUN) this.#endRun();
  }

  /** In steps of about a millisecond. */
  *finish(maxRecent?: number): Generator<void, IndexManager, undefined> {
    this.#endRun();
    while (this.#runs.length > 1) {
      const runs = this.#runs.splice(0, MOST_RUNS);
      const { image } = yield* mergeLayers(runs.map((run, number) => new ImageLayer(run, number)));
      this.#runs.push(image);
    }
    const [image] = this.#runs;
    return image === undefined ? new IndexManager(maxRecent) : IndexManager.of(image, maxRecent);
  }

  #endRun(): void {
    if (this.#recent.size === 0) return;
    this.#runs.push(finished(mergeLayers([this.#recent])).image);
    this.#recent = new RecentRecords();
  }
}
