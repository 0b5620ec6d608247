import { posix } from "node:path";
import type { FileMetadata } from "../../src/record/file-metadata.ts";

/** A reference as the oracle reads it from a record. */
export interface NaiveReference {
  readonly form: "header" | "comment" | "link";
  readonly target: string;
}

export function naiveReferencesOf(record: FileMetadata): NaiveReference[] {
  return [
    ...record.headerSections.referenceDocumentation.map(({ target }): NaiveReference => ({ form: "header", target })),
    ...record.references,
  ];
}

/** The oracle: what references mean, told by a plain look at all paths. */
export class NaiveResolver {
  readonly #files: ReadonlySet<string>;
  readonly #folders = new Set<string>();
  readonly #named = new Map<string, readonly string[]>();

  /** `asked` counts as if it existed. */
  constructor(paths: Iterable<string>, asked?: string) {
    const files = new Set(paths);
    const isFolder = asked !== undefined && [...files].some((path) => path.startsWith(`${asked}/`));
    if (asked !== undefined && !isFolder) files.add(asked);
    this.#files = files;
    for (const file of files) {
      const parts = file.split("/");
      for (let end = 1; end < parts.length; end++) this.#folders.add(parts.slice(0, end).join("/"));
      const name = parts.at(-1) ?? "";
      this.#named.set(name, [...(this.#named.get(name) ?? []), file]);
    }
  }

  exists(path: string): boolean {
    return this.#files.has(path) || this.#folders.has(path);
  }

  /** `undefined`: it names no file. `null`: it names one, and there is none. */
  meaning({ form, target }: NaiveReference, citing: string): string | null | undefined {
    const written = target.replace(/#.*$/, "").replaceAll("%20", " ").replaceAll("\\", "/").replace(/ §.*$/, "");
    if (written === "" || /^https?:|\*|\.\.\./.test(written)) return undefined;
    if (written.startsWith("/") && form !== "link") return undefined;
    const folder = posix.dirname(citing);
    const fromRoot = posix.join(written);
    const tidy = (path: string): string => posix.join(path).replace(/^\.\//, "").replace(/\/$/, "");
    if (written.startsWith("/")) return this.#first([tidy(`.${written}`)]);
    const beside = tidy(posix.join(folder, written));
    if (fromRoot.startsWith("..")) return this.#first([beside]);
    const root = tidy(fromRoot);
    if (root.includes("/")) return this.#first(form === "link" ? [beside, root] : [root, beside]);
    return this.#first([beside, root]) ?? this.#alone(root);
  }

  #first(paths: readonly string[]): string | null {
    return paths.find((path) => !path.startsWith("..") && this.exists(path)) ?? null;
  }

  #alone(name: string): string | null {
    const all = this.#named.get(name) ?? [];
    return all.length === 1 ? (all[0] ?? null) : null;
  }
}

/** Who refers to a path, each with the forms, in order. */
export function naiveCiting(records: readonly FileMetadata[], path: string): { path: string; forms: string[] }[] {
  const resolver = new NaiveResolver(
    records.map((record) => record.path),
    path,
  );
  return byPath(
    records.map((record) => ({
      path: record.path,
      forms: formsOf(naiveReferencesOf(record).filter((reference) => resolver.meaning(reference, record.path) === path)),
    })),
  );
}

/** What a file refers to, each with the forms, in order. */
export function naiveCited(records: readonly FileMetadata[], path: string): { path: string; forms: string[] }[] {
  const resolver = new NaiveResolver(records.map((record) => record.path));
  const record = records.find((each) => each.path === path);
  const references = record === undefined ? [] : naiveReferencesOf(record);
  const meant = new Set(references.map((reference) => resolver.meaning(reference, path) ?? ""));
  return byPath(
    [...meant].map((target) => ({
      path: target,
      forms: target === "" ? [] : formsOf(references.filter((reference) => resolver.meaning(reference, path) === target)),
    })),
  );
}

/** Breadth first from a path: each file with the least number of steps. */
export function naiveDepths(records: readonly FileMetadata[], start: string, direction: "in" | "out", depth: number): Map<string, number> {
  const depths = new Map<string, number>();
  let level = [start];
  for (let step = 1; step <= depth; step++) {
    const next: string[] = [];
    for (const path of level) {
      for (const { path: found } of direction === "in" ? naiveCiting(records, path) : naiveCited(records, path)) {
        if (depths.has(found) || (found === start && step > 1)) continue;
        depths.set(found, step);
        if (found !== start) next.push(found);
      }
    }
    level = next;
  }
  return depths;
}

function byPath<T extends { readonly path: string; readonly forms: readonly string[] }>(items: readonly T[]): T[] {
  return items.filter(({ forms }) => forms.length > 0).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function formsOf(references: readonly NaiveReference[]): string[] {
  return ["header", "comment", "link"].filter((form) => references.some((reference) => reference.form === form));
}
