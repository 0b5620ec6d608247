import { choicePattern } from "./kinds.ts";
import type { ProjectPath } from "./project-path.ts";

/**
 * The first and the last line of something in a file. Lines are counted from 1. Both lines belong
 * to the range.
 */
export interface LineRange {
  /** The first line. */
  readonly start: number;
  /** The last line. */
  readonly end: number;
}

/**
 * The tagged sections in the documentation of a function or a class. If the documentation has no
 * tags, `intent` is its first paragraph.
 */
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

/** The kinds of functions. A `test` is defined by a macro such as `TEST(…)`. */
export const FUNCTION_KINDS = ["function", "method", "constructor", "getter", "setter", "test"] as const;
/** What a function is. */
export type FunctionKind = (typeof FUNCTION_KINDS)[number];

/** A function or a method of a file. */
export interface FunctionMetadata {
  /** Its name. */
  readonly name: string;
  /** If `kind` is missing, it is `method` if there is a `className`, otherwise `function`. */
  readonly kind?: FunctionKind | undefined;
  /** The name of the class that a method belongs to. */
  readonly className?: string | undefined;
  /** Each parameter as the source spells it, with white space folded. */
  readonly parameters: readonly string[];
  /** The type as the source spells it, with white space folded. Missing if the source has none. */
  readonly returnType?: string | undefined;
  /** Its first and its last line. */
  readonly lineRange: LineRange;
  /** Its documentation. */
  readonly docSections: DocSections;
}

/** The kinds of classes. Here, everything that has members and a name is a class. */
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
  /** If `kind` is missing, it is `class`. */
  readonly kind?: ClassKind | undefined;
  /** The name of the class that contains this one. */
  readonly className?: string | undefined;
  /** Its first and its last line. */
  readonly lineRange: LineRange;
  /** Its documentation. */
  readonly docSections: DocSections;
}

/** The kinds of symbols that are neither functions nor classes. */
export const SYMBOL_KINDS = ["constant", "variable", "type", "macro", "prototype", "property", "event", "error", "member", "test"] as const;
/** What a symbol is that is neither a function nor a class. */
export type SymbolKind = (typeof SYMBOL_KINDS)[number];

/**
 * A named thing in a file that is neither a function nor a class. A `member` is a member of an
 * enumeration.
 */
export interface SymbolMetadata {
  /** Its name. */
  readonly name: string;
  /** What it is. */
  readonly kind: SymbolKind;
  /** The name of the class or the enumeration that the symbol belongs to; for a test, its group. */
  readonly className?: string | undefined;
  /**
   * The declaration on one line, with white space folded and without long values. Missing if the
   * declaration says no more than the name.
   */
  readonly signature?: string | undefined;
  /** Its first and its last line. */
  readonly lineRange: LineRange;
  /** The first paragraph of the symbol's documentation. */
  readonly intent: string;
}

/**
 * The forms of references that `FileMetadata.references` has: in a comment of code, or as a link of
 * a document. The references of tagged headers are in `HeaderSections.referenceDocumentation`.
 */
export const REFERENCE_FORMS = ["comment", "link"] as const;
/** Where a reference of `FileMetadata.references` is written. */
export type ReferenceForm = (typeof REFERENCE_FORMS)[number];

/** A place in a file that names another file, or a section of a document in itself. */
export interface FileReference {
  /**
   * The path as it is written, without the section. Percent-encoding is decoded. In a link to a
   * section of the same document it is that section: `#goal`.
   */
  readonly target: string;
  /**
   * The section that the reference names: `#goal`, or `§3.2`. If the file says `section 3.2`, this
   * is `§3.2` too.
   */
  readonly section?: string | undefined;
  /** Where it is written. */
  readonly form: ReferenceForm;
  /** Counted from 1. */
  readonly line: number;
  /** The column of the target's first character. Columns are UTF-16 units, counted from 1. */
  readonly column: number;
}

/** A heading of a document, or an explicit anchor. The level of an anchor is 0. */
export interface Heading {
  /** The text of the heading; of an anchor, its name. */
  readonly text: string;
  /** The text after `#` in a link to this heading, by GitHub's rules. */
  readonly slug: string;
  /** 1 for the highest level; 0 for an explicit anchor. */
  readonly level: number;
  /** Counted from 1. */
  readonly line: number;
}

export const REFERENCE_KINDS = ["codebase", "system", "other"] as const;
/** What kind of thing a header's reference is. */
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** A document, or another thing, that the header of a file names as its basis. */
export interface Reference {
  /**
   * The target as the header spells it, without bullet, kind and note. This is the indexed term.
   */
  readonly target: string;
  /** The line of the file, counted from 1. */
  readonly line: number;
  /** What kind of thing it is, if the header says it. */
  readonly kind?: ReferenceKind | undefined;
  /** What the header says of it besides. */
  readonly note?: string | undefined;
}

/** One entry of the change history in a header. */
export interface ChangeHistoryEntry {
  /** The time as the header spells it, for example `2025-04-15T09:47:05Z`. */
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

/** The reasons why a record may say less than its file does. */
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

/** A kind, and the line of the first such problem, counted from 1: `syntax-error:12`. */
export type ExtractionProblem = ProblemKind | `${ProblemKind}:${number}`;

/**
 * Returns the kind of `problem`. Returns `undefined` if `problem` is not an `ExtractionProblem`.
 */
export function problemKind(problem: unknown): ProblemKind | undefined {
  return typeof problem === "string" ? (PROBLEM.exec(problem)?.[1] as ProblemKind | undefined) : undefined;
}

const PROBLEM = choicePattern(PROBLEM_KINDS);

/**
 * What is known of one source file. It is plain JSON data. `parseFileMetadata` freezes a record
 * deeply, so that nobody who gets a record can change the cache (law 9).
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
  /** The references in comments and links, in the order of their lines and columns. */
  readonly references: readonly FileReference[];
  /** The headings of a Markdown, reStructuredText or AsciiDoc file. Other files have none. */
  readonly headings: readonly Heading[];
  /** The size in bytes. */
  readonly size: number;
  /** Milliseconds since the Unix epoch, with the fraction that the file system gives. */
  readonly modifiedAt: number;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly digest: string;
  /**
   * The version of the extractor that made this record. An extractor of another version extracts
   * the file again.
   */
  readonly extractorVersion: string;
  /** Empty if the record says everything that the extractor looks for. */
  readonly problems: readonly ExtractionProblem[];
}

/** The name of a field of a record. */
export type MetadataField = keyof FileMetadata;

/** Returns a frozen object with only these fields of the record. */
export function selected(record: Partial<FileMetadata>, fields: readonly MetadataField[]): Partial<FileMetadata> {
  return Object.freeze(Object.fromEntries(fields.map((field) => [field, record[field]])));
}

/**
 * A record as a caller may give it. The path is a plain string. A caller may leave out the lists of
 * `OptionalList`, because not every writer knows of them.
 */
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
