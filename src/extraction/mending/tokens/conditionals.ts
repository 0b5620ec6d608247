/**
 * Where a token is in an item: `between`, before its first token; `head`, outside of all its
 * brackets; `inside`, within brackets.
 */
export const PLACE = { between: 0, head: 1, inside: 2 } as const;
export type Place = (typeof PLACE)[keyof typeof PLACE];

/** An `#if` that has not ended yet. */
interface Conditional {
  readonly place: Place;
  readonly depth: number;
  /** True if the first branch is dead and the `#else` was not reached yet. */
  isDead: boolean;
  /** True if only the first branch is alive. */
  readonly isOnly: boolean;
}

/** A directive, and where it is. */
export interface Directive {
  readonly name: string;
  /** The text after the name, without comments. */
  readonly condition: string;
  readonly start: number;
  readonly end: number;
  readonly place: Place;
  /** How many scopes are open. */
  readonly depth: number;
  /** True if a body opens directly after the directive. */
  readonly opensBody: boolean;
}

/**
 * Decides which branches of an `#if` are read.
 *
 * Between items, all branches are read, because each defines its own things. Within a head, all are
 * read too, and the reader learns which spans belong to other branches. But if a branch begins or
 * ends within brackets, or opens a scope that it does not close, only the first branch is read,
 * because the others would unbalance the brackets. Dead branches (`#if 0`, assembler) are not read
 * at all.
 */
export class Conditionals {
  /**
   * The starts and ends of other branches within the current head. The reader empties this before
   * each item.
   */
  readonly alternatives: number[] = [];
  readonly #open: Conditional[] = [];
  /** The index of the open `#if` that skips the current text, or -1 if no text is skipped. */
  #skippedBy = -1;

  get isSkipping(): boolean {
    return this.#skippedBy !== -1;
  }

  /** True if the skipped text is dead, and does not just belong to another branch. */
  get isDead(): boolean {
    return this.#open[this.#skippedBy]?.isDead === true;
  }

  readDirective(directive: Directive): void {
    const { name, condition, place, depth, end } = directive;
    switch (name) {
      case "if":
      case "ifdef":
      case "ifndef":
        this.#begin(name, condition, place, depth);
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

  /** Returns a state for `restore`. */
  save(): ConditionalState {
    return { open: this.#open.map((one) => ({ ...one })), skippedBy: this.#skippedBy };
  }

  restore(state: ConditionalState): void {
    this.#open.splice(0, this.#open.length, ...state.open.map((one) => ({ ...one })));
    this.#skippedBy = state.skippedBy;
  }

  #begin(name: string, condition: string, place: Place, depth: number): void {
    const isDead = name === "ifdef" ? ASSEMBLER.test(condition) : name === "if" && DEAD.test(condition);
    const isOnly = name === "ifndef" ? ASSEMBLER.test(condition) : name === "if" && ALIVE.test(condition);
    this.#open.push({ place, depth, isDead, isOnly });
    if (isDead && !this.isSkipping) this.#skippedBy = this.#open.length - 1;
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

/** Returns true if another branch may be read after the one that ends here. */
function isReadOn(current: Conditional, { place, depth, opensBody }: Directive): boolean {
  if (current.isOnly) return false;
  if (place === PLACE.inside || current.place === PLACE.inside || depth !== current.depth) return false;
  // An item that began in a head and has its body now needs no other branch.
  return current.place === PLACE.between || place === PLACE.head || !opensBody;
}

/** Headers that assemblers also read have a branch for them. That branch is not C. */
const ASSEMBLER = /^__ASSEMBL(?:Y|ER)__$/;
const DEAD = /^(?:\(?0\)?|defined ?\(?__ASSEMBL(?:Y|ER)__\)?)$/;
const ALIVE = /^(?:\(?1\)?|! ?defined ?\(?__ASSEMBL(?:Y|ER)__\)?)$/;

export interface ConditionalState {
  readonly open: readonly Conditional[];
  readonly skippedBy: number;
}
