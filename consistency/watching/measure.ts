import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchSourceTree } from "../../src/extraction.ts";
import { openMetadataCache } from "../../src/index.ts";

// Measures what watching costs on an indexed tree: node --expose-gc consistency/watching/measure.ts
// FOLDER. It writes one file into the folder, and removes it.
const [root = ".", rounds = "100"] = process.argv.slice(2);
const cache = await openMetadataCache({ project: root });
console.log(`${cache.getStats().records} records`);
const before = memory();
const begun = performance.now();
const tree = await watchSourceTree(root, cache);
console.log(`watching after ${ms(performance.now() - begun)}, in ${tree.status().directories} folders`);
// The extracting thread ends after a minute. Memory that the first look left is freed, too.
await idle(70_000);
console.log(`memory: +${((memory() - before) / 2 ** 20).toFixed(1)} MB`);
const cpu = process.cpuUsage();
await idle(30_000);
const { user, system } = process.cpuUsage(cpu);
console.log(`idle: ${((user + system) / 300_000).toFixed(2)} % of a core`);

show("latest, nothing pending", await repeat(300, async () => void (await cache.query({ limit: 1 }, { consistency: "latest" }))));
show("tree, nothing pending", await repeat(300, async () => void (await cache.query({ limit: 1 }, { consistency: "tree" }))));
const look = performance.now();
await tree.look();
console.log(`one look at all files: ${ms(performance.now() - look)}`);

const other = fork(join(import.meta.dirname, "see-save.ts"), [root], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
await next(other);
const file = join(root, "metacache-measured.ts");
const saves: number[] = [];
for (let round = 0; round <= Number(rounds); round++) {
  const name = `measured${round}`;
  other.send(name);
  writeFileSync(`${file}.tmp`, `export function ${name}() {}\n`);
  renameSync(`${file}.tmp`, file);
  const saved = performance.timeOrigin + performance.now();
  const seen = (await next(other)) as number;
  // The first save starts the extracting thread.
  if (round === 0) console.log(`the first save is visible in another process after ${ms(seen - saved)}`);
  else saves.push(seen - saved);
}
show("a save is visible in another process", saves);
rmSync(file);
await tree.settled();
other.disconnect();
await cache.shutdown();

/** The memory of this process in bytes, by the system's count. */
function memory(): number {
  globalThis.gc?.();
  const [, resident = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(resident) * 1_024;
}

function idle(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function next(child: ChildProcess): Promise<unknown> {
  return ((await once(child, "message")) as readonly unknown[])[0];
}

async function repeat(times: number, call: () => Promise<void>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let round = 0; round < times; round++) {
    const start = performance.now();
    await call();
    found.push(performance.now() - start);
  }
  return found;
}

function show(what: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  console.log(`${what}: p50 ${ms(at(0.5))}, p99 ${ms(at(0.99))}`);
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;
}
