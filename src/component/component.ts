import type { InitializationContext } from "./initialization-context.ts";

/**
 * A part of a program with a life of its own. A `ComponentRegistry` starts it after all that it depends on, and stops it
 * before any of them; it never calls one of the two while the other, or the same, runs.
 */
export interface Component {
  /** Unique within a registry. */
  readonly name: string;
  /** The names of what must run while this one does. */
  readonly dependencies: readonly string[];
  /**
   * Makes the component ready, so that `isInitialized` holds. One that rejects must leave nothing behind: `shutdown` is
   * not called after it. It may be called again after `shutdown`.
   */
  initialize(context: InitializationContext): Promise<void>;
  /** Gives back all that `initialize` took. Does nothing where the component is not initialized. */
  shutdown(): Promise<void>;
  /** Whether the component can be used. */
  readonly isInitialized: boolean;
}
