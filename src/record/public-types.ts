// The types of records that every entry point of the package exports.
export type {
  ChangeHistoryEntry,
  ClassKind,
  ClassMetadata,
  DocSections,
  ExtractionProblem,
  FileMetadata,
  FileReference,
  FunctionKind,
  FunctionMetadata,
  HeaderSections,
  Heading,
  LineRange,
  ProblemKind,
  Reference,
  ReferenceForm,
  ReferenceKind,
  SymbolKind,
  SymbolMetadata,
} from "./file-metadata.ts";
export type { ProjectPath } from "./project-path.ts";
