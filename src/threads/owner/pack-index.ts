import { grown } from "../../base/grown.ts";
import type { IndexManager } from "../../indexing/index-manager.ts";
import type { RecordId } from "../../indexing/record-id.ts";
import { INDEX_NAMES, type IndexName, type Term } from "../../record/terms.ts";
import type { ImageSections, TermSections } from "../protocol/index-image.ts";

/** How much is done between two pauses: about a millisecond. */
const RECORDS_A_STEP = 4_096;
const LIST_ENTRIES_A_STEP = 65_536;
const NONE = 0xffff_ffff;
/** What is packed is copied to its exact length in the end: until then it may be too long, so that it is seldom copied. */
const DOUBLE = 2;

/**
 * Packs an index, in steps between which it may change. What changes after the first step is not in the image as it should be, in part or at all: whoever uses
 * the image must know the paths that have changed since, and look for these elsewhere.
 */
export function* packIndex(index: IndexManager): Generator<void, ImageSections, undefined> {
  const ids = Uint32Array.from(index.order.ascending());
  const paths = Array.from(ids, (id) => index.pathOf(id as RecordId));
  const count = ids.length;
  const revisions = new Float64Array(count);
  const sizes = new Float64Array(count);
  const modified = new Float64Array(count);
  yield;

  const numberOf = new Uint32Array(ids.reduce((most, id) => Math.max(most, id), 0) + 1).fill(NONE);
  for (let number = 0; number < count; number++) {
    const id = ids[number] as RecordId;
    numberOf[id] = number;
    revisions[number] = index.revisionOf(id);
    sizes[number] = index.sizeOf(id);
    modified[number] = index.modifiedAtOf(id);
    if (number % RECORDS_A_STEP === RECORDS_A_STEP - 1) yield;
  }
  const path = yield* packTexts(paths);
  const indexes: Partial<Record<IndexName, TermSections>> = {};
  for (const name of INDEX_NAMES) {
    // A term that comes later is of changed records alone.
    const terms = Array.from(index.termsWithCounts(name), ([term]) => term);
    yield;
    indexes[name] = yield* packTerms(index, name, terms, numberOf);
  }
  const complete = indexes as Record<IndexName, TermSections>;
  const languages = new Uint32Array(count);
  const { listEnds, lists } = complete.language;
  for (let term = 0, at = 0; term < listEnds.length; term++) {
    for (; at < (listEnds[term] ?? 0); at++) languages[lists[at] ?? 0] = term;
  }
  return { count, pathEnds: path.ends, pathBytes: path.bytes, revisions, sizes, modified, languages, indexes: complete };
}

function* packTerms(
  index: IndexManager,
  name: IndexName,
  terms: readonly Term[],
  numberOf: Uint32Array,
): Generator<void, TermSections, undefined> {
  const texts = yield* packTexts(terms);
  const listEnds = new Uint32Array(terms.length);
  let lists = new Uint32Array(1_024);
  let length = 0;
  let pausedAt = 0;
  for (const [term, text] of terms.entries()) {
    const posting = index.posting(name, text);
    const start = length;
    if (posting !== undefined) {
      lists = grown(lists, length + posting.count, DOUBLE);
      posting.forEach((id) => {
        // A record that came after the beginning has no number, and need not have one.
        const number = numberOf[id] ?? NONE;
        if (number !== NONE) lists[length++] = number;
      });
      lists.subarray(start, length).sort();
    }
    listEnds[term] = length;
    if (length - pausedAt > LIST_ENTRIES_A_STEP || term % RECORDS_A_STEP === RECORDS_A_STEP - 1) {
      pausedAt = length;
      yield;
    }
  }
  return { termEnds: texts.ends, termBytes: texts.bytes, listEnds, lists: lists.slice(0, length) };
}

function* packTexts(texts: readonly string[]): Generator<void, { readonly ends: Uint32Array; readonly bytes: Uint8Array }, undefined> {
  const encoder = new TextEncoder();
  const ends = new Uint32Array(texts.length);
  let bytes = new Uint8Array(64 * 1_024);
  let length = 0;
  for (const [number, text] of texts.entries()) {
    bytes = grown(bytes, length + 3 * text.length, DOUBLE);
    length += encoder.encodeInto(text, bytes.subarray(length)).written;
    ends[number] = length;
    if (number % RECORDS_A_STEP === RECORDS_A_STEP - 1) yield;
  }
  return { ends, bytes: bytes.slice(0, length) };
}
