import type { ProjectPath } from "../record/project-path.ts";

/**
 * What is to be done at once, each part with the number of the moment at which it was known first.
 */
export interface Work {
  readonly paths: ReadonlyMap<string, number>;
  /** Why everything is to be looked at. */
  readonly look: { readonly reason: string; readonly since: number } | undefined;
  /** What git tracks is to be compared. */
  readonly index: number | undefined;
}

/**
 * What is known to have changed and is not in the cache yet. Moments are numbered, so that a wait
 * knows what came before it.
 */
export class PendingChanges {
  #moment = 0;
  #paths = new Map<string, number>();
  #look: Work["look"];
  #index: number | undefined;
  #inHand: Work | undefined;

  add(paths: Iterable<string>): void {
    this.#moment++;
    for (const path of paths) if (!this.#paths.has(path)) this.#paths.set(path, this.#moment);
  }

  needLook(reason: string): void {
    this.#moment++;
    this.#look ??= { reason, since: this.#moment };
  }

  needIndex(): void {
    this.#moment++;
    this.#index ??= this.#moment;
  }

  /** What is added after this has a later number. */
  get moment(): number {
    return this.#moment;
  }

  get size(): number {
    return this.#paths.size + (this.#inHand?.paths.size ?? 0);
  }

  get isEmpty(): boolean {
    return this.#paths.size === 0 && this.#look === undefined && this.#index === undefined;
  }

  /** All of it, to be worked on; `done` or `giveBack` follows. */
  take(): Work {
    const work: Work = { paths: this.#paths, look: this.#look, index: this.#index };
    [this.#paths, this.#look, this.#index, this.#inHand] = [new Map<string, number>(), undefined, undefined, work];
    return work;
  }

  /** The work in hand is done, but for these paths. */
  done(again: Iterable<string>): void {
    const work = this.#inHand;
    this.#inHand = undefined;
    for (const path of again) this.#paths.set(path, work?.paths.get(path) ?? this.#moment);
  }

  /** The work in hand could not be done. */
  giveBack(): void {
    const work = this.#inHand;
    this.#inHand = undefined;
    if (work === undefined) return;
    for (const [path, since] of work.paths) this.#paths.set(path, since);
    this.#look = work.look ?? this.#look;
    this.#index = work.index ?? this.#index;
  }

  /** Whether something of this moment or an earlier one is left. */
  isBehind(moment: number): boolean {
    const { paths, onlyThese } = this.behind(moment);
    return !onlyThese || paths.length > 0;
  }

  /** What of this moment or an earlier one is left; unless `onlyThese`, anything may be. */
  behind(moment: number): { readonly paths: readonly ProjectPath[]; readonly onlyThese: boolean } {
    const works = [{ paths: this.#paths, look: this.#look, index: this.#index }, ...(this.#inHand === undefined ? [] : [this.#inHand])];
    const paths = works
      .flatMap((work) => Array.from(work.paths).filter(([, since]) => since <= moment))
      .map(([path]) => path as ProjectPath);
    const isUnknown = works.some(({ look, index }) => (look?.since ?? Infinity) <= moment || (index ?? Infinity) <= moment);
    return { paths: [...new Set(paths)].sort(), onlyThese: !isUnknown };
  }
}
