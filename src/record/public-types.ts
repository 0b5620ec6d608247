// What every entry point of the package exports of a record.
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
