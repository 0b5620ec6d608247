import { hash } from "node:crypto";

import type { Clock } from "../../src/base/clock.ts";
import { FileExtractor } from "../../src/extraction/file-extractor.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";

/** The record that a file of this text has. */
export async function extractText(path: string, text: string | Uint8Array, clock?: Clock): Promise<FileMetadata> {
  const extractor = await FileExtractor.create(clock);
  try {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    const digest = hash("sha256", bytes);
    return await extractor.extract({ path: parseProjectPath(path), bytes, modifiedAt: 1_750_000_000_000, digest }, 60_000);
  } finally {
    extractor.close();
  }
}

/**
 * Each function and class of a record on a line, as `first-last kind Class.name(parameters)
 * "intent"`.
 */
export function outlineOf(record: FileMetadata): string[] {
  const lines = [
    ...record.classes.map((cls) => ({ ...cls, label: `class ${cls.name}` })),
    ...record.functions.map((fn) => {
      const owner = fn.className === undefined ? "" : `${fn.className}.`;
      return { ...fn, label: `function ${owner}${fn.name}(${fn.parameters.join("; ")})` };
    }),
  ];
  return lines
    .sort((a, b) => a.lineRange.start - b.lineRange.start)
    .map(({ label, lineRange, docSections }) => {
      const intent = docSections.intent === "" ? "" : ` "${docSections.intent}"`;
      return `${lineRange.start}-${lineRange.end} ${label}${intent}`;
    });
}
