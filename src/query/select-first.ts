/**
 * The first `limit` of `items` in the order of `compare`, sorted. Where few of many are asked for, a heap of the best
 * so far spares sorting the rest: O(n) comparisons for the many that are turned away at once.
 */
export function selectFirst<T>(items: T[], limit: number | undefined, compare: (a: T, b: T) => number): T[] {
  if (limit === undefined || limit * 8 >= items.length) {
    items.sort(compare);
    return limit === undefined ? items : items.slice(0, limit);
  }
  const heap: T[] = [];
  for (const item of items) {
    if (heap.length < limit) {
      heap.push(item);
      siftUp(heap, compare);
    } else if (compare(item, heap[0] as T) < 0) {
      heap[0] = item;
      siftDown(heap, compare);
    }
  }
  return heap.sort(compare);
}

function siftUp<T>(heap: T[], compare: (a: T, b: T) => number): void {
  for (let child = heap.length - 1; child > 0;) {
    const parent = (child - 1) >>> 1;
    if (compare(heap[child] as T, heap[parent] as T) <= 0) return;
    swap(heap, child, parent);
    child = parent;
  }
}

function siftDown<T>(heap: T[], compare: (a: T, b: T) => number): void {
  for (let parent = 0; ;) {
    let last = parent;
    for (let child = 2 * parent + 1; child <= 2 * parent + 2 && child < heap.length; child++) {
      if (compare(heap[child] as T, heap[last] as T) > 0) last = child;
    }
    if (last === parent) return;
    swap(heap, parent, last);
    parent = last;
  }
}

function swap(items: unknown[], a: number, b: number): void {
  const item = items[a];
  items[a] = items[b];
  items[b] = item;
}
