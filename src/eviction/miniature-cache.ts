import { type Finding, finding } from "../base/finding.ts";
import type { FrequencyMemory } from "./memory/frequency-memory.ts";
import { grown } from "../base/grown.ts";
import { WindowedKeys } from "./windowed-keys.ts";

/** A small cache that is only played through: which accesses it would have answered, had the window this share. */
export class MiniatureCache {
  hits = 0;
  readonly #keys: WindowedKeys;
  /** Its key for each name, plus 1; 0 where it has none. */
  #keysByName = new Uint16Array(16);
  #names: Uint32Array = new Uint32Array(16);

  constructor(frequencies: FrequencyMemory, windowShare: number) {
    this.#keys = new WindowedKeys(frequencies, windowShare);
  }

  get windowShare(): number {
    return this.#keys.windowShare;
  }

  /**
   * `name` is a small integer that stands for `identity` among those played through. `capacity` may grow from call to call, and
   * is less than 2 ** 16.
   */
  access(name: number, identity: number, capacity: number): void {
    const key = (this.#keysByName[name] ?? 0) - 1;
    if (key >= 0) {
      this.hits++;
      this.#keys.touch(key);
      return;
    }
    const place = this.#place(capacity);
    this.#keysByName = grown(this.#keysByName, name + 1);
    this.#keysByName[name] = place + 1;
    this.#names = grown(this.#names, place + 1);
    this.#names[place] = name;
    this.#keys.admit(place, identity);
  }

  verify(): Finding[] {
    const findings = this.#keys.verify();
    let count = 0;
    for (const [name, place] of this.#keysByName.entries()) {
      if (place === 0) continue;
      count++;
      if (!this.#keys.has(place - 1) || this.#names[place - 1] !== name)
        findings.push(finding("EVICTION_LIST", `a miniature has ${name} under a wrong key`));
    }
    if (count !== this.#keys.size) findings.push(finding("EVICTION_COUNT", `a miniature has ${count} names but ${this.#keys.size} keys`));
    return findings;
  }

  #place(capacity: number): number {
    const victim = this.#keys.size < capacity ? undefined : this.#keys.takeVictim();
    if (victim === undefined) return this.#keys.size;
    this.#keysByName[this.#names[victim] ?? 0] = 0;
    return victim;
  }
}
