import type { InitializationContext } from "./initialization-context.ts";

/**
 * A part of a program that can be started and stopped. A `ComponentRegistry` starts a component
 * after all its dependencies and stops it before them. The registry never runs `initialize` and
 * `shutdown` at the same time, nor one of them twice at the same time.
 */
export interface Component {
  /** Unique within a registry. */
  readonly name: string;
  /** The names of the components that must run while this one runs. */
  readonly dependencies: readonly string[];
  /**
   * Makes the component ready: afterwards `isInitialized` is true. If it rejects, it must release
   * everything that it took, because `shutdown` is not called then. It may be called again after
   * `shutdown`.
   */
  initialize(context: InitializationContext): Promise<void>;
  /**
   * Releases everything that `initialize` took. Does nothing if the component is not initialized.
   */
  shutdown(): Promise<void>;
  /** Whether the component can be used. */
  readonly isInitialized: boolean;
}
