import type { Fingerprint } from "../../record/fingerprint.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { LoadProgress } from "../../sync/database-synchronizer.ts";

/** What the database holds of a file, as far as the file itself can be compared with it. */
export type StoredFile = Pick<FileMetadata, "path" | "size" | "modifiedAt" | "digest">;

/** Every row of a project at one revision. */
export interface StoredFiles {
  readonly revision: number;
  readonly files: readonly StoredFile[];
  /** The rows of which no record can be made, each with why. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/**
 * Reads every row once, since nothing less tells which rows can be read, and keeps a few fields of each. Builds no index.
 * Throws `E_DATABASE_UNAVAILABLE`.
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
 * The same from the checkpoint of the index, what has changed since, and what the database tells of rows without reading them whole.
 * Without a checkpoint, every row is read. A row that was damaged past the database's triggers is found by `doctor` and `verify` alone.
 */
export async function glanceAtStoredFiles(store: ProjectStore, onProgress: (progress: LoadProgress) => void): Promise<StoredFiles> {
  if ((await store.checkpoints.header()) === undefined) return readStoredFiles(store, onProgress);
  // Small projects have no checkpoint, and need none of this.
  const { BareIndex } = await import("../../cache/bare-index.ts");
  const { revision, unreadable } = await BareIndex.open(store, { onLoadProgress: onProgress });
  const files = await readFingerprints(store.readFingerprints(PAGE));
  return { revision, files: files.filter(({ path }) => !unreadable.has(path)), unreadable };
}

/** The same of every row that can be read, from what the database tells of rows without reading them whole. */
export async function readFingerprints(pages: AsyncIterable<readonly Fingerprint[]>): Promise<readonly StoredFile[]> {
  const files: StoredFile[] = [];
  for await (const page of pages) for (const fingerprint of page) files.push(comparedPart(fingerprint));
  return files;
}

const PAGE = 500;

function comparedPart({ path, size, modifiedAt, digest }: StoredFile): StoredFile {
  return { path, size, modifiedAt, digest };
}
