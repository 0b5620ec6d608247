import type { FileMetadata } from "../model/file-metadata.ts";
import { weighRecord } from "../model/weight.ts";
import type { RecordSink } from "./record-sink.ts";

const MAX_RECORDS = 200;
const MAX_BYTES = 4 << 20;

/** Gathers records into updates of bounded size, sent one after the other. */
export class RecordBatches {
  readonly #sink: RecordSink;
  readonly #onSent: (records: readonly FileMetadata[]) => void;
  #pending: FileMetadata[] = [];
  #bytes = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(sink: RecordSink, onSent: (records: readonly FileMetadata[]) => void) {
    this.#sink = sink;
    this.#onSent = onSent;
  }

  /** Whoever fills a batch waits until it is stored: so no more is gathered than the sink can take. */
  async add(record: FileMetadata): Promise<void> {
    this.#pending.push(record);
    this.#bytes += weighRecord(record);
    if (this.#pending.length >= MAX_RECORDS || this.#bytes >= MAX_BYTES) await this.flush();
  }

  /** Resolves when all that was added is stored; rejects with the sink's error, and from then on always. */
  async flush(): Promise<void> {
    const records = this.#pending;
    this.#pending = [];
    this.#bytes = 0;
    this.#sending = this.#sending.then(async () => {
      if (records.length === 0) return;
      await this.#sink.update(records);
      this.#onSent(records);
    });
    await this.#sending;
  }
}
