import type { NaiveStrategy } from "../contracts/eviction-strategy-contract.ts";

export class NaiveLru implements NaiveStrategy {
  #keys: number[] = [];
  admit(key: number): void {
    this.#keys.push(key);
  }
  touch(key: number): void {
    this.forget(key);
    this.admit(key);
  }
  forget(key: number): void {
    this.#keys = this.#keys.filter((other) => other !== key);
  }
  takeVictim(): number | undefined {
    return this.#keys.shift();
  }
  clear(): void {
    this.#keys = [];
  }
  keys(): number[] {
    return this.#keys;
  }
}

/** Sorts by frequency, then by the last use; halves every frequency after four uses a key. */
export class NaiveLfu implements NaiveStrategy {
  #keys: { key: number; frequency: number }[] = [];
  #uses = 0;
  admit(key: number): void {
    this.#use(key, 1);
  }
  touch(key: number): void {
    const frequency = this.#keys.find((entry) => entry.key === key)?.frequency ?? 0;
    this.forget(key);
    this.#use(key, Math.min(15, frequency + 1));
  }
  forget(key: number): void {
    this.#keys = this.#keys.filter((entry) => entry.key !== key);
  }
  takeVictim(): number | undefined {
    const least = Math.min(...this.#keys.map((entry) => entry.frequency));
    const victim = this.#keys.find((entry) => entry.frequency === least);
    if (victim !== undefined) this.forget(victim.key);
    return victim?.key;
  }
  clear(): void {
    this.#keys = [];
    this.#uses = 0;
  }
  keys(): number[] {
    return this.#keys.map((entry) => entry.key);
  }
  #use(key: number, frequency: number): void {
    this.#keys.push({ key, frequency });
    if (++this.#uses < 4 * this.#keys.length) return;
    this.#uses = 0;
    // Of those that now share a frequency, the ones that had less stand first.
    const before = this.#keys.toSorted((a, b) => a.frequency - b.frequency);
    this.#keys = before.map((entry) => ({ key: entry.key, frequency: entry.frequency >>> 1 }));
  }
}

/**
 * Three arrays; a ghost that came back leaves a gap in the queue of ghosts. For fewer than 100
 * keys.
 */
export class NaiveS3Fifo implements NaiveStrategy {
  #small: { key: number; identity: number; uses: number }[] = [];
  #main: { key: number; identity: number; uses: number }[] = [];
  #ghosts: (number | undefined)[] = [];
  #most = 0;
  admit(key: number, identity: number): void {
    const ghosts = this.#ghosts.slice(-Math.ceil(0.9 * this.#most) || Infinity);
    (ghosts.includes(identity) ? this.#main : this.#small).push({ key, identity, uses: 0 });
    this.#ghosts = this.#ghosts.map((ghost) => (ghost === identity ? undefined : ghost));
    this.#most = Math.max(this.#most, this.keys().length);
  }
  touch(key: number): void {
    for (const entry of [...this.#small, ...this.#main]) if (entry.key === key) entry.uses = Math.min(3, entry.uses + 1);
  }
  forget(key: number): void {
    this.#small = this.#small.filter((entry) => entry.key !== key);
    this.#main = this.#main.filter((entry) => entry.key !== key);
  }
  takeVictim(): number | undefined {
    const isSmallFull = this.#small.length >= 0.1 * this.keys().length;
    const [small] = this.#small;
    const [main] = this.#main;
    if (small !== undefined && (main === undefined || isSmallFull)) {
      this.#small.shift();
      if (small.uses > 1) {
        this.#main.push({ ...small, uses: 0 });
        return this.takeVictim();
      }
      this.#ghosts = [...this.#ghosts.map((ghost) => (ghost === small.identity ? undefined : ghost)), small.identity].slice(-100);
      return small.key;
    }
    this.#main.shift();
    if (main === undefined || main.uses === 0) return main?.key;
    this.#main.push({ ...main, uses: main.uses - 1 });
    return this.takeVictim();
  }
  clear(): void {
    this.#small = [];
    this.#main = [];
    this.#ghosts = [];
    this.#most = 0;
  }
  keys(): number[] {
    return [...this.#small, ...this.#main].map((entry) => entry.key);
  }
}

/** As for fewer than 512 keys, where miniatures are as large as the cache. */
export class NaiveWTinyLfu implements NaiveStrategy {
  #frequencies = new Map<number, number>();
  #accesses = 0;
  #lists = new NaiveWindow(this.#frequencies, 0.3);
  #identities = new Map<number, number>();
  #most = 0;
  #miniatures: { hits: number; lists: NaiveWindow }[] = [];
  #round = 0;
  #weighted = 0;

  constructor() {
    this.clear();
  }
  admit(key: number, identity: number): void {
    this.#lists.admit(key, identity);
    this.#identities.set(key, identity);
    this.#most = Math.max(this.#most, this.keys().length);
    this.#note(identity);
  }
  touch(key: number): void {
    this.#lists.touch(key);
    this.#note(this.#identities.get(key) ?? 0);
  }
  forget(key: number): void {
    this.#lists.forget(key);
  }
  takeVictim(): number | undefined {
    return this.#lists.takeVictim();
  }
  clear(): void {
    this.#frequencies = new Map();
    this.#accesses = 0;
    this.#lists = new NaiveWindow(this.#frequencies, 0.3);
    this.#most = 0;
    this.#miniatures = [0.01, 0.1, 0.3, 0.6, 0.98].map((share) => ({ hits: 0, lists: new NaiveWindow(this.#frequencies, share) }));
    this.#round = 0;
    this.#weighted = 0;
  }
  keys(): number[] {
    return this.#lists.keys();
  }
  #note(identity: number): void {
    this.#frequencies.set(identity, Math.min(15, (this.#frequencies.get(identity) ?? 0) + 1));
    if (++this.#accesses >= 10 * this.#most) {
      this.#accesses = 0;
      for (const [each, count] of this.#frequencies) this.#frequencies.set(each, count >>> 1);
    }
    for (const miniature of this.#miniatures) {
      const { lists } = miniature;
      if (lists.keys().includes(identity)) {
        miniature.hits++;
        lists.touch(identity);
      } else {
        if (lists.keys().length >= this.#most) lists.takeVictim();
        lists.admit(identity, identity);
      }
    }
    if (++this.#round < 1_000) return;
    this.#weighted += this.#round;
    this.#round = 0;
    const present = this.#miniatures.find(({ lists }) => lists.share === this.#lists.share)?.hits ?? 0;
    const most = Math.max(...this.#miniatures.map(({ hits }) => hits));
    const best = this.#miniatures.find(({ hits }) => hits === most);
    if (best !== undefined && most - present > 0.005 * this.#weighted) this.#lists.share = best.lists.share;
    for (const miniature of this.#miniatures) miniature.hits *= 0.75;
    this.#weighted *= 0.75;
  }
}

interface Windowed {
  readonly key: number;
  readonly identity: number;
}

class NaiveWindow {
  share: number;
  readonly #frequencies: ReadonlyMap<number, number>;
  #window: Windowed[] = [];
  #probation: Windowed[] = [];
  #protected: Windowed[] = [];
  #target = 1;
  #batch = 0;
  #lastBatch = 1;

  constructor(frequencies: ReadonlyMap<number, number>, share: number) {
    this.#frequencies = frequencies;
    this.share = share;
  }
  admit(key: number, identity: number): void {
    this.#window.push({ key, identity });
    if (this.#batch > 0) this.#lastBatch = this.#batch;
    this.#batch = 0;
  }
  touch(key: number): void {
    const entry = [...this.#window, ...this.#probation, ...this.#protected].find((each) => each.key === key);
    if (entry === undefined) return;
    const isInWindow = this.#window.includes(entry);
    const isPromoted = this.#probation.includes(entry);
    this.forget(key);
    (isInWindow ? this.#window : this.#protected).push(entry);
    // A use of a protected record changes no share.
    if (isPromoted) this.#limitProtected();
  }
  forget(key: number): void {
    this.#window = this.#window.filter((entry) => entry.key !== key);
    this.#probation = this.#probation.filter((entry) => entry.key !== key);
    this.#protected = this.#protected.filter((entry) => entry.key !== key);
  }
  takeVictim(): number | undefined {
    if (this.#batch++ === 0) {
      this.#target = Math.max(1, Math.floor(this.share * this.keys().length));
      this.#probation.push(...this.#window.splice(0, Math.max(0, this.#window.length - (this.#target - 1 + this.#lastBatch))));
      this.#limitProtected();
    }
    const [candidate] = this.#window;
    const resident = this.#probation[0] ?? this.#protected[0];
    let victim = candidate ?? resident;
    if (candidate !== undefined && resident !== undefined) {
      const count = (entry: Windowed): number => this.#frequencies.get(entry.identity) ?? 0;
      if (this.#window.length < this.#target) victim = resident;
      else if (count(candidate) > count(resident)) {
        victim = resident;
        this.#probation.push(candidate);
        this.#window.shift();
      }
    }
    if (victim !== undefined) this.forget(victim.key);
    return victim?.key;
  }
  keys(): number[] {
    return [...this.#window, ...this.#probation, ...this.#protected].map((entry) => entry.key);
  }
  #limitProtected(): void {
    const main = this.#probation.length + this.#protected.length;
    const tooMany = this.#protected.length - Math.floor(0.8 * main);
    if (tooMany > 0) this.#probation.push(...this.#protected.splice(0, tooMany));
  }
}
