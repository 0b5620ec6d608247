import type { ExtractionOutcome, ExtractionTask } from "../extract-source-file.ts";

/**
 * A message from the pool to a worker. A worker answers messages in the order in which they came.
 */
export interface ExtractionRequest {
  readonly id: number;
  readonly task: ExtractionTask;
  /**
   * True if the file took too long before. The worker then reads the file and does not extract it.
   */
  readonly outlineOnly: boolean;
}

/** A message from a worker to the pool. */
export type ExtractionReply =
  /** Sent once, before any other message: the worker handles requests from now on. */
  | { readonly kind: "ready" }
  /** The worker could not be set up at all. It ends. */
  | { readonly kind: "unusable"; readonly message: string }
  /** The record as JSON. Cloning its many small objects took nearly twice as long in the worker. */
  | { readonly kind: "extracted"; readonly id: number; readonly json: string; readonly state?: string }
  /**
   * The thread took so much memory for a file that it should end, because a parser never gives
   * memory back.
   */
  | { readonly kind: "heavy" }
  /** The parser broke on the current file. The thread cannot be used any more. */
  | { readonly kind: "broken"; readonly message: string }
  | { readonly kind: "other"; readonly id: number; readonly outcome: Exclude<ExtractionOutcome, { kind: "extracted" }> };
