import type { DocSections, FileMetadata } from "./file-metadata.ts";

/**
 * Estimates what a record takes on V8's heap, in bytes, from the layout of its objects on a 64-bit build without
 * pointer compression (which is what Node.js ships): a few additions per string, no serialisation. Estimated once
 * when a record becomes known, never again: records cannot change.
 */
export function weighRecord(record: FileMetadata): number {
  let bytes = object(10) + HEAP_NUMBER;
  bytes += text(record.path) + text(record.language) + text(record.digest) + text(record.extractorVersion);
  bytes += texts(record.problems);

  const header = record.headerSections;
  bytes += object(5) + text(header.intent) + texts(header.designPrinciples) + texts(header.constraints);
  bytes += array(header.referenceDocumentation.length);
  for (const reference of header.referenceDocumentation) {
    bytes += object(4) + text(reference.target) + text(reference.kind ?? "") + text(reference.note ?? "");
  }
  bytes += array(header.changeHistory.length);
  for (const change of header.changeHistory) {
    bytes += object(4) + text(change.timestamp) + text(change.summary) + text(change.author) + texts(change.details);
  }

  bytes += array(record.functions.length);
  for (const fn of record.functions) {
    bytes += object(5) + object(2) + text(fn.name) + text(fn.className ?? "") + texts(fn.parameters) + docSections(fn.docSections);
  }
  bytes += array(record.classes.length);
  for (const cls of record.classes) bytes += object(3) + object(2) + text(cls.name) + docSections(cls.docSections);
  return bytes;
}

const WORD = 8;
const HEAP_NUMBER = 2 * WORD;
const BEYOND_LATIN1 = /[^\u0000-\u00ff]/;

function object(fields: number): number {
  return (3 + fields) * WORD;
}

function array(length: number): number {
  // Validated records share one empty list.
  return length === 0 ? 0 : (4 + 2 + length) * WORD;
}

function text(value: string): number {
  if (value.length === 0) return 0;
  const characters = BEYOND_LATIN1.test(value) ? 2 * value.length : value.length;
  return 2 * WORD + Math.ceil(characters / WORD) * WORD;
}

function texts(values: readonly string[]): number {
  let bytes = array(values.length);
  for (const value of values) bytes += text(value);
  return bytes;
}

function docSections(doc: DocSections): number {
  return object(4) + text(doc.intent) + texts(doc.designPrinciples) + texts(doc.implementationDetails) + texts(doc.designDecisions);
}
