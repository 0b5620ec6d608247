import { Language as Grammar, type Node, Parser, Query, type QueryMatch, type Range } from "web-tree-sitter";

import { messageOf, MetacacheError } from "../base/errors.ts";
import { readGrammar } from "./grammar-file.ts";
import type { Language } from "./languages/language.ts";
import { inputOf, rangesOf } from "./text-parts.ts";
import type { TextRange } from "./text-range.ts";

interface LoadedGrammar {
  readonly grammar: Grammar;
  readonly query: Query;
  readonly topLevel: Query | undefined;
  /** Finds the nodes that could not be parsed. */
  readonly errors: Query;
  readonly embedded: RegExp | undefined;
}

/**
 * The grammars, and the one parser that they share. A grammar is loaded with the first file of its
 * language. Their memory is not JavaScript's: trees are deleted before a call returns, and `close`
 * frees the rest.
 */
export class Grammars {
  readonly #parser: Parser;
  readonly #loaded = new Map<Language, Promise<LoadedGrammar>>();
  readonly #queries: Query[] = [];
  #closed = false;

  private constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** Starts the WebAssembly runtime, once for each thread. */
  static async create(): Promise<Grammars> {
    await Parser.init();
    return new Grammars(new Parser());
  }

  /**
   * Loads the grammar of a language, or returns the loaded one. Throws `E_SOURCE` if the file of
   * the grammar cannot be loaded. That is a problem of the installation, not of a source.
   */
  load(language: Language): Promise<LoadedGrammar> {
    let loading = this.#loaded.get(language);
    if (loading === undefined) {
      loading = this.#load(language);
      this.#loaded.set(language, loading);
      // A later call tries again. Callers that wait for this one get the error.
      loading.catch(() => this.#loaded.delete(language));
    }
    return loading;
  }

  /**
   * Parses `text`, and passes the matches of the language's query and the nodes that could not be
   * parsed to `read`. If `parts` are given, only these parts of the text are parsed. The result of
   * `read` must not hold nodes, because their tree is deleted when this call returns. Returns
   * `undefined` soon after `isTimeOver` begins to return true.
   */
  parse<T>(
    { grammar, query, topLevel, errors, embedded }: LoadedGrammar,
    text: string,
    isTimeOver: () => boolean,
    read: (matches: readonly QueryMatch[], errors: readonly Node[]) => T,
    parts?: readonly TextRange[],
  ): { readonly result: T } | undefined {
    const isOver = everySoOften(isTimeOver);
    this.#parser.setLanguage(grammar);
    const input = parts === undefined ? text : inputOf(text, parts);
    const included = parts === undefined ? {} : { includedRanges: rangesOf(text, parts) };
    const tree = this.#parser.parse(input, null, { progressCallback: isOver, ...included });
    if (tree === null) {
      // Without this, the parser would keep the half that it has parsed, to continue
      // later.
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
        // Pushes the matches one by one, because a hundred thousand of them would be too many
        // arguments for one call.
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

/**
 * Returns a test that asks `isTimeOver` at its first call, and then at one call in
 * `CALLS_BETWEEN_LOOKS`. tree-sitter asks about every 30 microseconds. Looking at the clock of the
 * thread each time would be a twentieth of the extraction.
 */
function everySoOften(isTimeOver: () => boolean): () => boolean {
  let calls = 0;
  return () => calls++ % CALLS_BETWEEN_LOOKS === 0 && isTimeOver();
}

const CALLS_BETWEEN_LOOKS = 16;

/** Runs the query, and then the query of the `topLevel` patterns, which start only at the root. */
function matchesOf(query: Query, topLevel: Query | undefined, root: Node, progressCallback: () => boolean): QueryMatch[] {
  const matches = query.matches(root, { progressCallback });
  for (const match of topLevel?.matches(root, { maxStartDepth: 0, progressCallback }) ?? []) matches.push(match);
  return matches;
}

/**
 * Returns the embedded texts to parse, including those that are found in other embedded texts:
 * `matches` grows meanwhile.
 */
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

/** Returns the range without the brackets at both ends. */
function insideOf({ startIndex, startPosition, endIndex, endPosition }: Node): Range {
  return {
    startIndex: startIndex + 1,
    startPosition: { row: startPosition.row, column: startPosition.column + 1 },
    endIndex: endIndex - 1,
    endPosition: { row: endPosition.row, column: Math.max(endPosition.column - 1, 0) },
  };
}

/**
 * How often the length of the text may be parsed again. A nested text is parsed once for each level
 * around it.
 */
const MAX_EMBEDDING = 4;
