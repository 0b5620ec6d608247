import type { IndexLayer } from "../../indexing/layers/layer.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { Make } from "../../calls/reference-calls.ts";
import type { PreparedQuery } from "../../query/prepared-query.ts";
import { type SymbolPage, symbolPage } from "../../query/symbols/symbol-page.ts";
import type { SymbolSearch } from "../../query/symbols/symbol-search.ts";
import type { ControlBlock, PublishedState } from "../protocol/control-block.ts";
import type { Generation } from "../protocol/generation.ts";
import { OpenedGeneration } from "../protocol/opened-generation.ts";

/** A page of paths, each with the revision of its last change. */
export interface SharedPage {
  readonly entries: readonly { readonly path: ProjectPath; readonly revision: number }[];
  readonly total: number;
  readonly nextCursor: string | undefined;
  readonly published: PublishedState;
}

/** A page of symbols, and the records that it needs. */
export interface SharedSymbols extends Pick<SharedPage, "entries" | "published"> {
  readonly page: SymbolPage;
}

/** How often to try again if the owner keeps publishing new generations. */
const MAX_TRIES = 8;

/**
 * Gives the reader the generations that the owner has sent, without a turn of this thread's event
 * loop.
 */
export interface GenerationInbox {
  /** The generation that came last; `undefined` after the connection has ended. */
  readonly sent: Generation | undefined;
  /** Takes all messages that have been sent so far. */
  receive(): void;
  /** Tells the owner that it may send the next generation. */
  taken(generation: number): void;
}

/**
 * A reader's side of the shared index. It answers from exactly the generation that the published
 * state names, with the log applied exactly as far as the same state says. So each answer is of the
 * revision of that state, whatever the owner does meanwhile.
 */
export class SharedIndexReader {
  readonly #control: ControlBlock;
  readonly #inbox: GenerationInbox;
  #opened: OpenedGeneration | undefined;

  constructor(control: ControlBlock, inbox: GenerationInbox) {
    this.#control = control;
    this.#inbox = inbox;
  }

  /**
   * Returns `undefined` if the shared index cannot answer at this moment. The caller then asks the
   * owner.
   */
  count(query: PreparedQuery): number | undefined {
    return this.#read(({ engine }) => engine.count(query));
  }

  /** Returns `undefined` like `count`. */
  page(query: PreparedQuery): SharedPage | undefined {
    return this.#read(({ index, engine }, published) => {
      const { ids, total, nextCursor } = engine.page(query);
      return { entries: ids.map((id) => ({ path: index.pathOf(id), revision: index.revisionOf(id) })), total, nextCursor, published };
    });
  }

  /** Returns `undefined` like `count`. */
  paths(query: PreparedQuery): readonly ProjectPath[] | undefined {
    return this.#read(({ index, engine }) => index.pathsOf(engine.page(query).ids));
  }

  /** The current layers. Their images never change. Returns `undefined` like `count`. */
  layers(): readonly IndexLayer[] | undefined {
    return this.#read(({ index }) => index.layers);
  }

  /**
   * Returns `undefined` like `count`. Precondition, asserted: the search has searched the images of
   * `layers`.
   */
  symbols(search: SymbolSearch): SharedSymbols | undefined {
    return this.#read(({ index }, published) => {
      const page = symbolPage(search.accepted(index.layers), search.query);
      return { page, entries: page.ids.map((id) => ({ path: index.pathOf(id), revision: index.revisionOf(id) })), published };
    });
  }

  /** Returns `undefined` like `count`, and also if the answer needs records. */
  ask<T>(make: Make<T>): { readonly answer: T; readonly published: PublishedState } | undefined {
    let needsRecords = false;
    const found = this.#read(({ engine }, published) => {
      const answer = make(engine, () => {
        needsRecords = true;
        return undefined;
      });
      return { answer, published };
    });
    return needsRecords ? undefined : found;
  }

  /**
   * Returns true if the project is known to have no such file, and false if this is not known at
   * this moment.
   */
  isAbsent(path: ProjectPath): boolean {
    // An unreadable row is not in the index either, but its file is not absent.
    return this.#read(({ index }, { unreadable }) => unreadable === 0 && index.idOf(path) === undefined) ?? false;
  }

  forget(): void {
    this.#opened = undefined;
  }

  #read<T>(answer: (opened: OpenedGeneration, published: PublishedState) => T): T | undefined {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const published = this.#control.read();
      if (this.#opened?.number !== published.generation && !this.#take()) return undefined;
      if (this.#opened?.number !== published.generation) continue;
      this.#opened.replayTo(published.logged);
      return answer(this.#opened, published);
    }
    return undefined;
  }

  /**
   * Opens the generation that was sent last, and lets the owner send the next one. A thread takes a
   * generation only when it reads. Otherwise it would keep every generation until its next garbage
   * collection, and a thread that does nothing has no reason to collect. Returns true if there was
   * another generation.
   */
  #take(): boolean {
    this.#inbox.receive();
    const { sent } = this.#inbox;
    if (sent === undefined || sent.number === this.#opened?.number) return false;
    this.#opened = new OpenedGeneration(sent, this.#opened);
    this.#inbox.taken(sent.number);
    return true;
  }
}
