/** Where in an item something stands: before its first token, outside of all its brackets, or within some. */
export const PLACE = { between: 0, head: 1, inside: 2 } as const;
export type Place = (typeof PLACE)[keyof typeof PLACE];

/** One `#if` that is not yet ended. */
interface Conditional {
  readonly place: Place;
  readonly depth: number;
  /** Whether its first branch is dead and its `#else` was not met yet. */
  isDead: boolean;
  /** Whether its first branch alone is alive. */
  readonly isOnly: boolean;
}

/** A directive, and where it stands. */
export interface Directive {
  readonly name: string;
  /** What stands behind the name, without comments. */
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
 * it does not close, would unbalance them: only the first is read. What is dead (`#if 0`, assembler) is not read at all.
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

  /** Whether what is left out is dead, and not another branch's. */
  get isDead(): boolean {
    return this.#open[this.#skippedBy]?.isDead === true;
  }

  follow(directive: Directive): void {
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

  /** What `restore` goes back to. */
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

/** Whether another branch may follow the one that ends here. */
function isReadOn(current: Conditional, { place, depth, opensBody }: Directive): boolean {
  if (current.isOnly) return false;
  if (place === PLACE.inside || current.place === PLACE.inside || depth !== current.depth) return false;
  // What began in a head and has its body now needs no other.
  return current.place === PLACE.between || place === PLACE.head || !opensBody;
}

/** Headers that assemblers read as well have a branch for them, which is no C. */
const ASSEMBLER = /^__ASSEMBL(?:Y|ER)__$/;
const DEAD = /^(?:\(?0\)?|defined ?\(?__ASSEMBL(?:Y|ER)__\)?)$/;
const ALIVE = /^(?:\(?1\)?|! ?defined ?\(?__ASSEMBL(?:Y|ER)__\)?)$/;

export interface ConditionalState {
  readonly open: readonly Conditional[];
  readonly skippedBy: number;
}
