import { statSync } from "node:fs";
import { join } from "node:path";
import { decodeSource } from "../../extraction/decode-source.ts";
import { readFully, withFile } from "../../files/read-file.ts";
import type { StagedFiles } from "./git/staged-files.ts";

/**
 * The lines of files of the working tree, or with `staged` of git's index. Reads each file once. A
 * file that cannot be read has no lines.
 */
export class SourceLines {
  readonly #root: string;
  readonly #staged: StagedFiles | undefined;
  readonly #lines = new Map<string, readonly string[]>();

  constructor(root: string, staged?: StagedFiles) {
    this.#root = root;
    this.#staged = staged;
  }

  /**
   * Call this before asking for lines of these files. Reads all files that only git has together.
   */
  async load(paths: Iterable<string>): Promise<void> {
    const staged = this.#staged;
    if (staged === undefined) return;
    const asked = new Set(paths).difference(new Set(this.#lines.keys()));
    const differing = [...asked].filter((path) => !staged.isAsInTree(path));
    for (const path of differing) this.#lines.set(path, []);
    for await (const [path, bytes] of staged.read(differing, MAX_BYTES)) this.#lines.set(path, linesOf(bytes));
  }

  of(path: string): readonly string[] {
    let lines = this.#lines.get(path);
    if (lines === undefined) {
      const bytes = this.#staged?.isAsInTree(path) === false ? undefined : readBytes(join(this.#root, path));
      lines = bytes === undefined ? [] : linesOf(bytes);
      this.#lines.set(path, lines);
    }
    return lines;
  }

  line(path: string, line: number): string {
    return this.of(path)[line - 1] ?? "";
  }
}

/** A file with a record is never larger. */
const MAX_BYTES = 64 << 20;

/** Returns the lines of a text file, in any encoding. */
export function linesOf(bytes: Uint8Array): readonly string[] {
  return decodeSource(bytes).text.split(/\r\n|\n/);
}

/** Returns `undefined` if the path is not a readable file. */
export function readBytes(file: string): Buffer | undefined {
  try {
    const found = withFile(file, statSync(file), ({ fd, stats }) => {
      const bytes = Buffer.alloc(stats.size);
      return bytes.subarray(0, readFully(fd, bytes, 0, bytes.length));
    });
    return found.kind === "used" ? found.value : undefined;
  } catch {
    return undefined;
  }
}
