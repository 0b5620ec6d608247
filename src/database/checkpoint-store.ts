import type { StorePosition } from "./metadata-database.ts";

/** The position of the index that a checkpoint holds. */
export type CheckpointPosition = Pick<StorePosition, "epoch" | "revision" | "token">;

/** What a checkpoint is, told without reading its bytes. */
export interface CheckpointHeader {
  /** The number of the format of its bytes. */
  readonly format: number;
  /** The position of the index that it holds. */
  readonly position: CheckpointPosition;
  /** How many bytes the checkpoint has. */
  readonly byteLength: number;
}

/** A checkpoint that was read: exactly the bytes that were written, in memory that threads can share. */
export interface StoredCheckpoint {
  /** The position of the index that it holds. */
  readonly position: CheckpointPosition;
  /** The bytes as they were written. */
  readonly bytes: SharedArrayBuffer;
}

/** A checkpoint to write. The bytes must not change until the call settles; they may lie in shared memory. */
export interface NewCheckpoint {
  /** The number of the format of the bytes. */
  readonly format: number;
  /** The position of the index. */
  readonly position: CheckpointPosition;
  /** The image of the index. */
  readonly bytes: Uint8Array;
}

/**
 * Keeps one block of bytes, the checkpoint of an index, beside the rows of a project. No call draws a revision or makes a project known.
 * Reading needs no right to write.
 *
 * A checkpoint is replaced whole or not at all, whenever a process dies. A damaged one is never half used, and is no failure: `read`
 * returns `undefined`, for the rows are there. Whether the position lies on the history of the rows is not checked on reading: ask
 * `readChanges` from that position.
 */
export interface CheckpointStore {
  /** Returns the header of the checkpoint; `undefined` if there is none, or if the header is damaged. Cost: one row. */
  header(): Promise<CheckpointHeader | undefined>;
  /**
   * Returns the checkpoint if it has this format and is undamaged, otherwise `undefined`. Read in one snapshot; the event loop runs between
   * parts of a megabyte.
   */
  read(format: number): Promise<StoredCheckpoint | undefined>;
  /**
   * Replaces the checkpoint. Returns false and changes nothing if `position` is not on the project's present history or lies before its
   * horizon, if the project is not known, if an undamaged checkpoint of this format, of this history and of the same or a newer revision is
   * kept, if another process replaced or removed the checkpoint meanwhile in a way that makes this one useless, or if there are more than
   * `MAX_CHECKPOINT_BYTES`. Other writers take turns with it: it holds the write lock for a megabyte at a time.
   */
  write(checkpoint: NewCheckpoint): Promise<boolean>;
  /** Removes the checkpoint, and what unfinished writes have left. A write that is under way in another process then returns false. */
  remove(): Promise<void>;
}

/** An index of ten million files takes less. */
export const MAX_CHECKPOINT_BYTES: number = 1 << 30;
