import { BINARY_PROBE_BYTES, isBinary } from "../../../extraction/encoding/byte-order-mark.ts";
import { MetacacheError } from "../../../base/errors.ts";
import type { GitSettings } from "../../../extraction/tree/run-git.ts";
import { pathProblem } from "../../../record/project-path.ts";
import { readBlobs } from "./blobs.ts";
import { readIndexEntries, readWorkingChanges } from "./entries.ts";

/** The files in git's index: those that a commit would contain. */
export class StagedFiles {
  /** Folders that are repositories of their own. */
  readonly closed: readonly string[];
  /** The object with the content of each path. A symbolic link has no object here. */
  readonly #objects: ReadonlyMap<string, string | undefined>;
  /** Files whose content in the working tree may differ. */
  readonly #differing: ReadonlySet<string>;
  readonly #root: string;
  readonly #settings: GitSettings;

  private constructor(root: string, settings: GitSettings, found: Pick<StagedFiles, "closed"> & FoundFiles) {
    this.#root = root;
    this.#settings = settings;
    this.closed = found.closed;
    this.#objects = found.objects;
    this.#differing = found.differing;
  }

  /**
   * Throws `E_SOURCE` if git cannot tell, or if a merge left conflicts that nobody has resolved:
   * then nothing can be committed.
   */
  static async read(root: string, settings: GitSettings): Promise<StagedFiles> {
    const entries = await readIndexEntries(root, settings);
    const unmerged = entries.find(({ stage }) => stage > 0);
    if (unmerged !== undefined) {
      throw new MetacacheError("E_SOURCE", `${unmerged.path} has merge conflicts, so it is not known what will be committed`, {
        remedy: "resolve them and `git add` the file, or check without --staged",
      });
    }
    const { changed, removed, intended } = await readWorkingChanges(root, settings);
    const isIntended = new Set(intended);
    const files = entries.filter(({ path, mode }) => mode !== SUBMODULE && pathProblem(path) === undefined && !isIntended.has(path));
    return new StagedFiles(root, settings, {
      closed: entries.flatMap(({ path, mode }) => (mode === SUBMODULE ? [path] : [])),
      objects: new Map(files.map(({ path, mode, object }) => [path, mode === SYMBOLIC_LINK ? undefined : object])),
      differing: new Set([...changed, ...removed, ...files.flatMap(({ path, isUnwatched }) => (isUnwatched ? [path] : []))]),
    });
  }

  paths(): Iterable<string> {
    return this.#objects.keys();
  }

  has(path: string): boolean {
    return this.#objects.has(path);
  }

  /** True if the working tree is known to have the same content. */
  isAsInTree(path: string): boolean {
    return this.has(path) && !this.#differing.has(path);
  }

  /**
   * Yields the contents of these files, in any order. Leaves out files that the index does not
   * have, files that are not text, and files larger than `maxBytes`.
   */
  async *read(paths: Iterable<string>, maxBytes: number): AsyncGenerator<readonly [path: string, bytes: Buffer], void, undefined> {
    const byObject = Map.groupBy(paths, (path) => this.#objects.get(path) ?? NO_OBJECT);
    byObject.delete(NO_OBJECT);
    for await (const [object, bytes] of readBlobs(this.#root, [...byObject.keys()], maxBytes, this.#settings)) {
      if (isBinary(bytes.subarray(0, BINARY_PROBE_BYTES))) continue;
      for (const path of byObject.get(object) ?? []) yield [path, bytes];
    }
  }
}

interface FoundFiles {
  readonly objects: ReadonlyMap<string, string | undefined>;
  readonly differing: ReadonlySet<string>;
}

/** For paths that the index does not have, and for symbolic links. */
const NO_OBJECT = "";
const SUBMODULE = "160000";
const SYMBOLIC_LINK = "120000";
