import type { FileMetadata } from "../file-metadata.ts";
import type { KindData, ObjectData } from "../kinds.ts";
import { RECORD } from "../shape.ts";
import { NO_ITEMS } from "./takers.ts";

/**
 * Returns the record as JSON that only the same version of this package, in the same process, can
 * read. Objects become lists of values without names, in the order of the record's shape. An empty
 * field becomes 0. This takes half the bytes and half the time of the record's own JSON.
 */
export function packRecord(record: FileMetadata): string {
  return JSON.stringify(pack(record));
}

/** Returns the record, deeply frozen. Checks nothing: pass only what `packRecord` returned. */
export function unpackRecord(packed: string): FileMetadata {
  return unpack(JSON.parse(packed)) as FileMetadata;
}

type Fields = Record<string, unknown>;

/** Returns 0 if the value is empty. */
type Packer = (value: unknown) => unknown;

/** Makes the packer for a kind. Returns `undefined` if a value of the kind is packed unchanged. */
function packerOf(kind: KindData): Packer | undefined {
  if (kind.is === "list") return listPacker(packerOf(kind.of));
  return kind.is === "object" ? objectPacker(kind) : undefined;
}

function listPacker(packItem: Packer | undefined): Packer {
  return (value) => {
    const items = value as readonly unknown[];
    if (items.length === 0) return 0;
    return packItem === undefined ? items : items.map(packItem);
  };
}

function objectPacker({ fields }: ObjectData): Packer {
  const parts = fields.map(({ key, kind, isOptional }) => ({ key, isOptional, packField: packerOf(kind) }));
  return (value) => {
    const packed: unknown[] = [];
    for (const { key, isOptional, packField } of parts) {
      const field = (value as Fields)[key];
      if (field === undefined || (field === "" && !isOptional)) packed.push(0);
      else packed.push(packField === undefined ? field : packField(field));
    }
    while (packed.at(-1) === 0) packed.pop();
    return packed.length === 0 ? 0 : packed;
  };
}

const pack = objectPacker(RECORD);

type Unpacker = (packed: unknown) => unknown;

/** Makes the unpacker for a kind. Returns `undefined` if a value of it is packed unchanged. */
function unpackerOf(kind: KindData): Unpacker | undefined {
  if (kind.is === "list") return listUnpacker(unpackerOf(kind.of));
  return kind.is === "object" ? objectUnpacker(kind) : undefined;
}

function listUnpacker(unpackItem: Unpacker | undefined): Unpacker {
  return (packed) => {
    const items = packed as unknown[];
    if (unpackItem !== undefined) for (let at = 0; at < items.length; at++) items[at] = unpackItem(items[at]);
    return Object.freeze(items);
  };
}

interface Part {
  readonly key: string;
  readonly unpack: Unpacker | undefined;
  /** The value that 0 stands for, or `undefined` if 0 stands for a missing field. */
  readonly empty: unknown;
}

function objectUnpacker({ fields }: ObjectData): Unpacker {
  const parts = fields.map(({ key, kind, isOptional }): Part => ({
    key,
    unpack: unpackerOf(kind),
    empty: isOptional ? undefined : emptyOf(kind),
  }));
  const make = (values: readonly unknown[]): object => {
    const made: Fields = {};
    for (let at = 0; at < parts.length; at++) {
      const { key, unpack: unpackField, empty } = parts[at] as Part;
      const value = values[at] ?? 0;
      if (value !== 0) made[key] = unpackField === undefined ? value : unpackField(value);
      else if (empty !== undefined) made[key] = empty;
    }
    return Object.freeze(made);
  };
  const allEmpty = make([]);
  return (packed) => (packed === 0 ? allEmpty : make(packed as readonly unknown[]));
}

/** All records share one empty object of each kind, as they share one empty list. */
function emptyOf(kind: KindData): unknown {
  if (kind.is === "list") return NO_ITEMS;
  if (kind.is === "object") return objectUnpacker(kind)(0);
  return kind.is === "integer" || kind.is === "time" ? 0 : "";
}

const unpack = objectUnpacker(RECORD);
