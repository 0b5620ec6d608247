import { Language as Grammar, type Node, Parser, Query, type QueryMatch, type Range } from "web-tree-sitter";

import { messageOf, MetacacheError } from "../base/errors.ts";
import { readGrammar } from "./grammar-file.ts";
import type { Language } from "./languages/language.ts";

interface LoadedGrammar {
  readonly grammar: Grammar;
  readonly query: Query;
  readonly topLevel: Query | undefined;
  /** Finds what could not be parsed. */
  readonly errors: Query;
  readonly embedded: RegExp | undefined;
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
    { grammar, query, topLevel, errors, embedded }: LoadedGrammar,
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
    const trees = [tree];
    try {
      let interrupted = false;
      const progressCallback = (): boolean => (interrupted ||= isOver());
      const root = tree.rootNode;
      const matches = matchesOf(query, topLevel, root, progressCallback);
      const unparsed = root.hasError ? errors.captures(root, { progressCallback }).map(({ node }) => node) : [];
      for (const node of embedded === undefined ? [] : embeddedNodes(matches, text, embedded)) {
        const inner = this.#parser.parse(text, null, { progressCallback, includedRanges: [insideOf(node)] });
        if (inner === null) {
          this.#parser.reset();
          return undefined;
        }
        trees.push(inner);
        // Not one by one as arguments: there may be a hundred thousand.
        for (const match of matchesOf(query, topLevel, inner.rootNode, progressCallback)) matches.push(match);
      }
      return interrupted ? undefined : { result: read(matches, unparsed) };
    } finally {
      for (const one of trees) one.delete();
    }
  }

  close(): void {
    this.#parser.delete();
    this.#closed = true;
    for (const query of this.#queries) query.delete();
  }

  async #load(language: Language): Promise<LoadedGrammar> {
    const loaded = await loadGrammar(language);
    const queries = [loaded.query, loaded.topLevel, loaded.errors].filter((query) => query !== undefined);
    if (this.#closed) for (const one of queries) one.delete();
    else this.#queries.push(...queries);
    return loaded;
  }
}

async function loadGrammar(language: Language): Promise<LoadedGrammar> {
  try {
    const grammar = await Grammar.load(readGrammar(language.grammar));
    return {
      grammar,
      query: new Query(grammar, language.query),
      topLevel: language.topLevel === undefined ? undefined : new Query(grammar, language.topLevel),
      errors: new Query(grammar, "[(ERROR) (MISSING)] @error"),
      embedded: language.embedded,
    };
  } catch (error) {
    const cause = error instanceof Error ? { cause: error } : {};
    throw new MetacacheError(
      "E_SOURCE",
      `the grammar ${language.grammar} for ${language.name} cannot be loaded: ${messageOf(error)}`,
      cause,
    );
  }
}

/** What begins at the root is looked for apart, and no deeper in the tree than it may go. */
function matchesOf(query: Query, topLevel: Query | undefined, root: Node, progressCallback: () => boolean): QueryMatch[] {
  const matches = query.matches(root, { progressCallback });
  for (const match of topLevel?.matches(root, { maxStartDepth: 0, progressCallback }) ?? []) matches.push(match);
  return matches;
}

/** The texts to look into, those found in them included: `matches` grows while this goes on. */
function* embeddedNodes(matches: readonly QueryMatch[], text: string, embedded: RegExp): Generator<Node> {
  let length = 0;
  for (const { captures } of matches) {
    for (const { name, node } of captures) {
      if (name !== "embedded" || !embedded.test(text.slice(node.startIndex, node.endIndex))) continue;
      length += node.endIndex - node.startIndex;
      if (length > text.length * MAX_EMBEDDING) return;
      yield node;
    }
  }
}

/** Without the brackets at both ends. */
function insideOf({ startIndex, startPosition, endIndex, endPosition }: Node): Range {
  return {
    startIndex: startIndex + 1,
    startPosition: { row: startPosition.row, column: startPosition.column + 1 },
    endIndex: endIndex - 1,
    endPosition: { row: endPosition.row, column: Math.max(endPosition.column - 1, 0) },
  };
}

/** How often the length of the text may be read again: nested texts are read once for each level around them. */
const MAX_EMBEDDING = 4;
