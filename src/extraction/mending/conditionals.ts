/** One `#if` that is not yet ended. */
interface Conditional {
  /** Whether it began between two items. */
  readonly betweenItems: boolean;
  /** How many scopes were open. */
  readonly depth: number;
  /** Whether this is an `#if 0` whose `#else` was not met yet. */
  isDead: boolean;
}

/**
 * Which branches of `#if` are read. Between items all of them are: each defines its own. A branch that begins or ends within an
 * item, or opens a scope that it does not close, is one of several beginnings (or ends) of the same thing, of which one can be
 * read: the first, or the second of an `#if 0`.
 */
export class Conditionals {
  readonly #open: Conditional[] = [];
  /** Which of the open ones leaves out what is read now; none: -1. */
  #skippedBy = -1;

  get isSkipping(): boolean {
    return this.#skippedBy !== -1;
  }

  /** Follows a directive, given its name and what stands behind it. */
  follow(name: string, condition: string, betweenItems: boolean, depth: number): void {
    switch (name) {
      case "if":
      case "ifdef":
      case "ifndef":
        this.#open.push({ betweenItems, depth, isDead: false });
        if (name === "if" && condition === "0" && !betweenItems && !this.isSkipping) this.#skipTheDead();
        break;
      case "else":
      case "elif":
      case "elifdef":
      case "elifndef":
        this.#alternate(betweenItems, depth);
        break;
      case "endif":
        this.#open.pop();
        if (this.#skippedBy === this.#open.length) this.#skippedBy = -1;
    }
  }

  /** What `restore` goes back to. */
  save(): ConditionalState {
    return { open: this.#open.map((one) => ({ ...one })), skippedBy: this.#skippedBy };
  }

  restore(state: ConditionalState): void {
    this.#open.splice(0, this.#open.length, ...state.open.map((one) => ({ ...one })));
    this.#skippedBy = state.skippedBy;
  }

  #skipTheDead(): void {
    this.#skippedBy = this.#open.length - 1;
    this.#open.at(-1)!.isDead = true;
  }

  #alternate(betweenItems: boolean, depth: number): void {
    const current = this.#open.at(-1);
    if (current === undefined) return;
    if (this.#skippedBy === this.#open.length - 1) {
      if (current.isDead) this.#skippedBy = -1;
      current.isDead = false;
    } else if (!this.isSkipping && !(betweenItems && current.betweenItems && depth === current.depth)) {
      this.#skippedBy = this.#open.length - 1;
    }
  }
}

export interface ConditionalState {
  readonly open: readonly Conditional[];
  readonly skippedBy: number;
}
