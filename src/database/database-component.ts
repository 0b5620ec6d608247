import { ComponentNotInitializedError } from "../base/errors.ts";
import type { Component } from "../component/component.ts";
import type { InitializationContext } from "../component/initialization-context.ts";
import type { Logger } from "../base/logger.ts";
import type { MetadataDatabase } from "./metadata-database.ts";

/**
 * Opens the store. The program passes this function, so that the component does not depend on an
 * adapter.
 */
export type OpenDatabase = (logger: Logger) => Promise<MetadataDatabase>;

/**
 * The database as a component: opens when the system starts, closes after all components that use
 * it.
 */
export class DatabaseComponent implements Component {
  readonly name = "database";
  readonly dependencies: readonly string[] = [];
  readonly #open: OpenDatabase;
  #database: MetadataDatabase | undefined;

  /** `open` is called at each start. */
  constructor(open: OpenDatabase) {
    this.#open = open;
  }

  get isInitialized(): boolean {
    return this.#database !== undefined;
  }

  /** Throws `E_NOT_INITIALIZED` before the start and after the end. */
  get database(): MetadataDatabase {
    if (this.#database === undefined) throw new ComponentNotInitializedError(this.name);
    return this.#database;
  }

  async initialize(context: InitializationContext): Promise<void> {
    this.#database = await this.#open(context.logger);
  }

  async shutdown(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    await database?.close();
  }
}
