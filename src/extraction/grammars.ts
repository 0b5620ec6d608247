import { createRequire } from "node:module";
import { Language as Grammar, type Node, Parser, Query, type QueryMatch } from "web-tree-sitter";

import { messageOf, MetacacheError } from "../base/errors.ts";
import type { Language } from "./languages/language.ts";

interface LoadedGrammar {
  readonly grammar: Grammar;
  readonly query: Query;
  /** Finds what could not be parsed. */
  readonly errors: Query;
}

/**
 * The grammars, each loaded when the first file of its language comes, and the one parser that they share. Memory outside
 * of JavaScript's: trees are deleted before a call returns, the rest with `close`.
 */
export class Grammars {
  readonly #parser: Parser;
  readonly #loaded = new Map<Language, Promise<LoadedGrammar>>();
  readonly #queries: Query[] = [];
  #closed = false;

  private constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** Starts the WebAssembly runtime, once in a thread. */
  static async create(): Promise<Grammars> {
    await Parser.init();
    return new Grammars(new Parser());
  }

  /** Throws `E_SOURCE` where the grammar's file cannot be loaded: a fault of the installation, not of a source. */
  load(language: Language): Promise<LoadedGrammar> {
    let loading = this.#loaded.get(language);
    if (loading === undefined) {
      loading = this.#load(language);
      this.#loaded.set(language, loading);
      // Another try may do better, and whoever waits for this one is told.
      loading.catch(() => this.#loaded.delete(language));
    }
    return loading;
  }

  /**
   * Parses `text` and hands the matches of the language's query, and the nodes that could not be parsed, to `read`, whose
   * result must not hold on to the nodes: their tree is deleted when this returns. Gives up, with `undefined`, as soon as
   * `isOver` says so.
   */
  parse<T>(
    { grammar, query, errors }: LoadedGrammar,
    text: string,
    isOver: () => boolean,
    read: (matches: readonly QueryMatch[], errors: readonly Node[]) => T,
  ): { readonly result: T } | undefined {
    this.#parser.setLanguage(grammar);
    const tree = this.#parser.parse(text, null, { progressCallback: isOver });
    if (tree === null) {
      // Or the parser would keep this text's half, to go on with it.
      this.#parser.reset();
      return undefined;
    }
    try {
      const root = tree.rootNode;
      let interrupted = false;
      const progressCallback = (): boolean => (interrupted = isOver());
      const matches = query.matches(root, { progressCallback });
      const unparsed = root.hasError ? errors.captures(root, { progressCallback }).map(({ node }) => node) : [];
      return interrupted ? undefined : { result: read(matches, unparsed) };
    } finally {
      tree.delete();
    }
  }

  close(): void {
    this.#parser.delete();
    this.#closed = true;
    for (const query of this.#queries) query.delete();
  }

  async #load(language: Language): Promise<LoadedGrammar> {
    const loaded = await loadGrammar(language);
    const { query, errors } = loaded;
    if (this.#closed) for (const one of [query, errors]) one.delete();
    else this.#queries.push(query, errors);
    return loaded;
  }
}

async function loadGrammar(language: Language): Promise<LoadedGrammar> {
  try {
    const grammar = await Grammar.load(createRequire(import.meta.url).resolve(language.grammar));
    return { grammar, query: new Query(grammar, language.query), errors: new Query(grammar, "[(ERROR) (MISSING)] @error") };
  } catch (error) {
    const cause = error instanceof Error ? { cause: error } : {};
    throw new MetacacheError(
      "E_SOURCE",
      `the grammar ${language.grammar} for ${language.name} cannot be loaded: ${messageOf(error)}`,
      cause,
    );
  }
}
