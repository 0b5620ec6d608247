import { existsSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";

import { serveExtraction } from "../../src/extraction/serve-extraction.ts";
import type { SourceFile } from "../../src/extraction/source-file.ts";
import type { FileMetadata } from "../../src/model/file-metadata.ts";
import { MinimalExtractor, textOf } from "./minimal-extractor.ts";

/**
 * Does what a file's text tells it to: `hang`, `end`, `end unless <path exists>`, `exhaust` its memory, `burden` it or `throw`.
 * The records of other files have the thread that made them as their language.
 */
class MisbehavingExtractor extends MinimalExtractor {
  override async extract(file: SourceFile, budgetMs: number): Promise<FileMetadata> {
    const [command, marker] = textOf(file).split(" unless ");
    if (marker === undefined || !existsSync(marker)) {
      if (marker !== undefined) writeFileSync(marker, "");
      obey(command);
    }
    return { ...(await super.extract(file, budgetMs)), language: `thread ${threadId}` };
  }
}

const burden: object[] = [];

function obey(command: string | undefined): void {
  switch (command) {
    case "hang":
      for (;;);
    case "end":
      return process.exit(3);
    case "exhaust": {
      const kept: object[] = [];
      for (;;) kept.push(Array.from({ length: 10_000 }, () => ({})));
    }
    case "burden": {
      burden.push(Array.from({ length: 8_000_000 }, (_, index) => ({ index })));
      return;
    }
    case "throw":
      throw new RangeError("as it was told");
    default:
  }
}

await serveExtraction(() => Promise.resolve(new MisbehavingExtractor()));
