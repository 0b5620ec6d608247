/**
 * One step of a schema. It never changes after its release, because existing databases contain its
 * result.
 */
export interface Migration {
  /** 1, 2, 3, …, without a gap. */
  readonly version: number;
  /** Statements. They run in the same transaction that notes the version. */
  readonly sql: string;
}
