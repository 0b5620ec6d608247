/** One step of a schema, never changed once it was released: what it did stands in databases out there. */
export interface Migration {
  /** 1, 2, 3, …: without a gap. */
  readonly version: number;
  /** Statements run inside the transaction that also notes the version. */
  readonly sql: string;
}
