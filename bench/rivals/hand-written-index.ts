import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Rival } from "./rival.ts";

/**
 * What a good engineer writes in an hour if every record fits in memory and records never change:
 * one `Map` for each question, with the records' numbers in the order of their paths, so that no
 * answer needs sorting.
 */
export class HandWrittenIndex implements Rival {
  readonly name = "hand-written index";
  readonly configuration =
    "Map<path, record> and Map<term, number[]> in the order of paths, languages as bytes; every record in memory; cannot be changed";
  readonly ordered = true;
  readonly #byPath: Map<string, FileMetadata>;
  readonly #records: readonly FileMetadata[];
  readonly #paths: readonly string[];
  readonly #byFunction = new Map<string, number[]>();
  readonly #byDocument = new Map<string, number[]>();
  readonly #byLanguage = new Map<string, number[]>();
  /**
   * The place in this list is the number of a language. One byte per record tells its language
   * without reading the record.
   */
  readonly #languages: string[] = [];
  readonly #languageOf: Uint8Array;

  constructor(records: readonly FileMetadata[]) {
    this.#records = records.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    this.#paths = this.#records.map(({ path }) => path);
    this.#byPath = new Map(this.#records.map((record) => [record.path, record]));
    this.#languageOf = new Uint8Array(records.length);
    this.#records.forEach((record, number) => {
      if (!this.#byLanguage.has(record.language)) this.#languages.push(record.language);
      this.#languageOf[number] = this.#languages.indexOf(record.language);
      append(this.#byLanguage, record.language, number);
      for (const { name } of record.functions) append(this.#byFunction, name, number);
      for (const { target } of record.headerSections.referenceDocumentation) append(this.#byDocument, target, number);
    });
  }

  get(path: string): FileMetadata | undefined {
    return this.#byPath.get(path);
  }

  byLanguageAndFunction(language: string, functionName: string): readonly FileMetadata[] {
    const wanted = this.#languages.indexOf(language);
    const found: FileMetadata[] = [];
    for (const number of this.#byFunction.get(functionName) ?? NONE) {
      if (this.#languageOf[number] === wanted) found.push(this.#records[number] as FileMetadata);
    }
    return found;
  }

  byReferenceDoc(target: string): readonly FileMetadata[] {
    return this.#recordsOf(this.#byDocument.get(target) ?? NONE, Infinity);
  }

  firstOfLanguage(language: string, limit: number): readonly FileMetadata[] {
    return this.#recordsOf(this.#byLanguage.get(language) ?? NONE, limit);
  }

  countOfLanguageAndFunction(language: string, functionName: string): number {
    const wanted = this.#languages.indexOf(language);
    let count = 0;
    for (const number of this.#byFunction.get(functionName) ?? NONE) if (this.#languageOf[number] === wanted) count++;
    return count;
  }

  pathsOfLanguageMatching(language: string, pattern: string): readonly string[] {
    const expression = new RegExp(pattern);
    const found: string[] = [];
    for (const number of this.#byLanguage.get(language) ?? NONE) {
      const path = this.#paths[number] as string;
      if (expression.test(path)) found.push(path);
    }
    return found;
  }

  /**
   * A loop, because V8's `map` reads each record to check if it is a number. This is one miss of
   * the processor's cache for each.
   */
  #recordsOf(numbers: readonly number[], limit: number): FileMetadata[] {
    const found: FileMetadata[] = [];
    for (let at = 0; at < numbers.length && at < limit; at++) found.push(this.#records[numbers[at] as number] as FileMetadata);
    return found;
  }

  plain(item: unknown): unknown {
    return item;
  }

  close(): void {}
}

function append(lists: Map<string, number[]>, term: string, number: number): void {
  const list = lists.get(term);
  if (list === undefined) lists.set(term, [number]);
  else list.push(number);
}

const NONE: readonly number[] = [];
