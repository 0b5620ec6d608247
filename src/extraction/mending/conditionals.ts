/** Where in an item something stands: before its first token, outside of all its brackets, or within some. */
export const PLACE = { between: 0, head: 1, inside: 2 } as const;
export type Place = (typeof PLACE)[keyof typeof PLACE];

/** One `#if` that is not yet ended. */
interface Conditional {
  readonly place: Place;
  readonly depth: number;
  /** Whether this is an `#if 0` whose `#else` was not met yet. */
  isDead: boolean;
}

/** A directive, and where it stands. */
export interface Directive {
  readonly name: string;
  /** The first word behind the name. */
  readonly condition: string;
  readonly start: number;
  readonly end: number;
  readonly place: Place;
  /** How many scopes are open. */
  readonly depth: number;
  /** Whether a body opens right behind it. */
  readonly opensBody: boolean;
}

/**
 * Which branches of `#if` are read. Between items all are: each defines its own. Within a head all are, too, and the reader is
 * told which stretches were another branch's. But a branch that begins or ends within brackets, or opens a scope that
 * it does not close, would unbalance them: only the first is read, or the second of an `#if 0`.
 */
export class Conditionals {
  /** Starts and ends of other branches within the present head. The reader empties it before each item. */
  readonly alternatives: number[] = [];
  readonly #open: Conditional[] = [];
  /** Which of the open ones leaves out what is read now; none: -1. */
  #skippedBy = -1;

  get isSkipping(): boolean {
    return this.#skippedBy !== -1;
  }

  follow(directive: Directive): void {
    const { name, condition, place, depth, end } = directive;
    switch (name) {
      case "if":
      case "ifdef":
      case "ifndef":
        this.#open.push({ place, depth, isDead: false });
        if (name === "if" && condition === "0" && place === PLACE.inside && !this.isSkipping) this.#skipTheDead();
        break;
      case "else":
      case "elif":
      case "elifdef":
      case "elifndef":
        this.#alternate(directive);
        break;
      case "endif":
        this.#open.pop();
        if (this.#skippedBy === this.#open.length) this.#skippedBy = -1;
        if (this.alternatives.length % 2 === 1) this.alternatives.push(end);
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

  #alternate(directive: Directive): void {
    const current = this.#open.at(-1);
    if (current === undefined) return;
    if (this.#skippedBy === this.#open.length - 1) {
      if (current.isDead) this.#skippedBy = -1;
      current.isDead = false;
    } else if (!this.isSkipping) {
      if (!isReadOn(current, directive)) this.#skippedBy = this.#open.length - 1;
      else if (directive.place === PLACE.head && this.alternatives.length % 2 === 0) this.alternatives.push(directive.start);
    }
  }
}

/** Whether another branch may follow the one that ends here. */
function isReadOn(current: Conditional, { place, depth, opensBody }: Directive): boolean {
  if (place === PLACE.inside || current.place === PLACE.inside || depth !== current.depth) return false;
  // What began in a head and has its body now needs no other.
  return current.place === PLACE.between || place === PLACE.head || !opensBody;
}

export interface ConditionalState {
  readonly open: readonly Conditional[];
  readonly skippedBy: number;
}
