import type { Logger } from "../base/logger.ts";
import type { MetacacheConfig } from "../config/config-sources.ts";
import type { Component } from "./component.ts";

/** What a component is given to start with. */
export interface InitializationContext {
  /** The configuration that the registry was made with. */
  readonly config: MetacacheConfig;
  /** Its lines carry the component's name. */
  readonly logger: Logger;
  /** A running component that this one declares as a dependency. Throws as `ComponentRegistry.getComponent` does. */
  getComponent<C extends Component = Component>(name: string, is?: (component: Component) => component is C): C;
}
