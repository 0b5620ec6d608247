import { choicePattern } from "./kinds.ts";
import type { ProjectPath } from "./project-path.ts";

/** First and last line of something in a file, counted from 1, both included. */
export interface LineRange {
  /** The first line. */
  readonly start: number;
  /** The last line. */
  readonly end: number;
}

/** The tagged sections of a function's or class's documentation; without tags its first paragraph is `intent`. */
export interface DocSections {
  /** What it is for; empty if it has no documentation. */
  readonly intent: string;
  /** The items of the section of design principles. */
  readonly designPrinciples: readonly string[];
  /** The items of the section of implementation details. */
  readonly implementationDetails: readonly string[];
  /** The items of the section of design decisions. */
  readonly designDecisions: readonly string[];
}

/** What a function is; `test` is one that a macro such as `TEST(…)` defines. */
export const FUNCTION_KINDS = ["function", "method", "constructor", "getter", "setter", "test"] as const;
/** What a function is. */
export type FunctionKind = (typeof FUNCTION_KINDS)[number];

/** A function or a method of a file. */
export interface FunctionMetadata {
  /** Its name. */
  readonly name: string;
  /** If it is missing: `method` if there is a `className`, otherwise `function`. */
  readonly kind?: FunctionKind | undefined;
  /** For a method: the name of the class that it belongs to. */
  readonly className?: string | undefined;
  /** Each parameter as it is written in the source, white space folded. */
  readonly parameters: readonly string[];
  /** As it is written in the source, white space folded; missing if none is written. */
  readonly returnType?: string | undefined;
  /** Its first and its last line. */
  readonly lineRange: LineRange;
  /** Its documentation. */
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
/** What a class is. */
export type ClassKind = (typeof CLASS_KINDS)[number];

/** A class of a file, or another thing that has members and a name. */
export interface ClassMetadata {
  /** Its name. */
  readonly name: string;
  /** If it is missing: `class`. */
  readonly kind?: ClassKind | undefined;
  /** The name of the class that it lies in. */
  readonly className?: string | undefined;
  /** Its first and its last line. */
  readonly lineRange: LineRange;
  /** Its documentation. */
  readonly docSections: DocSections;
}

/** What else is looked for by its name, besides functions and classes. */
export const SYMBOL_KINDS = ["constant", "variable", "type", "macro", "prototype", "property", "event", "error", "member", "test"] as const;
/** What a symbol is that is neither a function nor a class. */
export type SymbolKind = (typeof SYMBOL_KINDS)[number];

/** A named thing in a file that is neither a function nor a class; `member` is that of an enumeration. */
export interface SymbolMetadata {
  /** Its name. */
  readonly name: string;
  /** What it is. */
  readonly kind: SymbolKind;
  /** The name of the class, enumeration or (for a test) group that it belongs to. */
  readonly className?: string | undefined;
  /** How it is declared, on one line, white space folded and long values left out; missing if the name says it all. */
  readonly signature?: string | undefined;
  /** Its first and its last line. */
  readonly lineRange: LineRange;
  /** The first paragraph of its documentation. */
  readonly intent: string;
}

/** Where a reference stands: in a comment of code, or as a link of a document. Those of tagged headers are `HeaderSections.referenceDocumentation`. */
export const REFERENCE_FORMS = ["comment", "link"] as const;
/** Where a reference of `FileMetadata.references` is written. */
export type ReferenceForm = (typeof REFERENCE_FORMS)[number];

/** A place in a file that names another file. */
export interface FileReference {
  /** The path as it is written, percent-encoding decoded, without the section. */
  readonly target: string;
  /** The section that is meant: `#goal`, or `§3.2` (also if `section 3.2` is written). */
  readonly section?: string | undefined;
  /** Where it is written. */
  readonly form: ReferenceForm;
  /** Counted from 1. */
  readonly line: number;
  /** The column of the target's first character, counted from 1 in UTF-16 units. */
  readonly column: number;
}

/** A heading of a document, or an explicit anchor, whose level is 0. */
export interface Heading {
  /** The text of the heading; of an anchor, its name. */
  readonly text: string;
  /** What a link to it says after `#`, by GitHub's rules. */
  readonly slug: string;
  /** 1 for the highest level; 0 for an explicit anchor. */
  readonly level: number;
  /** Counted from 1. */
  readonly line: number;
}

export const REFERENCE_KINDS = ["codebase", "system", "other"] as const;
/** What kind of thing a header's reference is. */
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** A document (or other thing) that a file's header says it builds on. */
export interface Reference {
  /** As the header spells it, without bullet, kind and note; this is the indexed term. */
  readonly target: string;
  /** The line of the file on which it stands, counted from 1. */
  readonly line: number;
  /** What kind of thing it is, if the header says it. */
  readonly kind?: ReferenceKind | undefined;
  /** What the header says of it besides. */
  readonly note?: string | undefined;
}

/** One entry of the change history in a header. */
export interface ChangeHistoryEntry {
  /** As the header spells it, e.g. `2025-04-15T09:47:05Z`. */
  readonly timestamp: string;
  /** What changed. */
  readonly summary: string;
  /** Who made the change, as the header spells it; may be empty. */
  readonly author: string;
  /** The lines below the summary. */
  readonly details: readonly string[];
}

/** The tagged sections of the comment at the top of a file. */
export interface HeaderSections {
  /** What the file is for; empty if its header does not say. */
  readonly intent: string;
  /** The items of the section of design principles. */
  readonly designPrinciples: readonly string[];
  /** The items of the section of constraints. */
  readonly constraints: readonly string[];
  /** The documents that the header says the file builds on. */
  readonly referenceDocumentation: readonly Reference[];
  /** The entries of the change history, in the order of the header. */
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
/** Why a record may say less than its file does. */
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
  /** Relative to the root of the project, with `/`. */
  readonly path: ProjectPath;
  /** The language that the file is read as. */
  readonly language: string;
  /** The tagged header of the file. */
  readonly headerSections: HeaderSections;
  /** Functions and methods, in the order of their lines. */
  readonly functions: readonly FunctionMetadata[];
  /** In the order of their lines. */
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

/** The name of a field of a record. */
export type MetadataField = keyof FileMetadata;

/** Only these fields of a record; frozen. */
export function selected(record: Partial<FileMetadata>, fields: readonly MetadataField[]): Partial<FileMetadata> {
  return Object.freeze(Object.fromEntries(fields.map((field) => [field, record[field]])));
}

/** A record as a caller may give it: a plain string for the path, and the lists that not every writer knows of may be left out. */
export type FileMetadataInput = Omit<FileMetadata, "path" | OptionalList> & { readonly path: string } & {
  readonly [K in OptionalList]?: FileMetadata[K] | undefined;
};

/** The lists that a caller may leave out of a record. */
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
