import type { AnswerLines } from "./answer-lines.ts";
import { type LongCursors, writeCursor } from "./cursor.ts";
import type { ToolAnswer } from "./tool-answer.ts";

/** A page of what the cache found. */
interface Page<Item> {
  readonly items: readonly Item[];
  /** How many there are on all pages, at this revision. */
  readonly total: number;
  readonly revision: number;
  readonly nextCursor?: string | undefined;
}

/**
 * Lists as many things of a page as the budget pays for. If it does not pay for all, `ask` is
 * called once more, for so many as are listed: its cursor says where the list goes on. `shown` is
 * how many the pages before had.
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
  // Files may have come or gone since the pages before: the total alone does not tell whether there
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
