import { lstatSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import { digestOf } from "../../files/digest.ts";
import { readFully, withFile } from "../../files/read-file.ts";

/**
 * Returns the text of a file on disk. Throws `E_SOURCE` if the file cannot be read, or if its
 * digest differs from the record's, because then the line numbers of the record are wrong.
 */
export function fileText(root: string, path: string, digest: string | undefined): string {
  const bytes = bytesOf(join(root, path), path);
  if (digest !== undefined && digestOf(bytes) !== digest) {
    throw new MetacacheError("E_SOURCE", `${JSON.stringify(path)} has changed since it was indexed`, {
      remedy: "ask again with a longer waitMs, such as 5000",
    });
  }
  return bytes.toString("utf8");
}

function bytesOf(file: string, path: string): Buffer {
  try {
    // A folder of the path may have been replaced by a symbolic link since the file was indexed.
    // The root is a real path.
    if (realpathSync(file) !== file) throw new MetacacheError("E_SOURCE", "its path contains a symbolic link");
    const found = withFile(file, lstatSync(file), ({ fd, stats }) => {
      const bytes = Buffer.alloc(stats.size);
      return bytes.subarray(0, readFully(fd, bytes, 0, bytes.length));
    });
    if (found.kind === "used") return found.value;
  } catch (error) {
    throw new MetacacheError("E_SOURCE", `${JSON.stringify(path)} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  throw new MetacacheError("E_SOURCE", `${JSON.stringify(path)} is not a readable file`);
}
