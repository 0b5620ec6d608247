import type { AnswerLines } from "./answer-lines.ts";
import { type LongCursors, writeCursor } from "./cursor.ts";
import type { ToolAnswer } from "./tool-answer.ts";

/** A page of results of the cache. */
interface Page<Item> {
  readonly items: readonly Item[];
  /** How many results all pages have, at this revision. */
  readonly total: number;
  readonly revision: number;
  readonly nextCursor?: string | undefined;
}

/**
 * Lists as many things of a page as fit into the budget. If not all fit, calls `ask` once more with
 * the number that fits, because the cursor of that answer says where the list continues. `shown` is
 * how many things earlier pages had.
 */
export async function listPage<Item extends { readonly path: string }>(
  page: Page<Item>,
  lines: AnswerLines,
  {
    shown,
    lineOf,
    ask,
    cursors,
  }: {
    readonly shown: number;
    readonly lineOf: (item: Item) => string;
    readonly ask: (limit: number) => Promise<Page<Item>>;
    readonly cursors: LongCursors;
  },
): Promise<ToolAnswer> {
  const { items, total, revision, nextCursor } = page;
  const stop = items.findIndex((item) => !lines.add(lineOf(item)));
  const fitting = stop < 0 ? items.length : stop;
  // Files may have come or gone since the earlier pages, so the total alone does not say if there
  // is more.
  const known = items.length - fitting + (nextCursor === undefined ? 0 : 1);
  const left = known === 0 ? 0 : Math.max(known, total - shown - fitting);
  const next = stop < 0 ? nextCursor : fitting > 0 ? (await ask(fitting)).nextCursor : undefined;
  return {
    lines: lines.lines,
    revision,
    paths: items.slice(0, fitting).map(({ path }) => path),
    left,
    cursor: next === undefined ? undefined : writeCursor({ shown: shown + fitting, after: cursors.shorten(next) }),
  };
}
