import { statSync } from "node:fs";
import { join } from "node:path";
import { decodeSource } from "../../extraction/decode-source.ts";
import { readFully, withFile } from "../../files/read-file.ts";

/** The lines of files of the tree, each file read once. A file that cannot be read has none. */
export class SourceLines {
  readonly #root: string;
  readonly #lines = new Map<string, readonly string[]>();

  constructor(root: string) {
    this.#root = root;
  }

  of(path: string): readonly string[] {
    let lines = this.#lines.get(path);
    if (lines === undefined) {
      const bytes = readBytes(join(this.#root, path));
      lines = bytes === undefined ? [] : decodeSource(bytes).text.split(/\r\n|\n/);
      this.#lines.set(path, lines);
    }
    return lines;
  }

  line(path: string, line: number): string {
    return this.of(path)[line - 1] ?? "";
  }
}

/** `undefined` if it is no file that can be read. */
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
