/** What a repository's history tells of paths that are no longer there. */
export interface FileHistory {
  /**
   * Whether it was read to its beginning: only then is a path that it does not know known never to
   * have existed.
   */
  readonly isWhole: boolean;
  /** The commit that removed the path last, and what the path was renamed to in it. */
  removal(path: string): Removal | undefined;
}

export interface Removal {
  /** Shortened, as people write it; missing if the removal is not committed yet. */
  readonly commit?: string | undefined;
  readonly renamedTo?: string | undefined;
}

export const NO_HISTORY: FileHistory = { isWhole: false, removal: () => undefined };
