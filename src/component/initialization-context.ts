import type { Logger } from "../base/logger.ts";
import type { MetacacheConfig } from "../config/config-sources.ts";
import type { Component } from "./component.ts";

/** What a component receives when it starts. */
export interface InitializationContext {
  /** The configuration of the registry. */
  readonly config: MetacacheConfig;
  /** Puts the component's name before each line. */
  readonly logger: Logger;
  /**
   * Returns a running component that this one declares as a dependency. Throws the errors of
   * `ComponentRegistry.getComponent`.
   */
  getComponent<C extends Component = Component>(name: string, is?: (component: Component) => component is C): C;
}
