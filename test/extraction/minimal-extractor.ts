import type { SourceExtractor } from "../../src/extraction/extract-source-file.ts";
import type { SourceFile } from "../../src/extraction/tree/source-file.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";

/**
 * An extractor for tests of what is around extraction: a record's intent is the file's text,
 * without NUL.
 */
export class MinimalExtractor implements SourceExtractor {
  readonly version: string;
  /** The files that it was given, in order. */
  readonly extracted: string[] = [];

  constructor(version: string = "1") {
    this.version = version;
  }

  languageOf({ path }: SourceFile): string {
    return path.endsWith(".ts") ? "typescript" : "text";
  }

  extract(file: SourceFile, _budgetMs: number): Promise<FileMetadata> {
    this.extracted.push(file.path);
    return Promise.resolve({
      path: file.path,
      language: this.languageOf(file),
      headerSections: {
        intent: textOf(file).replaceAll("\0", ""),
        designPrinciples: [],
        constraints: [],
        referenceDocumentation: [],
        changeHistory: [],
      },
      functions: [],
      classes: [],
      symbols: [],
      references: [],
      headings: [],
      size: file.bytes.length,
      modifiedAt: file.modifiedAt,
      digest: file.digest,
      extractorVersion: this.version,
      problems: [],
    });
  }
}

export function textOf(file: SourceFile): string {
  return Buffer.from(file.bytes).toString("utf8");
}
