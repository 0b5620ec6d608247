import { randomInt } from "node:crypto";
import { crc32 } from "node:zlib";
import { DatabaseUnavailableError, messageOf } from "../../base/errors.ts";
import { type CheckpointHeader, MAX_CHECKPOINT_BYTES, type NewCheckpoint, type StoredCheckpoint } from "../checkpoint-store.ts";
import type { ProjectState } from "./project-state.ts";

/**
 * How a checkpoint lies in rows, in every database alike: a header, and parts that are numbered from 0.
 *
 * The checksums are a chain. That of the header covers the header's text, and each part's goes on from the one before it. So one pass over the
 * bytes proves each part, its place and the whole, and a part of another checkpoint does not fit.
 */
const PART_BYTES = 1 << 20;

/** A row of `checkpoint` whose checksum has shown that it says what was written. */
export interface SealedHeader extends CheckpointHeader {
  readonly id: number;
  readonly parts: number;
  /** Where the chain of checksums begins, and where it must end. */
  readonly headChecksum: number;
  readonly checksum: number;
}

/** The columns that `decodeHeader` asks for, in order. All but `epoch` are numbers. */
export const HEADER_COLUMNS = ["id", "format", "epoch", "revision", "token", "byte_length", "parts", "head_checksum", "checksum"] as const;

/** Returns `undefined` if the row was changed since it was written, in any column that counts. */
export function decodeHeader(row: readonly unknown[]): SealedHeader | undefined {
  const [id = 0, format = 0, , revision = 0, token = 0, byteLength = 0, parts = 0, headChecksum, checksum = 0] = row.map(Number);
  const header = { format, position: { epoch: String(row[2]), revision, token }, byteLength };
  if (byteLength > MAX_CHECKPOINT_BYTES || headChecksum !== checksumOf(header, parts)) return undefined;
  return { ...header, id, parts, headChecksum, checksum };
}

/** What the port shows of it. */
export function plainHeader(header: SealedHeader | undefined): CheckpointHeader | undefined {
  return header === undefined ? undefined : { format: header.format, position: header.position, byteLength: header.byteLength };
}

function checksumOf({ format, position: { epoch, revision, token }, byteLength }: CheckpointHeader, parts: number): number {
  return crc32(JSON.stringify([format, epoch, revision, token, byteLength, parts]));
}

/** A checkpoint that is being written. Its id is drawn at random: no two drafts have one, in a backup that was put back neither. */
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

  /** The values of `HEADER_COLUMNS` while its parts are being written: the last checksum is not known yet. */
  get values(): (string | number)[] {
    const { format, position, byteLength } = this.header;
    return [this.id, format, position.epoch, position.revision, position.token, byteLength, this.parts, this.#headChecksum, 0];
  }

  part(number: number): Buffer {
    const { buffer, byteOffset, byteLength } = this.#bytes.subarray(number * PART_BYTES, (number + 1) * PART_BYTES);
    return Buffer.from(buffer, byteOffset, byteLength);
  }

  /** The checksum of everything up to the end of this part. Ask for the parts in order. */
  checksum(number: number): number {
    if (number < 0) return this.#headChecksum;
    return (this.#checksums[number] ??= crc32(this.part(number), this.checksum(number - 1)));
  }
}

/** A checkpoint that was found: whole, or why it is of no use. */
export type FoundCheckpoint = { readonly id: number } & (
  | { readonly whole: StoredCheckpoint; readonly damage?: never }
  | { readonly whole?: never; readonly damage: string }
);

/** How many parts a checkpoint has, and their bytes in all. */
export interface PartSizes {
  readonly count: number;
  readonly bytes: number;
}

/** A row of `checkpoint_part`: `checksum`, `bytes`. */
export type PartRow = readonly unknown[];

/** Puts a checkpoint together. No memory is taken for one whose parts cannot be whole by their sizes. */
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
  const room = new Uint8Array(bytes);
  let [filled, checksum] = [0, header.headChecksum];
  for (let number = 0; number < parts; number++) {
    const [expected, content] = (await readPart(number)) ?? [];
    if (!(content instanceof Uint8Array)) return damaged(`its part ${number} is missing`);
    if (filled + content.byteLength > byteLength) return damaged(`its part ${number} is too long`);
    room.set(content, filled);
    checksum = crc32(room.subarray(filled, filled + content.byteLength), checksum);
    if (checksum !== Number(expected)) return damaged(`the checksum of its part ${number} is wrong`);
    filled += content.byteLength;
  }
  if (filled !== byteLength) return damaged(`it has ${filled} bytes instead of ${byteLength}`);
  if (checksum !== header.checksum) return damaged("its checksum is wrong");
  return { id, whole: { position, bytes } };
}

export const HEADER_DAMAGED = "its header is damaged";

/** What a failed read of a checkpoint's rows means: rows that the database itself finds damaged are damage, everything else is thrown. */
export function damageOf(error: unknown): string {
  if (error instanceof DatabaseUnavailableError && error.fault === "corrupt") return messageOf(error);
  throw error;
}

/** A position of a project's history, and whether it lies on the present one. */
export interface Placed {
  readonly header: CheckpointHeader;
  readonly continues: boolean;
}

/** Whether a checkpoint is to take the place of the one that is kept, if one is. */
export function isWanted({ header, continues }: Placed, { id, position }: ProjectState, kept: Placed | undefined): boolean {
  const { epoch, revision } = header.position;
  if (id === 0 || epoch !== position.epoch || !continues || revision < position.horizon) return false;
  return kept?.continues !== true || !isAsNew(kept.header, header);
}

/** Whether nothing is gained by writing `offered` while `kept` is there, if both are of one history. */
export function isAsNew(kept: CheckpointHeader, offered: CheckpointHeader): boolean {
  const [one, other] = [kept.position, offered.position];
  return kept.format === offered.format && one.epoch === other.epoch && one.revision >= other.revision;
}

/**
 * How far tombstones may be forgotten if `revision` is asked for: the horizon never goes back, never beyond the present revision, and not
 * past the position of a checkpoint that readers can still be brought up from.
 */
export function nextHorizon(revision: number, { position }: ProjectState, kept: Placed | undefined): number {
  const { epoch, revision: needed } = kept?.header.position ?? { epoch: "", revision: 0 };
  // One of revision 0 is empty: from there, the feed brings every row.
  const isUsable = kept?.continues === true && epoch === position.epoch && needed > 0;
  if (isUsable) return Math.max(position.horizon, Math.min(revision, position.revision, needed));
  return Math.max(position.horizon, Math.min(revision, position.revision));
}

/** Drafts of a project that may be under way at the same time; the one that was begun first gives way to one more. */
export const MAX_DRAFTS = 4;
