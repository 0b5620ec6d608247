import type { Fingerprint, NotedState } from "../../record/fingerprint.ts";
import { isMetacacheError, messageOf } from "../../base/errors.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { parseFileMetadata } from "../../record/parsing/parse-file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { weighRecord } from "../../record/weight.ts";
import { WrittenRecords } from "./index-report.ts";
import type { CopiedFile, FileToCopy, RecordSink } from "./record-sink.ts";

const MAX_RECORDS = 200;
const MAX_BYTES = 4 << 20;
const MAX_NOTES = 1_000;

/** A file that was read, and whose record may be copied. */
export interface ReadFile {
  readonly file: FileToCopy;
  readonly known: Fingerprint | undefined;
  readonly state: string | undefined;
}

interface SentRecord {
  readonly record: FileMetadata;
  readonly known: Fingerprint | undefined;
  readonly state: string | undefined;
}

interface TouchedFile {
  readonly path: ProjectPath;
  readonly digest: string;
  readonly modifiedAt: number;
  readonly state: string | undefined;
}

/**
 * Collects the results of a run into calls of bounded size to the sink, one after the other, and
 * counts them.
 */
export class RecordWriter {
  readonly written: WrittenRecords = new WrittenRecords();
  readonly #sink: RecordSink;
  #pending: SentRecord[] = [];
  #touched: TouchedFile[] = [];
  #states: NotedState[] = [];
  #bytes = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  /**
   * Adds a record to the batch. The caller that fills the batch waits until it is stored, so the
   * run never collects more than the sink can take. If the record cannot be stored, returns the
   * reason and does not add it: one bad record would make the sink refuse the whole batch.
   */
  async add(made: FileMetadata, known: Fingerprint | undefined, state: string | undefined): Promise<string | undefined> {
    let record: FileMetadata;
    try {
      record = parseFileMetadata(made);
    } catch (error) {
      if (!isMetacacheError(error)) throw error;
      return messageOf(error);
    }
    this.#pending.push({ record, known, state });
    this.#bytes += weighRecord(record);
    if (this.#pending.length >= MAX_RECORDS || this.#bytes >= MAX_BYTES) await this.flush();
    return undefined;
  }

  /**
   * Counts a record that is already right. With `state`, also notes that the record is right while
   * the file has this state.
   */
  async keep(path: ProjectPath, state: string | undefined): Promise<void> {
    this.written.unchanged++;
    if (state === undefined) return;
    this.#states.push({ path, state });
    if (this.#states.length >= MAX_NOTES) await this.flush();
  }

  /** Changes only the time of a record. Returns false if the sink cannot do that. */
  async touch({ path, digest }: Fingerprint, modifiedAt: number, state: string | undefined): Promise<boolean> {
    if (this.#sink.source === undefined) return false;
    this.#touched.push({ path, digest, modifiedAt, state });
    if (this.#touched.length >= MAX_RECORDS) await this.flush();
    return true;
  }

  /**
   * Lets the sink copy the records of files whose bytes it may know. Returns the records that the
   * sink had. Does not count them.
   */
  async copy(read: readonly ReadFile[]): Promise<readonly CopiedFile[]> {
    const { source } = this.#sink;
    if (source === undefined || read.length === 0) return [];
    await this.#keepReplaced(read.map(({ file, known }) => ({ made: file, known })));
    const copied = await source.copy(read.map(({ file }) => file));
    const states = new Map(read.map(({ file, state }) => [file.path, state]));
    for (const { path } of copied) {
      const state = states.get(path);
      if (state !== undefined) this.#states.push({ path, state });
    }
    if (this.#states.length >= MAX_NOTES) await this.flush();
    return copied;
  }

  countCopied({ isChanged, problems }: CopiedFile, { file: { path, language }, known }: ReadFile): void {
    this.written.count({ path, language, problems }, known !== undefined);
    if (!isChanged) this.written.discount(1);
  }

  /**
   * Resolves when all added records are stored. Rejects with the sink's error, and does so in every
   * later call.
   */
  async flush(): Promise<void> {
    const [records, touched, states] = [this.#pending, this.#touched, this.#states];
    [this.#pending, this.#touched, this.#states, this.#bytes] = [[], [], [], 0];
    this.#sending = this.#sending.then(async () => {
      if (records.length > 0) {
        await this.#keepReplaced(records.map(({ record, known }) => ({ made: record, known })));
        this.#count(records, await this.#sink.update(records.map(({ record }) => record)));
        for (const { record, state } of records) if (state !== undefined) states.push({ path: record.path, state });
      }
      if (touched.length > 0) {
        await this.#sink.source?.touch(touched.map(({ path, digest, modifiedAt }) => ({ path, digest, modifiedAt })));
        this.written.changed += touched.length;
        for (const { path, state } of touched) if (state !== undefined) states.push({ path, state });
      }
      // States are noted after the records. A state whose record was not stored would prevent the
      // next run from making the record.
      if (states.length > 0) await this.#sink.source?.noteStates(states);
    });
    await this.#sending;
  }

  /** Keeps what the records say that are about to be replaced by records of other bytes. */
  async #keepReplaced(
    files: readonly { readonly made: Pick<FileMetadata, "digest" | "path">; readonly known: Fingerprint | undefined }[],
  ): Promise<void> {
    const replaced = files.flatMap(({ made, known }) => (known === undefined || known.digest === made.digest ? [] : [made.path]));
    if (replaced.length > 0) await this.#sink.source?.keep(replaced);
  }

  /** A record that the sink already had is not a change. */
  #count(records: readonly SentRecord[], answer: unknown): void {
    for (const { record, known } of records) this.written.count(record, known !== undefined);
    const changed = typeof answer === "object" && answer !== null && "changed" in answer ? answer.changed : undefined;
    if (typeof changed === "number") this.written.discount(records.length - changed);
  }
}
