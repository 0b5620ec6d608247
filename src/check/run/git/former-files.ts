import { type GitSettings, runGit } from "../../../extraction/tree/run-git.ts";
import { readBlobs } from "./blobs.ts";
import { succeeded, wordsOf } from "./entries.ts";

/** A file as it was before a change. */
export interface FormerFile {
  /** Its present path. */
  readonly path: string;
  /** Its path before the change. The change may have renamed the file. */
  readonly formerPath: string;
  readonly bytes: Buffer;
}

/** Where git has the former content of a file that a change touched. */
export interface FormerPlace {
  readonly formerPath: string;
  readonly object: string;
}

/** The files of a repository as they were in a commit. */
export class FormerFiles {
  readonly #root: string;
  readonly #commit: string | undefined;
  readonly #known: ReadonlyMap<string, FormerPlace>;
  readonly #settings: GitSettings;

  /** `known` has a place for each file that git has compared, by its present path. */
  constructor(root: string, commit: string | undefined, known: ReadonlyMap<string, FormerPlace>, settings: GitSettings) {
    this.#root = root;
    this.#commit = commit;
    this.#known = known;
    this.#settings = settings;
  }

  /**
   * Reads the files with these present paths. Leaves out new files, and files larger than
   * `maxBytes`.
   */
  async *read(paths: readonly string[], maxBytes: number): AsyncGenerator<FormerFile, void, undefined> {
    const places = await this.#placesOf(paths);
    const byObject = Map.groupBy(places, ([, { object }]) => object);
    for await (const [object, bytes] of readBlobs(this.#root, [...byObject.keys()], maxBytes, this.#settings))
      for (const [path, { formerPath }] of byObject.get(object) ?? []) yield { path, formerPath, bytes };
  }

  /** Returns the former paths of those of these files that existed. */
  async existing(paths: readonly string[]): Promise<readonly string[]> {
    return (await this.#placesOf(paths)).map(([, { formerPath }]) => formerPath);
  }

  async #placesOf(paths: readonly string[]): Promise<readonly (readonly [path: string, place: FormerPlace])[]> {
    const places = new Map(
      paths.flatMap((path): (readonly [string, FormerPlace])[] => {
        const place = this.#known.get(path);
        return place === undefined ? [] : [[path, place]];
      }),
    );
    const others = paths.filter((path) => !places.has(path));
    for (let start = 0; this.#commit !== undefined && start < others.length; start += ASKED_AT_ONCE) {
      const asked = others.slice(start, start + ASKED_AT_ONCE).map((path) => `./${path}`);
      const listing = ["--literal-pathspecs", "ls-tree", "-z", this.#commit, "--", ...asked];
      for (const word of wordsOf(await succeeded(runGit(this.#root, listing, this.#settings), this.#root))) {
        const [, object, path] = /^\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(word) ?? [];
        if (object !== undefined && path !== undefined) places.set(path, { formerPath: path, object });
      }
    }
    return [...places].filter(([, { object }]) => !NOTHING.test(object));
  }
}

/** Git's name for the content of a file that did not exist. */
const NOTHING = /^0+$/;
/** A command line of this many names works on every system. */
const ASKED_AT_ONCE = 100;
