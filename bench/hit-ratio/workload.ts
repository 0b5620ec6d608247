/** A sequence of accesses, and the capacities to measure. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** One key for each access. Keys are integers from 0 up to, but without, `keys`. */
  readonly accesses: Int32Array;
  readonly keys: number;
  readonly capacities: readonly number[];
}

/**
 * Numbers the keys again, in the order of their first access: strategies need identities without
 * large gaps.
 */
export function workloadOf(name: string, title: string, raw: Int32Array, capacities: readonly number[]): Workload {
  const numbers = new Map<number, number>();
  const accesses = raw.map((key) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
  return { name, title, accesses, keys: numbers.size, capacities };
}
