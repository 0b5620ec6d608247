import type { IndexLayer } from "../../indexing/layer.ts";
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

/** A page of symbols, and the records that it is made of. */
export interface SharedSymbols extends Pick<SharedPage, "entries" | "published"> {
  readonly page: SymbolPage;
}

/** How often to look again if the owner tells of one generation after the other meanwhile. */
const MAX_TRIES = 8;

/** Where a reader gets the generations that the owner has sent, without a turn of its thread's event loop. */
export interface GenerationInbox {
  /** The last one that came; `undefined` once the connection has ended. */
  readonly sent: Generation | undefined;
  /** Takes whatever has been sent until now. */
  receive(): void;
  /** Tells the owner that it may send another one. */
  taken(generation: number): void;
}

/**
 * A reader's side of the shared index. It answers from the very generation that the published names, with the log read exactly as far as the same
 * published says: so each answer is of the revision of that published, whatever the owner does meanwhile.
 */
export class SharedIndexReader {
  readonly #control: ControlBlock;
  readonly #inbox: GenerationInbox;
  #opened: OpenedGeneration | undefined;

  constructor(control: ControlBlock, inbox: GenerationInbox) {
    this.#control = control;
    this.#inbox = inbox;
  }

  /** `undefined` if the shared index cannot answer at this moment: then the owner has to. */
  count(query: PreparedQuery): number | undefined {
    return this.#read(({ engine }) => engine.count(query));
  }

  /** Like `count`. */
  page(query: PreparedQuery): SharedPage | undefined {
    return this.#read(({ index, engine }, published) => {
      const { ids, total, nextCursor } = engine.page(query);
      return { entries: ids.map((id) => ({ path: index.pathOf(id), revision: index.revisionOf(id) })), total, nextCursor, published };
    });
  }

  /** Like `count`. */
  paths(query: PreparedQuery): readonly ProjectPath[] | undefined {
    return this.#read(({ index, engine }) => index.pathsOf(engine.page(query).ids));
  }

  /** Like `count`: the layers as they are now, whose images stay as they are. */
  layers(): readonly IndexLayer[] | undefined {
    return this.#read(({ index }) => index.layers);
  }

  /** Like `count`. Precondition, asserted: the search has looked through the images of `layers`. */
  symbols(search: SymbolSearch): SharedSymbols | undefined {
    return this.#read(({ index }, published) => {
      const page = symbolPage(search.accepted(index.layers), search.query);
      return { page, entries: page.ids.map((id) => ({ path: index.pathOf(id), revision: index.revisionOf(id) })), published };
    });
  }

  /** Like `count`; `undefined` also if records are needed. */
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

  /** Whether the project is known to have no such file: `false` also if that cannot be said at this moment. */
  isAbsent(path: ProjectPath): boolean {
    // A row that cannot be read is not in the index either, and is no absence.
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
   * Opens the generation that was sent last, and lets the owner send the next. A thread that reads nothing takes nothing: else it would hold every
   * generation until its next garbage collection, for which it has no cause. Returns whether there was another one.
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
