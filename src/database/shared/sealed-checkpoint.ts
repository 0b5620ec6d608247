import { randomInt } from "node:crypto";
import { crc32 } from "node:zlib";
import { release } from "../../base/grown.ts";
import { DatabaseUnavailableError, messageOf } from "../../base/errors.ts";
import { type CheckpointHeader, MAX_CHECKPOINT_BYTES, type NewCheckpoint, type StoredCheckpoint } from "../checkpoint-store.ts";
import type { ProjectState } from "./project-state.ts";

/**
 * How all databases store a checkpoint in rows: a header, and parts that are numbered from 0.
 *
 * The checksums form a chain. The header's checksum covers the header's text, and each part's
 * checksum continues the one before it. So one pass over the bytes proves each part, its place and
 * the whole. A part of another checkpoint does not fit.
 */
const PART_BYTES = 1 << 20;

/** A row of `checkpoint` whose checksum proves that the row is as it was written. */
export interface SealedHeader extends CheckpointHeader {
  readonly id: number;
  readonly parts: number;
  /** The checksum of the header, where the chain begins. */
  readonly headChecksum: number;
  /** The checksum of the last part, where the chain must end. */
  readonly checksum: number;
}

/** The columns that `decodeHeader` needs, in order. All are numbers except `epoch`. */
export const HEADER_COLUMNS = ["id", "format", "epoch", "revision", "token", "byte_length", "parts", "head_checksum", "checksum"] as const;

/** Returns `undefined` if any column that the checksum covers was changed after writing. */
export function decodeHeader(row: readonly unknown[]): SealedHeader | undefined {
  const [id = 0, format = 0, , revision = 0, token = 0, byteLength = 0, parts = 0, headChecksum, checksum = 0] = row.map(Number);
  const header = { format, position: { epoch: String(row[2]), revision, token }, byteLength };
  if (byteLength > MAX_CHECKPOINT_BYTES || headChecksum !== checksumOf(header, parts)) return undefined;
  return { ...header, id, parts, headChecksum, checksum };
}

/** Returns the part of the header that the interface shows. */
export function plainHeader(header: SealedHeader | undefined): CheckpointHeader | undefined {
  return header === undefined ? undefined : { format: header.format, position: header.position, byteLength: header.byteLength };
}

function checksumOf({ format, position: { epoch, revision, token }, byteLength }: CheckpointHeader, parts: number): number {
  return crc32(JSON.stringify([format, epoch, revision, token, byteLength, parts]));
}

/**
 * A checkpoint that is being written. Its id is random, so that two drafts never share one, even
 * after a backup was restored.
 */
export class CheckpointDraft {
  readonly id: number = randomInt(1, 2 ** 48 - 1);
  readonly header: CheckpointHeader;
  readonly parts: number;
  readonly #bytes: Uint8Array;
  readonly #headChecksum: number;
  readonly #checksums: number[] = [];

  constructor({ format, position: { epoch, revision, token }, bytes }: NewCheckpoint) {
    this.header = { format, position: { epoch, revision, token }, byteLength: bytes.byteLength };
    this.parts = Math.ceil(bytes.byteLength / PART_BYTES);
    this.#bytes = bytes;
    this.#headChecksum = checksumOf(this.header, this.parts);
  }

  /**
   * The values of `HEADER_COLUMNS` while the parts are being written. The last checksum is 0,
   * because it is not known yet.
   */
  get values(): (string | number)[] {
    const { format, position, byteLength } = this.header;
    return [this.id, format, position.epoch, position.revision, position.token, byteLength, this.parts, this.#headChecksum, 0];
  }

  part(number: number): Buffer {
    const { buffer, byteOffset, byteLength } = this.#bytes.subarray(number * PART_BYTES, (number + 1) * PART_BYTES);
    return Buffer.from(buffer, byteOffset, byteLength);
  }

  /** Returns the checksum of everything up to the end of this part. Ask for the parts in order. */
  checksum(number: number): number {
    if (number < 0) return this.#headChecksum;
    return (this.#checksums[number] ??= crc32(this.part(number), this.checksum(number - 1)));
  }
}

/** A checkpoint in the database: either whole, or the reason why it cannot be used. */
export type FoundCheckpoint = { readonly id: number } & (
  | { readonly whole: StoredCheckpoint; readonly damage?: never }
  | { readonly whole?: never; readonly damage: string }
);

/** How many parts a checkpoint has, and their total bytes. */
export interface PartSizes {
  readonly count: number;
  readonly bytes: number;
}

/** A row of `checkpoint_part`: `checksum`, `bytes`. */
export type PartRow = readonly unknown[];

/**
 * Puts the parts of a checkpoint together. If the sizes show that a part is missing or wrong, it
 * takes no memory.
 */
export async function assembleCheckpoint(
  header: SealedHeader,
  sizes: PartSizes,
  readPart: (number: number) => Promise<PartRow | undefined>,
): Promise<FoundCheckpoint> {
  const { id, position, byteLength, parts } = header;
  const damaged = (damage: string): FoundCheckpoint => ({ id, damage });
  if (sizes.count !== parts) return damaged(`it has ${sizes.count} parts instead of ${parts}`);
  if (sizes.bytes !== byteLength) return damaged(`it has ${sizes.bytes} bytes instead of ${byteLength}`);
  const bytes = new SharedArrayBuffer(byteLength);
  const assembled = new Uint8Array(bytes);
  let [filled, checksum] = [0, header.headChecksum];
  for (let number = 0; number < parts; number++) {
    const [expected, content] = (await readPart(number)) ?? [];
    if (!(content instanceof Uint8Array)) return damaged(`its part ${number} is missing`);
    if (filled + content.byteLength > byteLength) return damaged(`its part ${number} is too long`);
    assembled.set(content, filled);
    checksum = crc32(assembled.subarray(filled, filled + content.byteLength), checksum);
    if (checksum !== Number(expected)) return damaged(`the checksum of its part ${number} is wrong`);
    filled += content.byteLength;
    // Otherwise the parts would stay in memory beside the copy until a garbage collection.
    if (content.byteLength === content.buffer.byteLength) release(content);
  }
  if (filled !== byteLength) return damaged(`it has ${filled} bytes instead of ${byteLength}`);
  if (checksum !== header.checksum) return damaged("its checksum is wrong");
  return { id, whole: { position, bytes } };
}

export const HEADER_DAMAGED = "its header is damaged";

/**
 * Returns the damage that a failed read of a checkpoint means. Rows that the database itself finds
 * corrupt are damage. Every other error is thrown.
 */
export function damageOf(error: unknown): string {
  if (error instanceof DatabaseUnavailableError && error.fault === "corrupt") return messageOf(error);
  throw error;
}

/** A checkpoint's header, and whether its position is on the project's present history. */
export interface CheckedHeader {
  readonly header: CheckpointHeader;
  readonly continues: boolean;
}

/** True if a new checkpoint should replace the kept one, if there is one. */
export function isWanted({ header, continues }: CheckedHeader, { id, position }: ProjectState, kept: CheckedHeader | undefined): boolean {
  const { epoch, revision } = header.position;
  if (id === 0 || epoch !== position.epoch || !continues || revision < position.horizon) return false;
  return kept?.continues !== true || !isAsNew(kept.header, header);
}

/** True if writing `offered` gains nothing over `kept`. Both must be of one history. */
export function isAsNew(kept: CheckpointHeader, offered: CheckpointHeader): boolean {
  const [one, other] = [kept.position, offered.position];
  return kept.format === offered.format && one.epoch === other.epoch && one.revision >= other.revision;
}

/**
 * Returns the new horizon if a caller asks to forget tombstones up to `revision`. The horizon never
 * moves back, never past the present revision, and never past the position of a checkpoint from
 * which readers can still start.
 */
export function nextHorizon(revision: number, { position }: ProjectState, kept: CheckedHeader | undefined): number {
  const { epoch, revision: needed } = kept?.header.position ?? { epoch: "", revision: 0 };
  // A checkpoint at revision 0 is empty: from there, the feed brings every row.
  const isUsable = kept?.continues === true && epoch === position.epoch && needed > 0;
  if (isUsable) return Math.max(position.horizon, Math.min(revision, position.revision, needed));
  return Math.max(position.horizon, Math.min(revision, position.revision));
}

/**
 * How many drafts of a project may be under way at the same time. One more draft removes the
 * oldest.
 */
export const MAX_DRAFTS = 4;
