import type { FileMetadata } from "./file-metadata.ts";
import { isText, type KindData, type ObjectData } from "./kinds.ts";
import { RECORD } from "./shape.ts";
import { NO_ITEMS } from "./parsing/takers.ts";

/**
 * Estimates how many bytes a record takes on V8's heap. The estimate follows from the layout of its
 * objects on a 64-bit build without pointer compression, which is what Node.js ships. Cost: a few
 * additions for each string, no serialisation. A record is weighed once, when it becomes known,
 * because records cannot change.
 */
export function weighRecord(record: FileMetadata): number {
  return weigh(record);
}

/**
 * Returns how many bytes a value takes, without the word that its parent uses for the field. For a
 * time, the parent counts all bytes.
 */
type Weigher<T> = (value: T) => number;

const WORD = 8;
const HEAP_NUMBER = 2 * WORD;
const BEYOND_LATIN1 = /[^\u0000-\u00ff]/;

/** Makes the weigher for a kind, so that nothing reads the table while records are weighed. */
function weigherOf(kind: KindData): Weigher<never> {
  switch (kind.is) {
    case "integer":
    case "time":
      return () => 0;
    case "list":
      return isText(kind.of) ? texts : listWeigher(weigherOf(kind.of));
    case "object":
      return objectWeigher(kind);
    default:
      return text;
  }
}

function text(value: string): number {
  if (value.length === 0) return 0;
  const characters = BEYOND_LATIN1.test(value) ? 2 * value.length : value.length;
  return 2 * WORD + Math.ceil(characters / WORD) * WORD;
}

function texts(items: readonly string[]): number {
  let bytes = listItself(items.length);
  for (let index = 0; index < items.length; index++) bytes += text(items[index] as string);
  return bytes;
}

function listWeigher(weighItem: Weigher<never>): Weigher<readonly never[]> {
  return (items) => {
    let bytes = listItself(items.length);
    for (let index = 0; index < items.length; index++) bytes += weighItem(items[index] as never);
    return bytes;
  };
}

/** An empty list weighs nothing, because all records share one. */
function listItself(length: number): number {
  return length === 0 ? 0 : (4 + 2 + length) * WORD;
}

interface Part {
  readonly key: string;
  readonly weigh: Weigher<object>;
}

/**
 * Walks through the object's own fields and the table side by side. V8 finds fields faster in their
 * order than by their names. Every record has its fields in the order of the table, and no others.
 */
function objectWeigher({ fields: table }: ObjectData): Weigher<object> {
  const parts = table.map(({ key, kind }): Part => ({ key, weigh: weigherOf(kind) as Weigher<object> }));
  const own = (3 + parts.length) * WORD + table.filter(({ kind }) => kind.is === "time").length * HEAP_NUMBER;
  return (value) => {
    const fields = value as Readonly<Record<string, unknown>>;
    let bytes = own;
    let at = 0;
    for (const key in fields) {
      let part = parts[at++] as Part;
      while (part.key !== key) part = parts[at++] as Part;
      const field = fields[key];
      if (typeof field === "string") bytes += text(field);
      else if (typeof field === "object" && field !== NO_ITEMS) bytes += part.weigh(field as object);
    }
    return bytes;
  };
}

const weigh = objectWeigher(RECORD);
