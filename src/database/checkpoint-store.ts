import type { StorePosition } from "./metadata-database.ts";

/** The position of the index in a checkpoint. */
export type CheckpointPosition = Pick<StorePosition, "epoch" | "revision" | "token">;

/** Describes a checkpoint without its bytes. */
export interface CheckpointHeader {
  /** The number of the format of the bytes. */
  readonly format: number;
  /** The position of the index in the checkpoint. */
  readonly position: CheckpointPosition;
  /** How many bytes the checkpoint has. */
  readonly byteLength: number;
}

/**
 * A checkpoint that was read: exactly the bytes that were written, in memory that threads can
 * share.
 */
export interface StoredCheckpoint {
  /** The position of the index in the checkpoint. */
  readonly position: CheckpointPosition;
  /** The bytes as they were written. */
  readonly bytes: SharedArrayBuffer;
}

/**
 * A checkpoint to write. The bytes may be in shared memory. They must not change until the call
 * settles.
 */
export interface NewCheckpoint {
  /** The number of the format of the bytes. */
  readonly format: number;
  /** The position of the index. */
  readonly position: CheckpointPosition;
  /** The image of the index. */
  readonly bytes: Uint8Array;
}

/**
 * Keeps one block of bytes, the checkpoint of an index, beside the rows of a project. No call
 * raises a revision or creates a project. Reading needs no right to write.
 *
 * A checkpoint is replaced completely or not at all, even if the process dies. A damaged checkpoint
 * is not an error, and is never used in part: `read` returns `undefined`, because the rows are
 * there. Reading does not check if the position is on the history of the rows. To know that, call
 * `readChanges` from the position.
 */
export interface CheckpointStore {
  /**
   * Returns the header of the checkpoint, or `undefined` if there is none or the header is damaged.
   * Costs one row.
   */
  header(): Promise<CheckpointHeader | undefined>;
  /**
   * Returns the checkpoint if it has this format and is undamaged, otherwise `undefined`. Reads it
   * in one snapshot, and lets the event loop run after each part of a megabyte.
   */
  read(format: number): Promise<StoredCheckpoint | undefined>;
  /**
   * Throws what `write` throws if this user has no right to write. Call it before work that only
   * `write` has a use for. Costs one transaction, which changes nothing.
   */
  assertWritable(): Promise<void>;
  /**
   * Replaces the checkpoint. Returns false and changes nothing in these cases:
   * - `position` is not on the project's present history, or is before its horizon.
   * - The database does not have the project.
   * - There is an undamaged checkpoint of this format and history, at the same or a newer revision.
   * - Another process replaced or removed the checkpoint meanwhile, so that this one became
   *   useless.
   * - There are more bytes than `MAX_CHECKPOINT_BYTES`.
   *
   * The call takes the write lock for one megabyte at a time, so other writers can write in
   * between.
   */
  write(checkpoint: NewCheckpoint): Promise<boolean>;
  /**
   * Removes the checkpoint, and the remains of unfinished writes. If another process is writing a
   * checkpoint, its call returns false.
   */
  remove(): Promise<void>;
}

/** The index of ten million files needs less. */
export const MAX_CHECKPOINT_BYTES: number = 1 << 30;
