/**
 * Compares what extraction costs in this checkout and in another one.
 *
 *     node bench/extraction/cost.ts CHECKOUT FOLDER... [--rounds 7] [--files 400]
 *
 * Reads and extracts the same files in both, in one thread, in alternation. Prints the processor
 * time of each language: medians, and the ratio with the range of its middle half. If a
 * language has more files than `--files`, the same sample of them is taken each time.
 */
import { readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { systemClock } from "../../src/base/clock.ts";
import type { SourceExtractor, extractSourceFile } from "../../src/extraction/extract-source-file.ts";
import type { FileExtractor } from "../../src/extraction/file-extractor.ts";
import { languageOfFile } from "../../src/extraction/languages/file-language.ts";
import { parseProjectPath, type ProjectPath } from "../../src/record/project-path.ts";
import { Random } from "../../testing/random.ts";
import { spreadOf } from "../measuring/measure.ts";

interface Checkout {
  readonly extractSourceFile: typeof extractSourceFile;
  readonly extractor: SourceExtractor;
}

interface Place {
  readonly root: string;
  readonly path: ProjectPath;
}

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, files: { type: "string", default: "400" } },
  allowPositionals: true,
});
const LEFT_OUT = /(?:^|\/)(?:\.git|node_modules|dist)\//;
const [other = "", ...folders] = positionals;

const checkouts = [await load(other), await load(resolve(import.meta.dirname, "../.."))] as const;
for (const [language, files] of filesByLanguage()) {
  const times: [number, number][] = [];
  for (const checkout of checkouts) await timeOf(checkout, files);
  for (let round = 0; round < Number(values.rounds); round++) {
    const time: [number, number] = [0, 0];
    for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) time[which] = await timeOf(checkouts[which], files);
    times.push(time);
  }
  const [before, now] = [spreadOf(times.map(([one]) => one)), spreadOf(times.map(([, two]) => two))];
  const ratio = spreadOf(times.map(([one, two]) => two / one));
  console.log(
    `${language}: ${files.length} files, ${before.median.toFixed(0)} ms there, ${now.median.toFixed(0)} ms here, ` +
      `${ratio.median.toFixed(3)} times (${ratio.q1.toFixed(2)} to ${ratio.q3.toFixed(2)})`,
  );
}

async function load(folder: string): Promise<Checkout> {
  const source = (name: string): string => pathToFileURL(resolve(folder, "src/extraction", name)).href;
  // The other checkout has the same exports, as far as they are used here.
  const parser = (await import(source("file-extractor.ts"))) as { FileExtractor: typeof FileExtractor };
  const reader = (await import(source("extract-source-file.ts"))) as { extractSourceFile: typeof extractSourceFile };
  const made = await parser.FileExtractor.create();
  const extractor: SourceExtractor = { version: "", languageOf: () => "", extract: (file, budgetMs) => made.extract(file, budgetMs) };
  return { extractSourceFile: reader.extractSourceFile, extractor };
}

/** Returns the milliseconds of processor time that extracting all files takes. */
async function timeOf(checkout: Checkout, files: readonly Place[]): Promise<number> {
  const start = process.cpuUsage();
  for (const { root, path } of files) {
    await checkout.extractSourceFile({ path }, { root, maxFileBytes: 1_000_000, budgetMs: 60_000 }, checkout.extractor, systemClock);
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function filesByLanguage(): Map<string, readonly Place[]> {
  const found = new Map<string, Place[]>();
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const name = relative(folder, join(entry.parentPath, entry.name));
      if (!entry.isFile() || LEFT_OUT.test(name)) continue;
      const path = parseProjectPath(name);
      const language = languageOfFile(path, "").name;
      found.set(language, [...(found.get(language) ?? []), { root: resolve(folder), path }]);
    }
  }
  return new Map([...found].map(([language, places]) => [language, new Random(1).shuffled(places).slice(0, Number(values.files))]));
}
