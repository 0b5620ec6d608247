import {
  type CheckpointHeader,
  type CheckpointStore,
  MAX_CHECKPOINT_BYTES,
  type NewCheckpoint,
  type StoredCheckpoint,
} from "../../checkpoint-store.ts";
import type { ProjectState } from "../../shared/project-state.ts";
import { CheckpointDraft, damageOf, type FoundCheckpoint, isAsNew, isWanted, plainHeader } from "../../shared/sealed-checkpoint.ts";
import * as rows from "../checkpoint-rows.ts";
import type { Snapshot } from "../file/snapshot.ts";
import { readProject } from "../project-rows.ts";
import type { SqliteConnection } from "../file/sqlite-connection.ts";
import type { ReadDuration, SqliteFile } from "../file/sqlite-file.ts";

/** The write lock is held for a few milliseconds. */
const PARTS_PER_SWEEP = 4;

/**
 * One transaction of a write. Returns the next transaction, or `undefined` after the last. May run
 * again if its commit fails.
 */
type Step = (connection: SqliteConnection) => Step | undefined;

/** The checkpoint of one project in an SQLite file. */
export class SqliteCheckpointStore implements CheckpointStore {
  readonly #project: string;
  readonly #file: SqliteFile;

  constructor(project: string, file: SqliteFile) {
    this.#project = project;
    this.#file = file;
  }

  header(): Promise<CheckpointHeader | undefined> {
    return this.#inSnapshot("moment", async (snapshot, project) => {
      try {
        return plainHeader(snapshot.read((connection) => rows.readHeader(connection, project)));
      } catch (error) {
        damageOf(error);
        return undefined;
      }
    });
  }

  async read(format: number): Promise<StoredCheckpoint | undefined> {
    return (await this.#find(format))?.whole;
  }

  assertWritable(): Promise<void> {
    return this.#file.write(rows.tryToWrite);
  }

  async write(checkpoint: NewCheckpoint): Promise<boolean> {
    const draft = new CheckpointDraft(checkpoint);
    if (draft.header.byteLength > MAX_CHECKPOINT_BYTES) return false;
    await this.#removeDamaged(draft.header);
    let isPublished = false;
    const addPart = (number: number): Step =>
      number === draft.parts
        ? publish
        : (connection) => (rows.addPart(connection, this.#readProject(connection).id, draft, number) ? addPart(number + 1) : this.#sweep);
    const begin: Step = (connection) => {
      const state = this.#readProject(connection);
      if (!this.#isWanted(connection, state, draft)) return this.#sweep(connection);
      rows.beginDraft(connection, state.id, draft);
      return addPart(0);
    };
    const publish: Step = (connection) => {
      const state = this.#readProject(connection);
      if (this.#isWanted(connection, state, draft) && rows.publishDraft(connection, state, draft)) return sweepFormer;
      rows.deleteCheckpoint(connection, state.id, draft.id);
      return this.#sweep;
    };
    const sweepFormer: Step = (connection) => this.#sweep(connection);
    try {
      await this.#inTurns(begin, (next) => (isPublished ||= next === sweepFormer));
    } catch (error) {
      // The next write removes what is left of the former checkpoint.
      if (!isPublished) throw error;
    }
    return isPublished;
  }

  remove(): Promise<void> {
    return this.#inTurns((connection) => {
      rows.deleteCheckpoints(connection, this.#readProject(connection).id);
      return this.#sweep;
    });
  }

  readonly #sweep: Step = (connection) =>
    rows.sweepParts(connection, this.#readProject(connection).id, PARTS_PER_SWEEP) ? this.#sweep : undefined;

  #isWanted(connection: SqliteConnection, state: ProjectState, { header }: CheckpointDraft): boolean {
    return isWanted(rows.checkHeader(connection, state, header), state, rows.readKeptHeader(connection, state));
  }

  /** Removes a damaged checkpoint. Otherwise it would keep out a new one that is not newer. */
  async #removeDamaged(offered: CheckpointHeader): Promise<void> {
    const kept = await this.header();
    if (kept === undefined || !isAsNew(kept, offered)) return;
    const found = await this.#find(offered.format);
    if (found?.damage === undefined) return;
    await this.#file.write((connection) => rows.deleteCheckpoint(connection, this.#readProject(connection).id, found.id));
  }

  #find(format: number): Promise<FoundCheckpoint | undefined> {
    return this.#inSnapshot("turns", (snapshot, project) => rows.readCheckpoint(snapshot, project, format));
  }

  async #inSnapshot<T>(duration: ReadDuration, task: (snapshot: Snapshot, project: number) => Promise<T>): Promise<T> {
    const { snapshot, first } = await this.#file.openSnapshot((connection) => this.#readProject(connection).id, duration);
    try {
      return await task(snapshot, first);
    } finally {
      snapshot.close();
    }
  }

  async #inTurns(first: Step, onCommit: (next: Step | undefined) => void = () => undefined): Promise<void> {
    let step = first;
    await this.#file.writeInTurns(
      (connection) => step(connection),
      (next) => {
        onCommit(next);
        if (next !== undefined) step = next;
        return next !== undefined;
      },
    );
  }

  #readProject(connection: SqliteConnection): ProjectState {
    return readProject(connection, this.#file.file, this.#project);
  }
}
