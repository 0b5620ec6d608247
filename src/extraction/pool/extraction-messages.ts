import type { ExtractionOutcome, ExtractionTask } from "../extract-source-file.ts";

/** From the pool to a worker. A worker answers each in the order in which they came. */
export interface ExtractionRequest {
  readonly id: number;
  readonly task: ExtractionTask;
  /** Set where the file took too long already: it is to be read, not to be extracted. */
  readonly outlineOnly: boolean;
}

/** From a worker to the pool. */
export type ExtractionReply =
  /** Sent once, before any other: requests are handled from now on. */
  | { readonly kind: "ready" }
  /** The worker could not be set up at all; it ends. */
  | { readonly kind: "unusable"; readonly message: string }
  /** The record as JSON: to clone its many small objects took the worker nearly twice as long to send. */
  | { readonly kind: "extracted"; readonly id: number; readonly json: string; readonly state?: string }
  /** The thread has taken so much memory for a file that it had better end: what a parser has taken once it never gives back. */
  | { readonly kind: "heavy" }
  /** The parser broke on the file in hand: the thread is of no more use. */
  | { readonly kind: "broken"; readonly message: string }
  | { readonly kind: "other"; readonly id: number; readonly outcome: Exclude<ExtractionOutcome, { kind: "extracted" }> };
