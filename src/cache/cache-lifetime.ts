import { MetacacheError } from "../base/errors.ts";
import { describe } from "../base/validation.ts";

/** Knows if a cache is still open. All parts of the cache share it. */
export class CacheLifetime {
  readonly #project: string;
  #isOver = false;

  constructor(project: string) {
    this.#project = project;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Throws `E_CLOSED` if the cache was closed. */
  assertOpen(): void {
    if (this.#isOver)
      throw new MetacacheError("E_CLOSED", `the cache of project ${describe(this.#project)} is shut down`, {
        remedy: "open another cache",
      });
  }
}
