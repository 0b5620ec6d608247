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

export interface FunctionMetadata {
  readonly name: string;
  /** For a method: the name of the class that it belongs to. */
  readonly className?: string | undefined;
  /** Each parameter as it is written in the source, white space folded. */
  readonly parameters: readonly string[];
  readonly lineRange: LineRange;
  readonly docSections: DocSections;
}

export interface ClassMetadata {
  readonly name: string;
  readonly lineRange: LineRange;
  readonly docSections: DocSections;
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
export const PROBLEM_KINDS = ["not-utf8", "syntax-error", "time-budget"] as const;
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

/** A record as a caller may give it: the same shape with a plain string for the path. */
export type FileMetadataInput = Omit<FileMetadata, "path"> & { readonly path: string };

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
