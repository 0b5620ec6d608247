import type { Fingerprint } from "../../record/fingerprint.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { LoadProgress } from "../../sync/database-synchronizer.ts";

/** The stored fields of a file that can be compared with the file itself. */
export type StoredFile = Pick<FileMetadata, "path" | "size" | "modifiedAt" | "digest">;

/** All rows of a project at one revision. */
export interface StoredFiles {
  readonly revision: number;
  readonly files: readonly StoredFile[];
  /** The unreadable rows, each with the reason. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/**
 * Reads every row once, and keeps a few fields of each. Only reading a row tells if it can be read.
 * Builds no index. Throws `E_DATABASE_UNAVAILABLE`.
 */
export async function readStoredFiles(store: ProjectStore, onProgress: (progress: LoadProgress) => void): Promise<StoredFiles> {
  const files: StoredFile[] = [];
  const unreadable = new Map<string, string>();
  const scan = await store.scan(PAGE);
  try {
    for await (const rows of scan.pages) {
      for (const row of rows) {
        if (row.unreadable === undefined) files.push(comparedPart(row.record));
        else unreadable.set(row.path, row.unreadable);
      }
      onProgress({ loaded: files.length + unreadable.size, total: scan.total });
    }
  } finally {
    await scan.close();
  }
  return { revision: scan.position.revision, files, unreadable };
}

/**
 * Returns the same without reading every row: from the checkpoint of the index, the changes since
 * then, and the fingerprints in the database. Without a checkpoint, reads every row. Does not find
 * a row that was damaged without the database's triggers. Only `doctor` and `verify` find such a
 * row.
 */
export async function glanceAtStoredFiles(store: ProjectStore, onProgress: (progress: LoadProgress) => void): Promise<StoredFiles> {
  if ((await store.checkpoints.header()) === undefined) return readStoredFiles(store, onProgress);
  // Small projects have no checkpoint, and do not need this module.
  const { BareIndex } = await import("../../cache/bare-index.ts");
  const { revision, unreadable } = await BareIndex.open(store, { onLoadProgress: onProgress });
  const files = await readFingerprints(store.readFingerprints(PAGE));
  return { revision, files: files.filter(({ path }) => !unreadable.has(path)), unreadable };
}

/** Returns the same fields of all rows from their fingerprints, without reading whole rows. */
export async function readFingerprints(pages: AsyncIterable<readonly Fingerprint[]>): Promise<readonly StoredFile[]> {
  const files: StoredFile[] = [];
  for await (const page of pages) for (const fingerprint of page) files.push(comparedPart(fingerprint));
  return files;
}

const PAGE = 500;

function comparedPart({ path, size, modifiedAt, digest }: StoredFile): StoredFile {
  return { path, size, modifiedAt, digest };
}
