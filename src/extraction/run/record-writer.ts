import type { Fingerprint, NotedState } from "../../record/fingerprint.ts";
import { isMetacacheError, messageOf } from "../../base/errors.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { parseFileMetadata } from "../../record/parse-file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { weighRecord } from "../../record/weight.ts";
import { WrittenRecords } from "./index-report.ts";
import type { CopiedFile, FileToCopy, RecordSink } from "./record-sink.ts";

const MAX_RECORDS = 200;
const MAX_BYTES = 4 << 20;
const MAX_NOTES = 1_000;

/** A file whose record may be copied, as it was read. */
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
 * Gathers what a run found into calls of bounded size to the sink, one after the other, and counts
 * it.
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
   * Whoever fills a batch waits until it is stored: so no more is gathered than the sink can take.
   * Returns why the record cannot be stored: one that the sink would refuse would take its whole
   * batch with it.
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

  /** The record is right as it is; with `state`, as long as the file looks like that. */
  async keep(path: ProjectPath, state: string | undefined): Promise<void> {
    this.written.unchanged++;
    if (state === undefined) return;
    this.#states.push({ path, state });
    if (this.#states.length >= MAX_NOTES) await this.flush();
  }

  /** The record is right but for its time. False if the sink cannot be told so. */
  async touch({ path, digest }: Fingerprint, modifiedAt: number, state: string | undefined): Promise<boolean> {
    if (this.#sink.source === undefined) return false;
    this.#touched.push({ path, digest, modifiedAt, state });
    if (this.#touched.length >= MAX_RECORDS) await this.flush();
    return true;
  }

  /**
   * Lets the sink copy the records of files whose bytes it may know; returns those that it had, and
   * counts none of them.
   */
  async copy(read: readonly ReadFile[]): Promise<readonly CopiedFile[]> {
    const { source } = this.#sink;
    if (source === undefined || read.length === 0) return [];
    const replaced = read.flatMap(({ file, known }) => (known === undefined || known.digest === file.digest ? [] : [file.path]));
    if (replaced.length > 0) await source.keep(replaced);
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
   * Resolves when all that was added is stored; rejects with the sink's error, and from then on
   * always.
   */
  async flush(): Promise<void> {
    const [records, touched, states] = [this.#pending, this.#touched, this.#states];
    [this.#pending, this.#touched, this.#states, this.#bytes] = [[], [], [], 0];
    this.#sending = this.#sending.then(async () => {
      if (records.length > 0) {
        const replaced = records.flatMap(({ record, known }) =>
          known === undefined || known.digest === record.digest ? [] : [record.path],
        );
        if (replaced.length > 0) await this.#sink.source?.keep(replaced);
        this.#count(records, await this.#sink.update(records.map(({ record }) => record)));
        for (const { record, state } of records) if (state !== undefined) states.push({ path: record.path, state });
      }
      if (touched.length > 0) {
        await this.#sink.source?.touch(touched.map(({ path, digest, modifiedAt }) => ({ path, digest, modifiedAt })));
        this.written.changed += touched.length;
        for (const { path, state } of touched) if (state !== undefined) states.push({ path, state });
      }
      // After the records: the state of a record that is not stored would keep it from being made
      // again.
      if (states.length > 0) await this.#sink.source?.noteStates(states);
    });
    await this.#sending;
  }

  /** A record that was there already is not a change. */
  #count(records: readonly SentRecord[], answer: unknown): void {
    for (const { record, known } of records) this.written.count(record, known !== undefined);
    const changed = typeof answer === "object" && answer !== null && "changed" in answer ? answer.changed : undefined;
    if (typeof changed === "number") this.written.discount(records.length - changed);
  }
}
