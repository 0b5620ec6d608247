import { compareValues } from "../base/text/text-order.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import { folderOf, nameOf } from "../references/candidates.ts";
import type { KnownPaths } from "../references/resolve.ts";

/** What the check reads of a file's record. */
export type CheckedRecord = Pick<
  FileMetadata,
  "path" | "language" | "headerSections" | "references" | "headings" | "functions" | "classes" | "symbols"
>;

/** A record has some kilobytes, and the check never looks at most of them. */
export function checkedPart(record: FileMetadata): CheckedRecord {
  const { path, language, headerSections, references, headings, functions, classes, symbols } = record;
  return { path, language, headerSections, references, headings, functions, classes, symbols };
}

/** The content of a project. */
export interface TreeContent {
  readonly records: Iterable<CheckedRecord>;
  /** Files without a record: they exist, and nothing else is known about them. */
  readonly others: Iterable<string>;
  /** Folders that are repositories of their own: nothing is known about their content. */
  readonly closed: Iterable<string>;
}

/** The files and folders that exist: by exact path, by name, and by path in any case. */
export class CheckedTree implements KnownPaths {
  readonly #records = new Map<string, CheckedRecord>();
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #closed = new Set<string>();
  readonly #byName = new Map<string, string[]>();
  readonly #inFolder = new Map<string, string[]>();
  #byLowerCase: ReadonlyMap<string, readonly string[]> | undefined;

  constructor({ records, others, closed }: TreeContent) {
    for (const record of records) {
      this.#records.set(record.path, record);
      this.#files.add(record.path);
    }
    for (const path of others) this.#files.add(path);
    for (const path of closed) this.#closed.add(path);
    for (const path of this.#files) this.#note(path);
    for (const path of this.#closed) this.#noteFolders(`${path}/`);
    for (const paths of this.#byName.values()) paths.sort(compareValues);
  }

  /** Returns every file with a record, in the order of paths. */
  records(): readonly CheckedRecord[] {
    return [...this.#records.values()].sort((one, other) => compareValues(one.path, other.path));
  }

  /** Returns the paths of all files. */
  paths(): Iterable<string> {
    return this.#files;
  }

  record(path: string): CheckedRecord | undefined {
    return this.#records.get(path);
  }

  /** Sets the record of a file that exists without one. */
  learn(record: CheckedRecord): void {
    if (this.#files.has(record.path)) this.#records.set(record.path, record);
  }

  /** Returns the tree without the files `gone`, and with these files. */
  replaced(gone: ReadonlySet<string>, { records, others }: Pick<TreeContent, "records" | "others">): CheckedTree {
    return new CheckedTree({
      records: [...[...this.#records.values()].filter(({ path }) => !gone.has(path)), ...records],
      others: [...[...this.#files].filter((path) => !gone.has(path)), ...others],
      closed: this.#closed,
    });
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(path);
  }

  exists(path: string): boolean {
    return this.#files.has(path) || this.#folders.has(path);
  }

  countNamed(name: string): number {
    return this.#byName.get(name)?.length ?? 0;
  }

  named(name: string, limit: number): readonly string[] {
    return (this.#byName.get(name) ?? []).slice(0, limit);
  }

  /** Returns the names of the files directly in a folder. */
  filesIn(folder: string): readonly string[] {
    return this.#inFolder.get(folder) ?? [];
  }

  /** True if the path is in a repository of its own, such as a submodule. */
  isClosed(path: string): boolean {
    if (this.#closed.size === 0) return false;
    for (let at = path; at !== ""; at = folderOf(at)) if (this.#closed.has(at)) return true;
    return false;
  }

  /** Returns the files and folders whose paths differ from this one at most in case. */
  likeCase(path: string): readonly string[] {
    this.#byLowerCase ??= Map.groupBy([...this.#files, ...this.#folders], (each) => each.toLowerCase());
    return this.#byLowerCase.get(path.toLowerCase()) ?? [];
  }

  #note(path: string): void {
    const name = nameOf(path);
    add(this.#byName, name, path);
    add(this.#inFolder, folderOf(path), name);
    this.#noteFolders(path);
  }

  #noteFolders(path: string): void {
    for (let folder = folderOf(path); folder !== "" && !this.#folders.has(folder); folder = folderOf(folder)) this.#folders.add(folder);
  }
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
