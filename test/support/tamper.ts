/**
 * Tries to change a value in every way that JavaScript offers, and everything that can be reached
 * from it: writing, deleting and defining properties, the prototype, and the methods of lists,
 * maps, sets and bytes, called past any override.
 *
 * Returns the places that could be changed, as property paths below `name`. What cannot be changed
 * may throw or not.
 */
export function tamperWith(value: unknown, name: string): string[] {
  const changed: string[] = [];
  const met = new Set<unknown>();
  visit(value, name);
  return changed;

  function visit(target: unknown, place: string): void {
    if (typeof target !== "object" || target === null || met.has(target)) return;
    met.add(target);
    // What is within goes first: afterwards it may be out of reach.
    for (const [key, child] of childrenOf(target)) visit(child, `${place}.${key}`);
    const before = snapshotOf(target);
    for (const attempt of attemptsOn(target)) {
      try {
        attempt();
      } catch {
        continue;
      }
    }
    if (!isSame(before, snapshotOf(target))) changed.push(place);
  }
}

function childrenOf(target: object): [string, unknown][] {
  const children: [string, unknown][] = Reflect.ownKeys(target).map((key) => [String(key), valueAt(target, key)]);
  if (target instanceof Map) for (const [key, value] of target) children.push(["key", key], [`get(${String(key)})`, value]);
  if (target instanceof Set) for (const value of target) children.push(["value", value]);
  return children;
}

function valueAt(target: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(target, key);
  } catch {
    return undefined;
  }
}

const INTRUDER = "tampered";

function* attemptsOn(target: object): Generator<() => unknown, void, undefined> {
  for (const key of Reflect.ownKeys(target)) {
    yield () => Reflect.set(target, key, INTRUDER);
    yield () => Reflect.defineProperty(target, key, { get: () => INTRUDER });
  }
  yield () => Reflect.set(target, INTRUDER, INTRUDER);
  yield () => Reflect.defineProperty(target, `${INTRUDER} as well`, { value: INTRUDER });
  yield () => Object.assign(target, { [`${INTRUDER} too`]: INTRUDER });
  yield () => Reflect.setPrototypeOf(target, { [INTRUDER]: INTRUDER });
  if (Array.isArray(target)) yield* callsOf(Array.prototype, target, LIST_CALLS);
  if (target instanceof Map) yield* callsOf(Map.prototype, target, MAP_CALLS);
  if (target instanceof Set) yield* callsOf(Set.prototype, target, SET_CALLS);
  if (ArrayBuffer.isView(target)) yield () => new Uint8Array(target.buffer, target.byteOffset, target.byteLength).fill(7);
  if (target instanceof Date) yield () => Date.prototype.setTime.call(target, 7);
  // Last, since it leaves nothing to change.
  for (const key of Reflect.ownKeys(target)) yield () => Reflect.deleteProperty(target, key);
}

type Calls = readonly (readonly [string, readonly unknown[]])[];

const LIST_CALLS: Calls = [
  ["reverse", []],
  ["sort", [(): number => -1]],
  ["copyWithin", [0, 1]],
  ["fill", [INTRUDER]],
  ["push", [INTRUDER]],
  ["unshift", [INTRUDER]],
  ["splice", [0, 1, INTRUDER]],
  ["pop", []],
  ["shift", []],
];
const MAP_CALLS: Calls = [
  ["set", [INTRUDER, INTRUDER]],
  ["delete", [INTRUDER]],
  ["clear", []],
];
const SET_CALLS: Calls = [
  ["add", [INTRUDER]],
  ["clear", []],
];

function* callsOf(prototype: object, target: object, calls: Calls): Generator<() => unknown, void, undefined> {
  for (const [name, given] of calls) {
    const method: unknown = Reflect.get(prototype, name);
    if (typeof method === "function") yield () => Reflect.apply(method as () => unknown, target, given) as unknown;
  }
}

/** What one object is, without what is within. */
function snapshotOf(target: object): readonly unknown[] {
  const own = Reflect.ownKeys(target).flatMap((key) => {
    const { value, get } = Reflect.getOwnPropertyDescriptor(target, key) ?? {};
    return [key, value as unknown, get];
  });
  const bytes = ArrayBuffer.isView(target) ? [...new Uint8Array(target.buffer, target.byteOffset, target.byteLength)] : [];
  const members = target instanceof Map ? [...target].flat() : target instanceof Set ? [...target] : [];
  return [Object.getPrototypeOf(target), target instanceof Date ? target.getTime() : 0, ...own, ...bytes, ...(members as unknown[])];
}

function isSame(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && before.every((value, at) => Object.is(value, after[at]));
}
