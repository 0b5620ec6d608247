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
  /**
   * By present path; without an object for a file that did not exist. Grows as files are asked for.
   */
  readonly #places: Map<string, FormerPlace>;
  readonly #settings: GitSettings;

  /** `known` has a place for each file that git has compared, by its present path. */
  constructor(root: string, commit: string | undefined, known: ReadonlyMap<string, FormerPlace>, settings: GitSettings) {
    this.#root = root;
    this.#commit = commit;
    this.#places = new Map(known);
    this.#settings = settings;
  }

  /**
   * Reads the files with these present paths. Leaves out new files, and files of more than 16 MiB:
   * the check treats these as files without references and headings.
   */
  async *read(paths: readonly string[]): AsyncGenerator<FormerFile, void, undefined> {
    const places = await this.#placesOf(paths);
    const byObject = Map.groupBy(places, ([, { object }]) => object);
    for await (const [object, bytes] of readBlobs(this.#root, [...byObject.keys()], MAX_BYTES, this.#settings))
      for (const [path, { formerPath }] of byObject.get(object) ?? []) yield { path, formerPath, bytes };
  }

  /** Returns the former paths of those of these files that existed. */
  async existing(paths: readonly string[]): Promise<readonly string[]> {
    return (await this.#placesOf(paths)).map(([, { formerPath }]) => formerPath);
  }

  async #placesOf(paths: readonly string[]): Promise<readonly (readonly [path: string, place: FormerPlace])[]> {
    const unknown = paths.filter((path) => !this.#places.has(path));
    for (let start = 0; start < unknown.length; start += ASKED_AT_ONCE) await this.#ask(unknown.slice(start, start + ASKED_AT_ONCE));
    return paths.flatMap((path): (readonly [string, FormerPlace])[] => {
      const place = this.#places.get(path);
      return place === undefined || NOTHING.test(place.object) ? [] : [[path, place]];
    });
  }

  async #ask(paths: readonly string[]): Promise<void> {
    const listing = ["--literal-pathspecs", "ls-tree", "-z", this.#commit ?? "", "--", ...paths.map((path) => `./${path}`)];
    const words = this.#commit === undefined ? [] : wordsOf(await succeeded(runGit(this.#root, listing, this.#settings), this.#root));
    for (const path of paths) this.#places.set(path, { formerPath: path, object: "" });
    for (const word of words) {
      const [, object, path] = /^\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(word) ?? [];
      if (object !== undefined && path !== undefined) this.#places.set(path, { formerPath: path, object });
    }
  }
}

const MAX_BYTES = 16 << 20;
/** A file that did not exist has no object, or the name that git has for no content. */
const NOTHING = /^0*$/;
/** A command line of this many names works on every system. */
const ASKED_AT_ONCE = 100;
