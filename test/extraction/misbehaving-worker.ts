import { existsSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";

import { serveExtraction } from "../../src/extraction/pool/serve-extraction.ts";
import type { SourceFile } from "../../src/extraction/tree/source-file.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { MinimalExtractor, textOf } from "./minimal-extractor.ts";

/**
 * Does what a file's text tells it to: `hang`, `end`, `end unless <path exists>`, `exhaust` its
 * memory, `burden` it, `throw`, `trap` in WebAssembly or `overflow` the stack. After one of the
 * last two no file can be extracted in this thread. The records of other files have the thread that
 * made them as their language.
 */
class MisbehavingExtractor extends MinimalExtractor {
  override async extract(file: SourceFile, budgetMs: number): Promise<FileMetadata> {
    const [command, marker] = textOf(file).split(" unless ");
    if (marker === undefined || !existsSync(marker)) {
      if (marker !== undefined) writeFileSync(marker, "");
      obey(command);
    }
    if (broken !== undefined) throw broken;
    return { ...(await super.extract(file, budgetMs)), language: `thread ${threadId}` };
  }
}

const burden: object[] = [];
let broken: Error | undefined;

/** The error of a function whose only instruction is `unreachable`. */
function trap(): Error {
  const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11);
  const module = new WebAssembly.Module(bytes);
  try {
    new WebAssembly.Instance(module).exports.f();
  } catch (error) {
    return error as Error;
  }
  throw new Error("the trap did not work");
}

/** The types of Node.js do not have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: { f(): void } };
};

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
      throw new TypeError("as it was told");
    case "overflow":
      broken = new RangeError("Maximum call stack size exceeded");
      break;
    case "trap":
      broken = trap();
      break;
    default:
  }
}

await serveExtraction(() => Promise.resolve(new MisbehavingExtractor()));
