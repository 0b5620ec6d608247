/** What the history of a repository tells about paths that no longer exist. */
export interface FileHistory {
  /**
   * True if the history was read to its beginning. Only then is it known that a path which the
   * history lacks never existed.
   */
  readonly isWhole: boolean;
  /** Returns the last commit that removed the path, and the new name if that commit renamed it. */
  removal(path: string): Removal | undefined;
}

export interface Removal {
  /** The short name of the commit. Missing if the removal is not committed yet. */
  readonly commit?: string | undefined;
  readonly renamedTo?: string | undefined;
}

export const NO_HISTORY: FileHistory = { isWhole: false, removal: () => undefined };
