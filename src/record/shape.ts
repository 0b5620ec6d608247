import {
  type ChangeHistoryEntry,
  CLASS_KINDS,
  type ClassMetadata,
  type DocSections,
  type FileMetadata,
  type FileReference,
  FUNCTION_KINDS,
  type FunctionMetadata,
  type HeaderSections,
  type Heading,
  type LineRange,
  PROBLEM_KINDS,
  type Reference,
  REFERENCE_FORMS,
  REFERENCE_KINDS,
  SYMBOL_KINDS,
  type SymbolMetadata,
} from "./file-metadata.ts";
import { choice, choiceWithLine, integer, type Kind, list, name, object, type ObjectData, optional, text, time } from "./kinds.ts";
import type { ProjectPath } from "./project-path.ts";

/**
 * These tables are the shape of a record. The code that checks, copies, weighs and stores records
 * reads them, and so do the tests that make up records. A field is one line here and one line in
 * its type. The compiler compares the two. A field of the record itself also needs a migration that
 * makes its column.
 */

const path: Kind<ProjectPath> = { is: "path" };

const LINE_RANGE = object<LineRange>((value) => ({ ...value }), { start: integer(1), end: integer("start") });

const DOC_SECTIONS = object<DocSections>((value) => ({ ...value }), {
  intent: text,
  designPrinciples: list(text),
  implementationDetails: list(text),
  designDecisions: list(text),
});

const FUNCTION = object<FunctionMetadata>((value) => ({ ...value }), {
  name,
  kind: optional(choice(FUNCTION_KINDS)),
  className: optional(name),
  parameters: list(text),
  returnType: optional(name),
  lineRange: LINE_RANGE,
  docSections: DOC_SECTIONS,
});

const CLASS = object<ClassMetadata>((value) => ({ ...value }), {
  name,
  kind: optional(choice(CLASS_KINDS)),
  className: optional(name),
  lineRange: LINE_RANGE,
  docSections: DOC_SECTIONS,
});

const SYMBOL = object<SymbolMetadata>((value) => ({ ...value }), {
  name,
  kind: choice(SYMBOL_KINDS),
  className: optional(name),
  signature: optional(name),
  lineRange: LINE_RANGE,
  intent: text,
});

const FILE_REFERENCE = object<FileReference>((value) => ({ ...value }), {
  target: name,
  section: optional(name),
  form: choice(REFERENCE_FORMS),
  line: integer(1),
  column: integer(1),
});

const HEADING = object<Heading>((value) => ({ ...value }), { text, slug: text, level: integer(0), line: integer(1) });

const REFERENCE = object<Reference>((value) => ({ ...value }), {
  target: name,
  line: integer(1),
  kind: optional(choice(REFERENCE_KINDS)),
  note: optional(text),
});

const CHANGE = object<ChangeHistoryEntry>((value) => ({ ...value }), { timestamp: text, summary: text, author: text, details: list(text) });

const HEADER = object<HeaderSections>((value) => ({ ...value }), {
  intent: text,
  designPrinciples: list(text),
  constraints: list(text),
  referenceDocumentation: list(REFERENCE),
  changeHistory: list(CHANGE),
});

/** A field of the record itself. It is a column of the record's row. */
interface ColumnField<T> {
  readonly kind: Kind<T>;
  readonly column: string;
  /**
   * True if the field tells whether a file must be extracted again. These columns come first in a
   * row, so that reading them touches no long text.
   */
  readonly isFingerprint: boolean;
  /** True if a caller may leave the field out. The record then has an empty list. */
  readonly isEmptyIfMissing?: true;
}

type RecordFields = { readonly [K in keyof FileMetadata]: ColumnField<FileMetadata[K]> };

/** The fields, in the order that every record has, however it was made. */
export const RECORD_FIELDS: RecordFields = {
  path: { kind: path, column: "path", isFingerprint: true },
  language: { kind: name, column: "language", isFingerprint: true },
  headerSections: { kind: HEADER, column: "header_sections", isFingerprint: false },
  functions: { kind: list(FUNCTION), column: "functions", isFingerprint: false },
  classes: { kind: list(CLASS), column: "classes", isFingerprint: false },
  symbols: { kind: list(SYMBOL), column: "symbols", isFingerprint: false, isEmptyIfMissing: true },
  references: { kind: list(FILE_REFERENCE), column: "file_references", isFingerprint: false, isEmptyIfMissing: true },
  headings: { kind: list(HEADING), column: "headings", isFingerprint: false, isEmptyIfMissing: true },
  size: { kind: integer(0), column: "size", isFingerprint: true },
  modifiedAt: { kind: time, column: "modified_at", isFingerprint: true },
  digest: { kind: text, column: "digest", isFingerprint: true },
  extractorVersion: { kind: text, column: "extractor_version", isFingerprint: true },
  problems: { kind: list(choiceWithLine(PROBLEM_KINDS)), column: "problems", isFingerprint: true },
};

/** Every field of a record, in that order. */
export const METADATA_FIELDS: readonly (keyof FileMetadata)[] = Object.keys(RECORD_FIELDS) as (keyof FileMetadata)[];

export const RECORD: ObjectData = {
  is: "object",
  copy: (value) => ({ ...value }),
  fields: METADATA_FIELDS.map((key) => ({
    key,
    kind: RECORD_FIELDS[key].kind,
    isOptional: false,
    isEmptyIfMissing: RECORD_FIELDS[key].isEmptyIfMissing ?? false,
  })),
};
