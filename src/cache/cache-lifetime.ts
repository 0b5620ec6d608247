import { MetacacheError } from "../base/errors.ts";
import { describe } from "../base/validation.ts";

/** Whether a cache is still open, for all of its parts. */
export class CacheLifetime {
  readonly #project: string;
  #isOver = false;

  constructor(project: string) {
    this.#project = project;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Throws `E_CLOSED` after the end. */
  assertOpen(): void {
    if (this.#isOver)
      throw new MetacacheError("E_CLOSED", `the cache of project ${describe(this.#project)} is shut down`, { remedy: "open another one" });
  }
}
