import type { ProjectPath } from "../../record/project-path.ts";

/** What one look has to do. Each part has the number of the moment when it was known first. */
export interface Work {
  readonly paths: ReadonlyMap<string, number>;
  /** Why the look must be at everything. */
  readonly look: { readonly reason: string; readonly since: number } | undefined;
  /** Set if the list of files that git tracks must be compared. */
  readonly index: number | undefined;
}

/**
 * Changes that are known and not in the cache yet. Moments are numbered, so that a wait knows what
 * came before it.
 */
export class PendingChanges {
  #moment = 0;
  #paths = new Map<string, number>();
  #look: Work["look"];
  #index: number | undefined;
  #current: Work | undefined;

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

  /** The number of the present moment. Whatever is added later has a higher number. */
  get moment(): number {
    return this.#moment;
  }

  get size(): number {
    return this.#paths.size + (this.#current?.paths.size ?? 0);
  }

  get isEmpty(): boolean {
    return this.#paths.size === 0 && this.#look === undefined && this.#index === undefined;
  }

  /** Takes all pending changes as the current work. `done` or `giveBack` must follow. */
  take(): Work {
    const work: Work = { paths: this.#paths, look: this.#look, index: this.#index };
    [this.#paths, this.#look, this.#index, this.#current] = [new Map<string, number>(), undefined, undefined, work];
    return work;
  }

  /** Notes that the current work is done, except for the paths in `again`. */
  done(again: Iterable<string>): void {
    const work = this.#current;
    this.#current = undefined;
    for (const path of again) this.#paths.set(path, work?.paths.get(path) ?? this.#moment);
  }

  /** Notes that the current work failed. Its changes are pending again. */
  giveBack(): void {
    const work = this.#current;
    this.#current = undefined;
    if (work === undefined) return;
    for (const [path, since] of work.paths) this.#paths.set(path, since);
    this.#look = work.look ?? this.#look;
    this.#index = work.index ?? this.#index;
  }

  /** True if a change of this moment or an earlier one is left. */
  isBehind(moment: number): boolean {
    const { paths, onlyThese } = this.behind(moment);
    return !onlyThese || paths.length > 0;
  }

  /**
   * Returns the paths of this moment or an earlier one that are left. If `onlyThese` is false, any
   * other path may be behind, too.
   */
  behind(moment: number): { readonly paths: readonly ProjectPath[]; readonly onlyThese: boolean } {
    const works = [{ paths: this.#paths, look: this.#look, index: this.#index }, ...(this.#current === undefined ? [] : [this.#current])];
    const paths = works
      .flatMap((work) => Array.from(work.paths).filter(([, since]) => since <= moment))
      .map(([path]) => path as ProjectPath);
    const isUnknown = works.some(({ look, index }) => (look?.since ?? Infinity) <= moment || (index ?? Infinity) <= moment);
    return { paths: [...new Set(paths)].sort(), onlyThese: !isUnknown };
  }
}
