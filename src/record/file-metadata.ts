import { choicePattern } from "./kinds.ts";
import type { ProjectPath } from "./project-path.ts";

/** First and last line of something in a file, counted from 1, both included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** The tagged sections of a function's or class's documentation; without tags its first paragraph is `intent`. */
export interface DocSections {
  readonly intent: string;
  readonly designPrinciples: readonly string[];
  readonly implementationDetails: readonly string[];
  readonly designDecisions: readonly string[];
}

/** What a function is; `test` is one that a macro such as `TEST(…)` defines. */
export const FUNCTION_KINDS = ["function", "method", "constructor", "getter", "setter", "test"] as const;
export type FunctionKind = (typeof FUNCTION_KINDS)[number];

export interface FunctionMetadata {
  readonly name: string;
  /** If it is missing: `method` if there is a `className`, otherwise `function`. */
  readonly kind?: FunctionKind | undefined;
  /** For a method: the name of the class that it belongs to. */
  readonly className?: string | undefined;
  /** Each parameter as it is written in the source, white space folded. */
  readonly parameters: readonly string[];
  /** As it is written in the source, white space folded; missing if none is written. */
  readonly returnType?: string | undefined;
  readonly lineRange: LineRange;
  readonly docSections: DocSections;
}

/** What is called a class here: whatever has members and a name. */
export const CLASS_KINDS = [
  "class",
  "struct",
  "interface",
  "enum",
  "trait",
  "module",
  "namespace",
  "union",
  "record",
  "object",
  "mixin",
  "extension",
  "type",
] as const;
export type ClassKind = (typeof CLASS_KINDS)[number];

export interface ClassMetadata {
  readonly name: string;
  /** If it is missing: `class`. */
  readonly kind?: ClassKind | undefined;
  /** The name of the class that it lies in. */
  readonly className?: string | undefined;
  readonly lineRange: LineRange;
  readonly docSections: DocSections;
}

/** What else is looked for by its name, besides functions and classes. */
export const SYMBOL_KINDS = ["constant", "variable", "type", "macro", "prototype", "property", "event", "error", "member", "test"] as const;
export type SymbolKind = (typeof SYMBOL_KINDS)[number];

/** A named thing in a file that is neither a function nor a class; `member` is that of an enumeration. */
export interface SymbolMetadata {
  readonly name: string;
  readonly kind: SymbolKind;
  /** The name of the class, enumeration or (for a test) group that it belongs to. */
  readonly className?: string | undefined;
  /** How it is declared, on one line, white space folded and long values left out; missing if the name says it all. */
  readonly signature?: string | undefined;
  readonly lineRange: LineRange;
  /** The first paragraph of its documentation. */
  readonly intent: string;
}

/** Where a reference stands: in a comment of code, or as a link of a document. Those of tagged headers are `HeaderSections.referenceDocumentation`. */
export const REFERENCE_FORMS = ["comment", "link"] as const;
export type ReferenceForm = (typeof REFERENCE_FORMS)[number];

/** A place in a file that names another file, or a section of a document in itself. */
export interface FileReference {
  /** The path as it is written, percent-encoding decoded, without the section. Of a link to a section of the same document it is that section: `#goal`. */
  readonly target: string;
  /** The section that is meant: `#goal`, or `§3.2` (also if `section 3.2` is written). */
  readonly section?: string | undefined;
  readonly form: ReferenceForm;
  /** Counted from 1. */
  readonly line: number;
  /** The column of the target's first character, counted from 1 in UTF-16 units. */
  readonly column: number;
}

/** A heading of a document, or an explicit anchor, whose level is 0. */
export interface Heading {
  readonly text: string;
  /** What a link to it says after `#`, by GitHub's rules. */
  readonly slug: string;
  readonly level: number;
  readonly line: number;
}

export const REFERENCE_KINDS = ["codebase", "system", "other"] as const;
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** A document (or other thing) that a file's header says it builds on. */
export interface Reference {
  /** As the header spells it, without bullet, kind and note; this is the indexed term. */
  readonly target: string;
  /** The line of the file on which it stands, counted from 1. */
  readonly line: number;
  readonly kind?: ReferenceKind | undefined;
  readonly note?: string | undefined;
}

export interface ChangeHistoryEntry {
  /** As the header spells it, e.g. `2025-04-15T09:47:05Z`. */
  readonly timestamp: string;
  readonly summary: string;
  readonly author: string;
  readonly details: readonly string[];
}

export interface HeaderSections {
  readonly intent: string;
  readonly designPrinciples: readonly string[];
  readonly constraints: readonly string[];
  readonly referenceDocumentation: readonly Reference[];
  readonly changeHistory: readonly ChangeHistoryEntry[];
}

/** The kinds of reasons why a record may say less than its file does. */
export const PROBLEM_KINDS = [
  "not-utf8",
  "syntax-error",
  "time-budget",
  "too-many-symbols",
  "too-many-references",
  "too-many-headings",
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** A kind, and the line, counted from 1, on which the first such problem is: `syntax-error:12`. */
export type ExtractionProblem = ProblemKind | `${ProblemKind}:${number}`;

/** Returns the kind of `problem`, or `undefined` if `problem` is none. */
export function problemKind(problem: unknown): ProblemKind | undefined {
  return typeof problem === "string" ? (PROBLEM.exec(problem)?.[1] as ProblemKind | undefined) : undefined;
}

const PROBLEM = choicePattern(PROBLEM_KINDS);

/**
 * What is known of one source file. Plain JSON data; deeply frozen once it has passed
 * `parseFileMetadata`, so that nobody who is handed a record can change the cache (law 9).
 */
export interface FileMetadata {
  readonly path: ProjectPath;
  readonly language: string;
  readonly headerSections: HeaderSections;
  readonly functions: readonly FunctionMetadata[];
  readonly classes: readonly ClassMetadata[];
  /** In the order of their lines. */
  readonly symbols: readonly SymbolMetadata[];
  /** What comments and links name, in the order of their places. */
  readonly references: readonly FileReference[];
  /** Of a Markdown, reStructuredText or AsciiDoc file. */
  readonly headings: readonly Heading[];
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the Unix epoch, with the file system's fraction. */
  readonly modifiedAt: number;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly digest: string;
  /** Which extractor made this record; another version makes it again. */
  readonly extractorVersion: string;
  /** Empty where the record says all that the extractor looks for. */
  readonly problems: readonly ExtractionProblem[];
}

export type MetadataField = keyof FileMetadata;

/** Only these fields of a record; frozen. */
export function selected(record: Partial<FileMetadata>, fields: readonly MetadataField[]): Partial<FileMetadata> {
  return Object.freeze(Object.fromEntries(fields.map((field) => [field, record[field]])));
}

/** A record as a caller may give it: a plain string for the path, and the lists that not every writer knows of may be left out. */
export type FileMetadataInput = Omit<FileMetadata, "path" | OptionalList> & { readonly path: string } & {
  readonly [K in OptionalList]?: FileMetadata[K] | undefined;
};

export type OptionalList = "symbols" | "references" | "headings";

export const EMPTY_DOC_SECTIONS: DocSections = Object.freeze({
  intent: "",
  designPrinciples: Object.freeze([]),
  implementationDetails: Object.freeze([]),
  designDecisions: Object.freeze([]),
});

export const EMPTY_HEADER_SECTIONS: HeaderSections = Object.freeze({
  intent: "",
  designPrinciples: Object.freeze([]),
  constraints: Object.freeze([]),
  referenceDocumentation: Object.freeze([]),
  changeHistory: Object.freeze([]),
});
