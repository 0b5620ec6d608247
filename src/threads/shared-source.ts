import type { StoredChange } from "../database/metadata-database.ts";
import type { IndexManager } from "../indexing/index-manager.ts";
import type { FileMetadata } from "../model/file-metadata.ts";
import type { ProjectPath } from "../model/project-path.ts";
import type { Method } from "./thread-messages.ts";

/** What sharing needs of the cache that is shared; declared here by its user, implemented by the cache. */
export interface SharedSource {
  readonly project: string;
  readonly revision: number;
  /** When the cache was last known to equal the database, in milliseconds since the Unix epoch; 0 if the database is on another history now. */
  readonly confirmedAt: number;
  readonly unreadable: ReadonlyMap<ProjectPath, string>;
  /** Another object after a load has replaced it. */
  readonly index: IndexManager;
  residents(): Iterable<FileMetadata>;
  peek(path: ProjectPath): FileMetadata | undefined;
  /** The revision of the path's last change; `undefined` where the index has no such path. */
  revisionOf(path: ProjectPath): number | undefined;
  /** What a reader asks for by message. */
  call(method: Method, args: readonly unknown[]): Promise<unknown>;
}

/** What the cache tells those who share it, each time in the same turn in which it happens. */
export interface StateObserver {
  /** The state has moved on by these changes, all of which are newer than what was known. */
  changed(changes: readonly StoredChange[]): void;
  /** The whole state was replaced. */
  replaced(): void;
  /** A record has come into memory; its revision is the one that the index knows. */
  admitted(record: FileMetadata, revision: number): void;
  /** `confirmedAt` is another. */
  confirmed(): void;
}
